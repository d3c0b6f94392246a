"""/api/v2/users but its identities, memberships and tickets."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Answer, bad_request, forbidden
from connectors.sandbox.zendesk.auth import ANONYMOUS
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.endpoints import search
from connectors.sandbox.zendesk.paging import offset_page
from connectors.sandbox.zendesk.schema import organizations, users
from connectors.sandbox.zendesk.schema.records import User
from connectors.sandbox.zendesk.times import iso

TOO_MANY = "Parameter  cannot specify more than 100 values"
TOO_MANY_CREATED = "Maximum 100 users may be created per call"
TOO_MANY_UPDATED = "Maximum 100 users may be updated per call"


def index(call: Call) -> Answer:
    """All active users, or those of a role, or the one with an external_id."""
    store, query = call.store, call.query
    if "external_id" in query:
        row = users.by_external_id(store, query["external_id"])
        ids = [row.id] if row else []
    else:
        ids = store.active_user_ids()
        roles = {role for key in ("role", "role[]") if key in query for role in query[key].split(",")}
        if roles:
            ids = [record for record in ids if store.users.rows[record].role in roles]
    return _page(call, ids)


def of_organization(call: Call) -> Answer:
    """GET organizations/{id}/users"""
    store = call.store
    row = organizations.find(store, call.params["id"])
    members = store.memberships_of_organization.get(row.id, ())
    return _page(call, sorted({store.memberships.rows[record].user_id for record in members}))


def me(call: Call) -> Answer:
    """Whoever calls: without valid credentials the anonymous user."""
    body = users.wire(call.store, call.principal, call.base)
    if call.principal is ANONYMOUS:
        body |= {"id": None, "url": None, "role": "end-user", "created_at": None, "updated_at": None}
    return Answer({"user": {**body, "authenticity_token": "sandbox"}})


def show(call: Call) -> Answer:
    return _answer(call, users.find(call.store, call.params["id"]))


def create(call: Call) -> Answer:
    given = call.part("user")
    call.warn("user", given, users.PERMITTED)
    return _answer(call, users.create(call.store, given), 201)


def update(call: Call) -> Answer:
    given = call.part("user")
    call.warn("user", given, users.PERMITTED)
    row = users.find_active(call.store, call.params["id"])
    _limit_updates(call, row)
    return _answer(call, users.update(call.store, row, given))


def create_or_update(call: Call) -> Answer:
    given = call.part("user")
    call.warn("user", given, users.PERMITTED)
    _limit_updates(call, users.existing(call.store, given))
    row, new = users.create_or_update(call.store, given)
    return _answer(call, row, 201 if new else 200)


def delete(call: Call) -> Answer:
    """200 with the user and active false."""
    row = users.find_active(call.store, call.params["id"])
    if row is call.principal:
        raise forbidden("You cannot delete yourself")
    users.delete(call.store, row)
    return _answer(call, row)


def merge(call: Call) -> Answer:
    """PUT users/{loser}/merge with the winner's id."""
    loser = users.find_active(call.store, call.params["id"])
    winner = whole(call.part("user").get("id"))
    if winner is None:
        raise bad_request("user id is missing")
    return _answer(call, users.merge(call.store, loser, users.find_active(call.store, winner)))


def show_many(call: Call) -> Answer:
    """Unknown ids are left out."""
    store = call.store
    found = [store.users.get(record) for record in call.listed_ids("ids", TOO_MANY, 100)]
    found += [users.by_external_id(store, value) for value in call.listed("external_ids", TOO_MANY, 100)]
    rows = [row for row in found if row is not None]
    return Answer(_with_sides(call, offset_page("users", rows, _render(call), call.query, call.address), rows))


def search_users(call: Call) -> Answer:
    """By external_id (exact), or by a query over the index; 10,000 results at most."""
    store = call.store
    if "external_id" in call.query:
        row = users.by_external_id(store, call.query["external_id"])
        rows = [row] if row else []
    else:
        rows = search.users_matching(store, call.query.get("query", ""))
    return Answer(offset_page("users", rows, _render(call), call.query, call.address))


def autocomplete(call: Call) -> Answer:
    """Names that start with the given text."""
    start = call.query.get("name", "").strip().lower()
    if len(start) < 2:
        raise bad_request("Name must be at least 2 characters")
    rows = [row for row in call.store.users if row.active and row.name.lower().startswith(start)]
    return Answer(offset_page("users", rows, _render(call), call.query, call.address))


