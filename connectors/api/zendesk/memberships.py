"""Reads organization memberships: of certain users, single ones, or the whole list.

They have no export and no show_many (developer.zendesk.com, "Organization Memberships").
"""

from collections.abc import Iterator, Sequence

from connectors.api.ahead import map_ahead
from connectors.api.values import Page, Query, Record, RecordRef
from connectors.api.zendesk.answers import NOT_FOUND
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.listing import PAGE_SIZE, pages, total
from connectors.api.zendesk.objects import MEMBERSHIP, USER
from connectors.api.zendesk.records import Reader, matcher

# A call each up to here, without asking first whether the whole list would be cheaper.
MOST_USERS = 30
IN_FLIGHT = 5


def users_asked(client: ZendeskClient, query: Query) -> tuple[str, ...] | None:
    """The users whose memberships ``query`` asks for; None where the whole list is the cheaper way to them.

    Of many users the account's number of users tells, for one more call: most have one membership.
    """
    asked = next((c for c in query.where if c.field == "user_id" and c.is_plain), None)
    if asked is None:
        return None
    users = tuple(value for value in dict.fromkeys(asked.values) if value.isdecimal())
    cheap = len(users) <= MOST_USERS or len(users) * PAGE_SIZE < total(client, USER)
    return users if cheap else None


def of_users(client: ZendeskClient, users: Sequence[str], query: Query, make: Reader) -> Iterator[Page]:
    """A page a user, in their order; empty for a user without memberships or one that is not there."""
    matches = matcher(MEMBERSHIP, query.where)
    for items in map_ahead(lambda user: _of_user(client, user), users, IN_FLIGHT):
        yield Page(tuple(make(item) for item in items if matches(item)))
    if not users:
        yield Page(())


def fetch(client: ZendeskClient, refs: Sequence[RecordRef], make: Reader) -> Iterator[Record]:
    """These memberships as they are now, a call each; one that is gone comes back deleted."""
    found = by_id(client, [ref.id for ref in refs])
    for ref, item in zip(refs, found, strict=True):
        yield make(item) if item is not None else Record(ref, {}, deleted=True)


def by_id(client: ZendeskClient, ids: Sequence[str]) -> Iterator[Json | None]:
    """The memberships with these ids, in order; None for one that is gone."""

    def one(id: str) -> Json | None:
        return client.get(f"{MEMBERSHIP.plural}/{id}", accept=(NOT_FOUND,)).get(MEMBERSHIP.name)

    yield from map_ahead(one, ids, IN_FLIGHT)


def _of_user(client: ZendeskClient, user: str) -> list[Json]:
    path = f"{USER.plural}/{user}/{MEMBERSHIP.plural}"
    listed = pages(client, path, MEMBERSHIP.plural, accept=(NOT_FOUND,))
    return [item for items, _ in listed for item in items]
