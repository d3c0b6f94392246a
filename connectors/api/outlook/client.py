"""The HTTP client for Microsoft Graph: URLs below v1.0, immutable ids, paged lists."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from requests import Response

from connectors.api.address import normalise_base_url
from connectors.api.errors import OutcomeUnknown, Transient
from connectors.api.http import RetryPolicy
from connectors.api.of_session import session_of
from connectors.api.outlook.errors import judge_graph
from connectors.api.outlook.objects import ContactsOf
from connectors.api.outlook.sign_in import sign_in_for
from connectors.api.proof import Proof
from connectors.api.protocol import ConnectionSettings
from connectors.api.usable import decoded

Json = dict[str, Any]
IMMUTABLE = 'IdType="ImmutableId"'
NEXT, DELTA, REMOVED = "@odata.nextLink", "@odata.deltaLink", "@removed"
# How many items a page of changes shall have; the service may give fewer.
PAGE_SIZE = 500
AGAIN = "Try again."


class GraphClient:
    """Calls of one connection. Every failure is a ConnectorError."""

    def __init__(
        self,
        connection: ConnectionSettings,
        retry_policy: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.connection = connection
        self.base_url = normalise_base_url(connection.base_url)
        self.session = session_of(connection, "Outlook", judge_graph, retry_policy, sleep)
        self.session.headers["Prefer"] = IMMUTABLE
        self.sign_in = sign_in_for(connection, self.base_url, self.session)
        self.session.sign_in = self.session.auth = self.sign_in

    def within_limits_of(self, owner: ContactsOf) -> None:
        """Wait for the limits of this mailbox from now on: another one that is over its own holds it up no longer."""
        budget = self.connection.budget
        self.session.budget = budget.part(owner.address.lower()) if budget else None

    def url(self, path: str) -> str:
        """The address of what is at ``path`` below the version."""
        return f"{self.base_url}/v1.0/{path}"

    def get(self, path: str, params: Mapping[str, Any] | None = None, page_size: int = 0) -> Json:
        """The decoded answer to a read. ``page_size``: how many items a page of changes shall have."""
        headers = {"Prefer": f"{IMMUTABLE}, odata.maxpagesize={page_size}"} if page_size else None
        response = self.session.request("GET", self.url(path), params=params, headers=headers)
        return decode(response, Transient("Outlook's answer cannot be read.", AGAIN))

    def post(self, path: str, body: Json, *, repeatable: bool = False) -> Json:
        """The decoded answer to a call that sends something. Raises OutcomeUnknown where none comes."""
        response = self.session.request(
            "POST",
            self.url(path),
            data=orjson.dumps(body),
            headers={"Content-Type": "application/json"},
            repeatable=repeatable,
        )
        lost = Transient("Outlook's answer cannot be read.", AGAIN)
        return decode(response, lost if repeatable else OutcomeUnknown("Outlook's answer to a write cannot be read."))

    def patch(self, path: str, body: Json) -> None:
        """Change what is at ``path``; the same twice is as good as once."""
        headers = {"Content-Type": "application/json"}
        self.session.request("PATCH", self.url(path), data=orjson.dumps(body), headers=headers, repeatable=True)

    def delete(self, path: str) -> None:
        """Remove what is at ``path``; what is not there any more is no error."""
        self.session.request("DELETE", self.url(path), repeatable=True, accept=(404,))

    def pages(self, path: str, params: Mapping[str, Any], what: str) -> Iterator[Json]:
        """Every page of a list. Raises Incomplete where it does not come to an end."""
        proof = Proof(f"Outlook's list of {what}")
        page = self.get(path, params)
        while True:
            found = rows(page)
            yield page
            if NEXT not in page:
                return
            page = self.get(self.here(proof.goes_on(page[NEXT], [row["id"] for row in found])))

    def here(self, link: object) -> str:
        """The path in a link of Graph's, below the version: stored links outlive a change of the address."""
        return str(link).partition("/v1.0/")[2]


def rounds(client: GraphClient, begin: str, params: Mapping[str, Any], what: str) -> Iterator[Json]:
    """Every page of one round of a change query, the last of which has DELTA. ``begin``: a path, or a stored link.

    Raises WatermarkExpired where the link is no longer known, Incomplete where the round does not come to an end.
    """
    proof = Proof(f"Outlook's list of changed {what}")
    page = client.get(begin, params or None, page_size=PAGE_SIZE)
    while True:
        found = rows(page)
        if DELTA in page:
            yield {**page, DELTA: client.here(page[DELTA])}
            return
        yield page
        page = client.get(client.here(proof.goes_on(page.get(NEXT), [row["id"] for row in found])), page_size=PAGE_SIZE)


def rows(page: Json) -> list[Json]:
    """The items of a page. Raises Transient for one that has none to offer, which is not an empty list."""
    found = page.get("value")
    if not isinstance(found, list) or not all(isinstance(row, dict) and row.get("id") for row in found):
        raise Transient("Outlook's answer holds no items.", AGAIN)
    return found


def decode(response: Response, failure: Exception) -> Json:
    """The JSON object of an answer; raises ``failure`` when it is none."""
    try:
        body = decoded(response.content)
    except ValueError:
        raise failure from None
    if not isinstance(body, dict):
        raise failure
    return body
