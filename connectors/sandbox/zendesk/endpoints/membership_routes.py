"""/api/v2/organization_memberships, and the same below users and organizations."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Answer, invalid, not_found
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.jobs import JobKind
from connectors.sandbox.zendesk.schema import memberships, organizations, users
from connectors.sandbox.zendesk.schema.records import Membership
from connectors.sandbox.zendesk.store import Store

TOO_MANY = "Parameter  cannot specify more than 100 values"
NAME = "organization_memberships"


def index(call: Call) -> Answer:
    return _page(call, call.store.memberships.ids)


def of_user(call: Call) -> Answer:
    """The default first, which is not the order of ids: pages count positions."""
    ids = memberships.of_user(call.store, users.find(call.store, call.params["id"]).id)
    return call.page(NAME, range(len(ids)), lambda position: _show(call, ids[position]))


def of_organization(call: Call) -> Answer:
    row = organizations.find(call.store, call.params["id"])
    return _page(call, sorted(call.store.memberships_of_organization.get(row.id, ())))


def show(call: Call) -> Answer:
    return _answer(call, _row(call))


def create(call: Call) -> Answer:
    return _answer(call, _create(call.store, call.part("organization_membership")), 201)


def delete(call: Call) -> Answer:
    memberships.end(call.store, _row(call))
    return Answer(None, 204)


def leave(call: Call) -> Answer:
    """DELETE users/{user}/organizations/{organization}"""
    memberships.end(call.store, _pair(call))
    return Answer(None, 204)


def make_default(call: Call) -> Answer:
    """PUT users/{user}/organization_memberships/{id}/make_default: answers with the user's memberships."""
    row = _row(call)
    memberships.make_default(call.store, row)
    ids = memberships.of_user(call.store, row.user_id)
    return Answer({NAME: [_show(call, record) for record in ids]})


def make_organization_default(call: Call) -> Answer:
    """PUT users/{user}/organizations/{organization}/make_default: answers with that membership."""
    row = _pair(call)
    memberships.make_default(call.store, row)
    return _answer(call, row)


def create_many(call: Call) -> Answer:
    return call.job("memberships.create", call.rows(NAME, TOO_MANY, 100))


def destroy_many(call: Call) -> Answer:
    return call.job("memberships.delete", [{"id": row} for row in call.listed_ids("ids", TOO_MANY, 100)])


def _create(store: Store, given: Any) -> Membership:
    user, organization = whole(given.get("user_id")), whole(given.get("organization_id"))
    if user is None or organization is None:
        raise invalid("base", "User and organization: cannot be blank", "BlankValue")
    default, view_tickets = bool(given.get("default")), bool(given.get("view_tickets", True))
    return memberships.create(store, user, organization, default, view_tickets)


def _create_row(store: Store, given: Any) -> dict[str, Any]:
    return {"id": _create(store, given).id, "status": "Created"}


def _delete_row(store: Store, given: Any) -> dict[str, Any]:
    row = memberships.find(store, given["id"])
    memberships.end(store, row)
    return {"id": row.id, "action": "delete", "status": "Deleted", "success": True}


JOB_KINDS = {
    "memberships.create": JobKind(
        "Bulk Create Organization Membership",
        "OrganizationMembershipBulkCreateJob",
        "Creating Organization Membership",
        "OrganizationMembershipCreateError",
        "create",
        _create_row,
    ),
    "memberships.delete": JobKind(
        "Bulk Delete Organization Membership",
        "OrganizationMembershipBulkDeleteJob",
        "Deleting Organization Membership",
        "OrganizationMembershipDeleteError",
        "delete",
        _delete_row,
    ),
}


def _row(call: Call) -> Membership:
    row = memberships.find(call.store, call.params["id"])
    if call.params.get("user", row.user_id) != row.user_id:
        raise not_found()
    return row


def _pair(call: Call) -> Membership:
    row = memberships.pair(call.store, call.params["user"], call.params["organization"])
    if row is None:
        raise not_found()
    return row


def _page(call: Call, ids: list[int]) -> Answer:
    return call.page(NAME, ids, lambda record: _show(call, record))


def _show(call: Call, record: int) -> dict[str, Any]:
    row = call.store.memberships.rows[record]
    return memberships.wire(call.store, row, call.base, in_list=True)


def _answer(call: Call, row: Membership, status: int = 200) -> Answer:
    return Answer({"organization_membership": memberships.wire(call.store, row, call.base)}, status)
