"""Reads whole lists with cursor pagination, 100 rows per call (developer.zendesk.com, "Pagination")."""

from collections.abc import Collection, Iterator

from connectors.api.errors import Transient
from connectors.api.proof import Proof
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.objects import ZendeskObject

PAGE_SIZE = 100


def pages(
    client: ZendeskClient, path: str, name: str, accept: Collection[int] = ()
) -> Iterator[tuple[list[Json], bool]]:
    """The rows of each page of the list at ``path``, where they stand under ``name``, and whether it is the last page.

    An accepted refusal has no page. Raises Incomplete where a page neither leads on nor says that it is the last.
    """
    params: dict[str, str | int] = {"page[size]": PAGE_SIZE}
    proof = Proof(f"Zendesk's list of {name.replace('_', ' ')}")
    while True:
        response = client.session.request("GET", client.url(path), params=params, accept=accept)
        if not response.ok:
            return
        answer = client.decode(response, Transient("Zendesk's answer cannot be read.", "Try again."))
        found = rows(answer, name)
        meta = answer.get("meta")
        meta = meta if isinstance(meta, dict) else {}
        if not proof.flag(meta.get("has_more"), "meta.has_more"):
            yield found, True
            return
        params["page[after]"] = proof.goes_on(meta.get("after_cursor"), [item["id"] for item in found])
        yield found, False


def rows(answer: Json, name: str) -> list[Json]:
    """The rows of an answer. Raises Transient for one that has none to offer, which is not an empty list."""
    found = answer.get(name)
    if not isinstance(found, list):
        raise Transient(f"Zendesk's answer holds no {name}.", "Try again.")
    if not all(isinstance(item, dict) and _is_id(item.get("id")) for item in found):
        raise Transient(f"Zendesk's answer holds {name} without an id.", "Try again.")
    return found


def _is_id(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and value != "")


def total(client: ZendeskClient, kind: ZendeskObject) -> int:
    """How many records there are, as Zendesk counts them: beyond 100,000 a day old. A list that leaves some out is
    not counted, but what a search finds.
    """
    if kind.exported:
        found = client.get("search/count", {"query": f"type:{kind.name}"}).get("count")
        return _number(kind, found)
    count = client.get(f"{kind.path}/count").get("count")
    return _number(kind, count.get("value") if isinstance(count, dict) else None)


def _number(kind: ZendeskObject, value: object) -> int:
    if not isinstance(value, int):
        raise Transient(f"Zendesk does not say how many {kind.plural} there are.", "Try again.")
    return value
