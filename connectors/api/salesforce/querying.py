"""Reads all pages of one query, and checks that the number of rows is the announced one."""

from collections.abc import Iterator
from typing import Any

from connectors.api.proof import Proof
from connectors.api.salesforce.client import Json, SalesforceClient
from connectors.api.salesforce.values import ID


def pages(client: SalesforceClient, object: str, page: Any) -> Iterator[list[Json]]:
    """The rows of each page, given the first one. Raises Incomplete where they do not add up."""
    proof = Proof(f"Salesforce's answer to a query of {object}")
    proof.expect(_field(page, "totalSize"), "totalSize")
    while True:
        rows = _field(page, "records")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise client.unreadable()
        proof.rows(len(rows))
        if proof.flag(_field(page, "done"), "done"):
            proof.ends()
            yield rows
            return
        following = proof.goes_on(_field(page, "nextRecordsUrl"), [row.get(ID) for row in rows])
        yield rows
        page = client.query_more(following)


def _field(page: Any, name: str) -> Any:
    return page.get(name) if isinstance(page, dict) else None


def rows(client: SalesforceClient, object: str, text: str) -> Iterator[Json]:
    """All rows of a query that is small by its nature."""
    for page in pages(client, object, client.query(text)):
        yield from page
