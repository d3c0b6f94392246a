"""/agent/users/{id}, /agent/organizations/{id} and /agent/tickets/{id}: where an agent would see the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.record_page import Link, Page, missing
from connectors.sandbox.zendesk.schema import identities, memberships
from connectors.sandbox.zendesk.schema.fields import Definitions
from connectors.sandbox.zendesk.store import Store
from connectors.sandbox.zendesk.times import iso

PRODUCT = "Zendesk"


async def user(request: Request) -> Response:
    """A user with identities and memberships, without a login; a deleted one says so. 404 as a page, too."""
    store = _store(request)
    row = store.users.get(request.path_params["id"])
    if row is None:
        return missing(PRODUCT)
    fields = {
        "Email": row.email,
        "Role": row.role,
        "External ID": row.external_id,
        "Phone": row.phone,
        "Email verified": row.verified,
        "Suspended": row.suspended or None,
        "Tags": ", ".join(row.tags),
        "Alias": row.alias,
        "Details": row.details,
        "Notes": row.notes,
        **_custom(store.user_fields, row.fields),
        **_times(row.id, row.created, row.updated),
    }
    lists: list[tuple[str, Sequence[Any]]] = [
        ("Organization memberships", _memberships(store, row.id)),
        ("Identities", _identities(store, row.id)),
    ]
    notice = "" if row.active else "This user is deleted."
    return Page(PRODUCT, "User", row.name, _with_value(fields), lists, notice).response()


async def organization(request: Request) -> Response:
    """An organization with its users, without a login; a deleted one says so. 404 as a page, too."""
    store, record = _store(request), request.path_params["id"]
    row = store.organizations.get(record) or store.deleted_organizations.get(record)
    if row is None:
        return missing(PRODUCT)
    fields = {
        "Domain names": ", ".join(row.domain_names),
        "External ID": row.external_id,
        "Tags": ", ".join(row.tags),
        "Details": row.details,
        "Notes": row.notes,
        **_custom(store.organization_fields, row.fields),
        **_times(row.id, row.created, row.updated),
    }
    members = [store.memberships.rows[one].user_id for one in store.memberships_of_organization.get(row.id, ())]
    lists = [("Users", [Link(store.users.rows[one].name, f"/agent/users/{one}") for one in members])]
    notice = "" if row.deleted is None else "This organization is deleted."
    return Page(PRODUCT, "Organization", row.name, _with_value(fields), lists, notice).response()


async def ticket(request: Request) -> Response:
    """A ticket with its comments, without a login. 404 as a page, too."""
    store = _store(request)
    row = store.tickets.get(request.path_params["id"])
    if row is None:
        return missing(PRODUCT)
    organization = store.organizations.get(row.organization_id or 0)
    fields = {
        "Status": row.status,
        "Priority": row.priority,
        "Requester": _person(store, row.requester_id),
        "Assignee": _person(store, row.assignee_id),
        "Organization": organization and Link(organization.name, f"/agent/organizations/{organization.id}"),
        "Tags": ", ".join(row.tags),
        **_times(row.id, row.created, row.updated),
    }
    lines = [comment["body"] + ("" if comment["public"] else " (internal)") for comment in row.comments]
    return Page(PRODUCT, "Ticket", row.subject, _with_value(fields), [("Conversation", lines)]).response()


def _person(store: Store, id: int | None) -> Link | None:
    found = store.users.get(id or 0)
    return Link(found.name, f"/agent/users/{found.id}") if found else None


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    store.settle()
    return store


def _custom(definitions: Definitions, values: Mapping[str, Any]) -> dict[str, Any]:
    known = ((definitions.by_key.get(key), value) for key, value in values.items())
    return {
        definition.title: ", ".join(value) if isinstance(value, list) else value
        for definition, value in known
        if definition is not None
    }


def _times(id: int, created: int, updated: int) -> dict[str, Any]:
    return {"ID": id, "Created": iso(created), "Updated": iso(updated)}


def _with_value(fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(label, value) for label, value in fields.items() if value not in (None, "")]


def _memberships(store: Store, user_id: int) -> list[Link]:
    rows = (store.memberships.rows[record] for record in memberships.of_user(store, user_id))
    return [
        Link(
            store.organizations.rows[row.organization_id].name,
            f"/agent/organizations/{row.organization_id}",
            " (default)" if row.default else "",
        )
        for row in rows
    ]


def _identities(store: Store, user_id: int) -> list[str]:
    return [
        f"{row.kind}: {row.value}{_said((('primary', row.primary), ('verified', row.verified)))}"
        for row in identities.of_user(store, user_id)
    ]


def _said(words: Iterable[tuple[str, bool]]) -> str:
    true = [word for word, holds in words if holds]
    return f" ({', '.join(true)})" if true else ""
