"""/api/v2/organizations and everything below it but memberships."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Answer, bad_request, not_found
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.jobs import JobKind
from connectors.sandbox.zendesk.paging import offset_page
from connectors.sandbox.zendesk.schema import organizations
from connectors.sandbox.zendesk.schema.records import Organization
from connectors.sandbox.zendesk.store import Store
from connectors.sandbox.zendesk.times import iso

# the vendor's message really has two spaces
TOO_MANY = "Parameter  cannot specify more than 100 values"


def index(call: Call) -> Answer:
    return call.page("organizations", call.store.organizations.ids, lambda record: _show(call, record))


def user_organizations(call: Call) -> Answer:
    """GET users/{id}/organizations"""
    store, user = call.store, call.params["id"]
    rows = (store.memberships.rows[record] for record in store.memberships_of_user.get(user, ()))
    ids = sorted(row.organization_id for row in rows)
    return call.page("organizations", ids, lambda record: _show(call, record))


def show(call: Call) -> Answer:
    return _answer(call, organizations.find(call.store, call.params["id"]))


def create(call: Call) -> Answer:
    given = call.part("organization")
    call.warn("organization", given, organizations.PERMITTED)
    row = organizations.create(call.store, given)
    return _answer(call, row, 201)


def update(call: Call) -> Answer:
    given = call.part("organization")
    call.warn("organization", given, organizations.PERMITTED)
    row = organizations.find(call.store, call.params["id"])
    body = {"errors": [{"code": "TooManyRequests", "title": "Too many requests to update"}]}
    call.limit("organization-update", row.id, 5, 60, body)
    return _answer(call, organizations.update(call.store, row, given))


def create_or_update(call: Call) -> Answer:
    given = call.part("organization")
    call.warn("organization", given, organizations.PERMITTED)
    row, new = organizations.create_or_update(call.store, given)
    return _answer(call, row, 201 if new else 200)


def delete(call: Call) -> Answer:
    organizations.delete(call.store, organizations.find(call.store, call.params["id"]))
    return Answer(None, 204)


def show_many(call: Call) -> Answer:
    store = call.store
    ids = call.listed_ids("ids", TOO_MANY, 100)
    found = [store.organizations.get(record) for record in ids]
    external = call.listed("external_ids", TOO_MANY, 100)
    found += [organizations.by_external_id(store, value) for value in external]
    return _all(call, [row for row in found if row is not None])


def search(call: Call) -> Answer:
    """Exact and case-insensitive, by external_id or by name, not both."""
    store, query = call.store, call.query
    if ("external_id" in query) == ("name" in query):
        raise bad_request("Give either external_id or name")
    if "external_id" in query:
        row = organizations.by_external_id(store, query["external_id"])
    else:
        record = store.organization_by_name.get(query["name"].strip().lower())
        row = store.organizations.get(record) if record is not None else None
    return _all(call, [row] if row else [])


def autocomplete(call: Call) -> Answer:
    """Names that start with the given text."""
    start = call.query.get("name", "").strip().lower()
    if len(start) < 2:
        raise bad_request("Name must be at least 2 characters")
    return _all(call, [row for row in call.store.organizations if row.name.lower().startswith(start)])


def count(call: Call) -> Answer:
    body = {"value": len(call.store.organizations), "refreshed_at": iso(call.store.now())}
    return Answer({"count": body})


def related(call: Call) -> Answer:
    store = call.store
    row = organizations.find(store, call.params["id"])
    tickets = sum(ticket.organization_id == row.id for ticket in store.tickets)
    users = len(store.memberships_of_organization.get(row.id, ()))
    return Answer({"organization_related": {"tickets_count": tickets, "users_count": users}})


def create_many(call: Call) -> Answer:
    return call.job("organizations.create", call.rows("organizations", TOO_MANY, 100))


def update_many(call: Call) -> Answer:
    """Batch (`organizations` with an id or external_id each) or bulk (`ids=` and one `organization`)."""
    if isinstance(call.body, dict) and "organizations" in call.body:
        return call.job("organizations.update", call.rows("organizations", TOO_MANY, 100))
    given = call.part("organization")
    rows: list[dict[str, Any]] = [{**given, "id": record} for record in call.listed_ids("ids", TOO_MANY, 100)]
    rows += [{**given, "external_id": value} for value in call.listed("external_ids", TOO_MANY, 100)]
    if not rows:
        raise bad_request("Give ids, external_ids or organizations")
    return call.job("organizations.update", rows)


def destroy_many(call: Call) -> Answer:
    rows: list[dict[str, Any]] = [{"id": record} for record in call.listed_ids("ids", TOO_MANY, 100)]
    rows += [{"external_id": value} for value in call.listed("external_ids", TOO_MANY, 100)]
    return call.job("organizations.delete", rows)


def _create_row(store: Store, given: Any) -> dict[str, Any]:
    return {"status": "Created", "id": organizations.create(store, given).id}


def _update_row(store: Store, given: Any) -> dict[str, Any]:
    row = organizations.update(store, _target(store, given), given)
    return {"id": row.id, "action": "update", "status": "Updated", "success": True}


def _delete_row(store: Store, given: Any) -> dict[str, Any]:
    row = _target(store, given)
    organizations.delete(store, row)
    return {"id": row.id, "action": "delete", "status": "Deleted", "success": True}


def _target(store: Store, given: Any) -> Organization:
    if given.get("id") is not None:
        return organizations.find(store, whole(given["id"]) or 0)
    row = organizations.by_external_id(store, str(given.get("external_id", "")))
    if row is None:
        raise not_found()
    return row


JOB_KINDS = {
    "organizations.create": JobKind(
        "Bulk Create Organization",
        "OrganizationBulkCreateJob",
        "Creating Organization",
        "OrganizationCreateError",
        "create",
        _create_row,
    ),
    "organizations.update": JobKind(
        "Bulk Update Organization",
        "OrganizationBulkUpdateJob",
        "Updating Organization",
        "OrganizationUpdateError",
        "update",
        _update_row,
    ),
    "organizations.delete": JobKind(
        "Bulk Delete Organization",
        "OrganizationBulkDeleteJob",
        "Deleting Organization",
        "OrganizationDeleteError",
        "delete",
        _delete_row,
    ),
}


def _show(call: Call, record: int) -> dict[str, Any]:
    return organizations.wire(call.store, call.store.organizations.rows[record], call.base)


def _answer(call: Call, row: Organization, status: int = 200) -> Answer:
    body = organizations.wire(call.store, row, call.base)
    headers = {"Location": body["url"]} if status == 201 else {}
    return Answer({"organization": body}, status, headers)


def _all(call: Call, rows: list[Organization]) -> Answer:
    render = lambda row: organizations.wire(call.store, row, call.base)  # noqa: E731 - a name for one line
    return Answer(offset_page("organizations", rows, render, call.query, call.address))
