"""Finds the record that is left after a merge ("Organization merges", "Merge end users"). Zendesk lists the merges of
organizations; the user that is left is found by the address of the merged one.
"""

from collections.abc import Iterable, Iterator

from connectors.api.values import MERGED_INTO, Record
from connectors.api.zendesk.addresses import is_email
from connectors.api.zendesk.answers import NOT_FOUND
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.listing import pages, rows
from connectors.api.zendesk.objects import ORGANIZATION, USER, ZendeskObject

LONGEST_CHAIN = 10
FORBIDDEN = 403  # only administrators may see merges


def with_merged_into(client: ZendeskClient, kind: ZendeskObject, records: Iterable[Record]) -> Iterator[Record]:
    """The same records, each that is gone with the id of the one that is left of it."""
    for record in records:
        asked = record.deleted and kind is ORGANIZATION
        yield record.with_value(MERGED_INTO, _left_of(client, record.ref.id) if asked else "")


def users_of(client: ZendeskClient, address: str) -> list[Json]:
    """The users that have this address, as their first one or as another. A search finds it a little later."""
    found = rows(client.get(f"{USER.plural}/search", {"query": f'email:"{address}"'}), USER.plural)
    return [item for item in found if _has(client, item, address)]


def _has(client: ZendeskClient, item: Json, address: str) -> bool:
    if str(item.get("email") or "").casefold() == address.casefold():
        return True
    listed = pages(client, f"{USER.plural}/{item['id']}/identities", "identities", accept=(NOT_FOUND,))
    return any(is_email(identity, address) for page, _ in listed for identity in page)


def _left_of(client: ZendeskClient, id: str) -> str:
    """The organization at the end of the chain of merges that this one has begun, "" where it was not merged."""
    last = id
    for _ in range(LONGEST_CHAIN):
        winner = _winner(client, last)
        if not winner:
            break
        last = winner
    return "" if last == id else last


def _winner(client: ZendeskClient, id: str) -> str:
    path = f"{ORGANIZATION.plural}/{id}/merges"
    listed = pages(client, path, "organization_merges", accept=(FORBIDDEN, NOT_FOUND))
    merges = (merge for page, _ in listed for merge in page)
    lost = (merge for merge in merges if str(merge.get("loser_id")) == id and merge.get("status") == "complete")
    return str(next(lost, {}).get("winner_id") or "")
