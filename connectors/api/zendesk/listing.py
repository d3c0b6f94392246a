"""Whole lists by cursor, a hundred rows a call (developer.zendesk.com, "Pagination")."""

from collections.abc import Collection, Iterator
from typing import Any

from connectors.api.errors import Transient
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.objects import Kind

PAGE_SIZE = 100


def pages(
    client: ZendeskClient, path: str, name: str, accept: Collection[int] = ()
) -> Iterator[tuple[list[Json], bool]]:
    """The rows of each page of the list at ``path``, where they stand under ``name``, and whether it is the last page.

    An accepted refusal has no page at all.
    """
    params: dict[str, str | int] = {"page[size]": PAGE_SIZE}
    cursor: str | None = None
    while True:
        if cursor is not None:
            params["page[after]"] = cursor
        response = client.session.request("GET", client.url(path), params=params, accept=accept)
        if not response.ok:
            return
        answer = client.decode(response, Transient("Zendesk's answer cannot be read.", "Try again."))
        cursor = _following(answer)
        yield rows(answer, name), cursor is None
        if cursor is None:
            return


def rows(answer: Json, name: str) -> list[Json]:
    """The rows of an answer. Raises Transient for one that has none to offer, which is not an empty list."""
    found = answer.get(name)
    if not isinstance(found, list):
        raise Transient(f"Zendesk's answer holds no {name}.", "Try again.")
    return found


def total(client: ZendeskClient, kind: Kind) -> int:
    """How many records there are, as Zendesk counts them: beyond 100,000 a day old."""
    count = client.get(f"{kind.plural}/count").get("count") or {}
    return int(count.get("value") or 0)


def _following(answer: Json) -> str | None:
    """The cursor of the next page; None on the last one."""
    meta: dict[str, Any] = answer.get("meta") or {}
    cursor = meta.get("after_cursor")
    return str(cursor) if meta.get("has_more") and cursor else None