def count(call: Call) -> Answer:
    body = {"value": len(call.store.active_user_ids()), "refreshed_at": iso(call.store.now())}
    return Answer({"count": body})


def related(call: Call) -> Answer:
    row = users.find(call.store, call.params["id"])
    requested = sum(ticket.requester_id == row.id for ticket in call.store.tickets)
    counts = {"assigned_tickets": 0, "ccd_tickets": 0, "organization_subscriptions": 0}
    return Answer({"user_related": {"requested_tickets": requested, **counts}})


def deleted(call: Call) -> Answer:
    """GET deleted_users"""
    ids = [row.id for row in call.store.users if not row.active]
    render = _render(call)
    return call.page("deleted_users", ids, lambda record: render(call.store.users.rows[record]))


def create_many(call: Call) -> Answer:
    _require_import(call)
    return call.job("users.create", call.rows("users", TOO_MANY_CREATED))


def create_or_update_many(call: Call) -> Answer:
    _require_import(call)
    return call.job("users.upsert", call.rows("users", TOO_MANY_CREATED))


def update_many(call: Call) -> Answer:
    """Batch (`users` with an id or external_id each) or bulk (`ids=` and one `user`)."""
    if isinstance(call.body, dict) and "users" in call.body:
        return call.job("users.update", call.rows("users", TOO_MANY_UPDATED))
    given = call.part("user")
    rows: list[dict[str, Any]] = [{**given, "id": record} for record in call.listed_ids("ids", TOO_MANY, 100)]
    rows += [{**given, "external_id": value} for value in call.listed("external_ids", TOO_MANY, 100)]
    if not rows:
        raise bad_request("Give ids, external_ids or users")
    return call.job("users.update", rows)


def destroy_many(call: Call) -> Answer:
    rows: list[dict[str, Any]] = [{"id": record} for record in call.listed_ids("ids", TOO_MANY, 100)]
    rows += [{"external_id": value} for value in call.listed("external_ids", TOO_MANY, 100)]
    return call.job("users.delete", rows)


def _require_import(call: Call) -> None:
    """Bulk creation must have been enabled for the account by the vendor's support."""
    if not call.store.settings["bulk_user_import"]:
        raise forbidden("Bulk user imports are not enabled for this account. Contact Zendesk Customer Support.")


def _limit_updates(call: Call, row: User | None) -> None:
    """One a second for the account, and five a minute for each user."""
    body = {"errors": [{"code": "TooManyRequests", "title": "Too many requests to update"}]}
    call.limit("user-update-account", None, 1, 1, body)
    if row is not None:
        text = (
            "You have exceeded the rate limit for updating a single unique user. "
            f"user email: {row.email} id: {row.id} external_id: {row.external_id}"
        )
        call.limit("user-update", row.id, 5, 60, {"error": "TooManyRequests", "description": text})


def _render(call: Call) -> Any:
    return lambda row: users.wire(call.store, row, call.base)


def _page(call: Call, ids: list[int]) -> Answer:
    rows, render = call.store.users.rows, _render(call)
    answer = call.page("users", ids, lambda record: render(rows[record]))
    return Answer(_with_sides(call, answer.content, [rows[user["id"]] for user in answer.content["users"]]))


def _with_sides(call: Call, body: dict[str, Any], rows: list[User]) -> dict[str, Any]:
    """Add what `include=organizations,identities` asks for."""
    return body | sides(call, rows)


def sides(call: Call, rows: list[User]) -> dict[str, Any]:
    """The side-loads of these users."""
    store, wanted = call.store, call.query.get("include", "").split(",")
    found: dict[str, Any] = {}
    if "organizations" in wanted:
        ids = dict.fromkeys(row.organization_id for row in rows if row.organization_id is not None)
        known = (store.organizations.get(record) for record in ids)
        found["organizations"] = [organizations.wire(store, row, call.base) for row in known if row]
    if "identities" in wanted:
        records = (record for row in rows for record in store.identities_of.get(row.id, ()))
        found["identities"] = [store.identities.rows[record].wire(call.base) for record in records]
    return found


def _answer(call: Call, row: User, status: int = 200) -> Answer:
    body = users.wire(call.store, row, call.base)
    return Answer({"user": body}, status, {"Location": body["url"]} if status == 201 else {})
