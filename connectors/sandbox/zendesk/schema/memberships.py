"""Organization memberships: one default for each user, unique pairs, and what their end takes along."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.zendesk.answers import invalid, not_found
from connectors.sandbox.zendesk.schema.records import Membership, User
from connectors.sandbox.zendesk.store import Store


def wire(store: Store, row: Membership, base: str, in_list: bool = False) -> dict[str, Any]:
    organization = store.organizations.get(row.organization_id)
    return row.wire(base, organization.name if organization else None, in_list)


def find(store: Store, record: int) -> Membership:
    """Raises Refusal 404."""
    row = store.memberships.get(record)
    if row is None:
        raise not_found()
    return row


def of_user(store: Store, user_id: int) -> list[int]:
    """The user's membership ids, the default first."""
    ids = store.memberships_of_user.get(user_id, [])
    return sorted(ids, key=lambda record: (not store.memberships.rows[record].default, record))


def pair(store: Store, user_id: int, organization_id: int) -> Membership | None:
    """The membership of this user in this organization."""
    rows = (store.memberships.rows[record] for record in store.memberships_of_user.get(user_id, ()))
    return next((row for row in rows if row.organization_id == organization_id), None)


def create(
    store: Store, user_id: int, organization_id: int, default: bool = False, view_tickets: bool = True
) -> Membership:
    """The first membership is the default whatever was asked. Raises Invalid."""
    user = store.users.get(user_id)
    if user is None or not user.active:
        raise invalid("user", "User: is invalid")
    if organization_id not in store.organizations.rows:
        raise invalid("organization", "Organization: is invalid")
    others = len(store.memberships_of_user.get(user_id, ()))
    if pair(store, user_id, organization_id):
        raise invalid("user_id", "User: has already been taken", "DuplicateValue")
    if others and not store.settings["multiple_organizations"]:
        raise invalid("user_id", "User: cannot be a member of more than one organization")
    now = store.now()
    row = Membership(store.next_id("membership"), user_id, organization_id, False, now, now, view_tickets=view_tickets)
    store.index_membership(row)
    if default or not others:
        make_default(store, row)
    return row


def make_default(store: Store, row: Membership) -> None:
    """Side effect: the user's organization is the membership's."""
    for record in store.memberships_of_user[row.user_id]:
        other = store.memberships.rows[record]
        if other.default != (other is row):
            other.default, other.updated = other is row, store.now()
    _show(store, row.user_id, row.organization_id)


def end(store: Store, row: Membership) -> None:
    """Side effects: the next oldest membership becomes the default; the user's tickets leave the organization."""
    store.memberships.drop(row.id)
    store.hooks.touch("user", row.user_id)
    store.memberships_of_user[row.user_id].remove(row.id)
    store.memberships_of_organization[row.organization_id].pop(row.id, None)
    if row.default:
        remaining = store.memberships_of_user[row.user_id]
        if remaining:
            make_default(store, store.memberships.rows[remaining[0]])
        else:
            _show(store, row.user_id, None)
    for ticket in store.tickets:
        if ticket.requester_id == row.user_id and ticket.organization_id == row.organization_id:
            ticket.organization_id = None
            store.touch_ticket(ticket)


def replace_all(store: Store, user: User, organization_id: int | None) -> None:
    """What `organization_id` on an update means: that one is the default and every other membership ends."""
    if organization_id is not None and organization_id not in store.organizations.rows:
        raise invalid("organization", "Organization: is invalid")
    kept = pair(store, user.id, organization_id) if organization_id is not None else None
    for record in list(store.memberships_of_user.get(user.id, ())):
        row = store.memberships.rows[record]
        if row is not kept:
            end(store, row)
    if kept is not None:
        make_default(store, kept)
    elif organization_id is not None:
        create(store, user.id, organization_id)


def _show(store: Store, user_id: int, organization_id: int | None) -> None:
    """A user shows only the default organization; that, and nothing else of a membership, is a change."""
    user = store.users.rows[user_id]
    if user.organization_id != organization_id:
        user.organization_id = organization_id
        user.updated = store.now()
        store.user_changes.touch(user.id, user.updated)
