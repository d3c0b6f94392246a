"""What an organization may be: unique name and external id, custom fields mirrored into tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import invalid, not_found
from connectors.sandbox.zendesk.given import key, text
from connectors.sandbox.zendesk.schema import memberships, tags
from connectors.sandbox.zendesk.schema.records import Organization
from connectors.sandbox.zendesk.store import Store, name_key

TEXTS = ("details", "notes")
PERMITTED = (
    *("id", "name", "external_id", "domain_names", "details", "notes", "group_id", "tags"),
    *("shared_tickets", "shared_comments", "organization_fields"),
    *("url", "created_at", "updated_at", "deleted_at"),
)


def wire(store: Store, row: Organization, base: str) -> dict[str, Any]:
    return row.wire(base, store.organization_fields.rendered(row.fields))


def find(store: Store, record: int) -> Organization:
    """Raises Refusal 404."""
    row = store.organizations.get(record)
    if row is None:
        raise not_found()
    return row


def by_external_id(store: Store, external_id: str) -> Organization | None:
    record = store.organization_by_external_id.get(external_id.lower())
    return store.organizations.get(record) if record is not None else None


def create(store: Store, given: Mapping[str, Any]) -> Organization:
    """Raises Invalid."""
    now = store.now()
    row = Organization(0, "", now, now)
    fields = _checked(store, row, {"name": None, **given})
    row.id = store.next_id("organization")
    _assign(store, row, given, fields)
    store.index_organization(row)
    store.organization_changes.touch(row.id, now)
    return row


def update(store: Store, row: Organization, given: Mapping[str, Any]) -> Organization:
    """Write the given attributes; the others stay. Raises Invalid and then changes nothing."""
    fields = _checked(store, row, given)
    store.unindex_organization(row)
    _assign(store, row, given, fields)
    _reindex(store, row)
    row.updated = store.now()
    store.organization_changes.touch(row.id, row.updated)
    return row


def delete(store: Store, row: Organization) -> None:
    """Side effect: its memberships end, and its tickets belong to no organization."""
    for membership in list(store.memberships_of_organization.get(row.id, ())):
        memberships.end(store, store.memberships.rows[membership])
    for ticket in store.tickets:
        if ticket.organization_id == row.id:
            ticket.organization_id = None
            store.touch_ticket(ticket)
    store.unindex_organization(row)
    store.organizations.drop(row.id)
    row.deleted = row.updated = store.now()
    store.deleted_organizations.put(row)
    store.organization_changes.touch(row.id, row.deleted)


def create_or_update(store: Store, given: Mapping[str, Any]) -> tuple[Organization, bool]:
    """By id or external id, never by name. Returns the row and whether it is new. Raises Refusal."""
    row = None
    if given.get("id") is not None:
        row = find(store, whole(given["id"]) or 0)
    elif given.get("external_id") not in (None, ""):
        row = by_external_id(store, str(given["external_id"]))
    return (create(store, given), True) if row is None else (update(store, row, given), False)


def _reindex(store: Store, row: Organization) -> None:
    store.organization_by_name[name_key(row.name)] = row.id
    if row.external_id:
        store.organization_by_external_id[row.external_id.lower()] = row.id
    for domain in row.domain_names:
        store.organization_by_domain.setdefault(domain.lower(), row.id)


def _checked(store: Store, row: Organization, given: Mapping[str, Any]) -> dict[str, Any]:
    """The custom field values that `row` will have. Raises Invalid."""
    if "name" in given:
        name = given["name"]
        if not isinstance(name, str) or not name.strip():
            raise invalid("name", "Name: cannot be blank", "BlankValue")
        if len(name) > 255:
            raise invalid("name", "Name: is too long (maximum is 255 characters)", "ValueTooLong")
        if store.organization_by_name.get(name_key(name), row.id) != row.id:
            raise invalid("name", "Name: has already been taken", "DuplicateValue")
    external_id = key("external_id", given.get("external_id"))
    if external_id and store.organization_by_external_id.get(external_id.lower(), row.id) != row.id:
        raise invalid("external_id", "External: has already been taken", "DuplicateValue")
    for attribute in TEXTS:
        text(attribute, given.get(attribute))
    if "organization_fields" not in given:
        return row.fields
    refuse = store.settings["refuse_unknown_options"]
    return store.organization_fields.merged(row.fields, given["organization_fields"], refuse)


def _assign(store: Store, row: Organization, given: Mapping[str, Any], fields: dict[str, Any]) -> None:
    if "name" in given:
        row.name = given["name"]
    if "external_id" in given:
        row.external_id = key("external_id", given["external_id"])
    if "domain_names" in given:
        row.domain_names = domains(given["domain_names"])
    for name in TEXTS:
        if name in given:
            setattr(row, name, text(name, given[name]))
    if "group_id" in given:
        row.group_id = whole(given["group_id"])
    for name in ("shared_tickets", "shared_comments"):
        if name in given:
            setattr(row, name, bool(given[name]))
    if "tags" in given:
        row.tags = tags.normalised(given["tags"])
    before, row.fields = store.organization_fields.tags_of(row.fields), fields
    row.tags = tags.remirrored(row.tags, before, store.organization_fields.tags_of(fields))


def domains(given: object) -> list[str]:
    """Domain names from a list or from text, lower case, each once, in the given order."""
    parts = given.replace(",", " ").split() if isinstance(given, str) else given
    if not isinstance(parts, list):
        return []
    return list(dict.fromkeys(str(part).strip().lower() for part in parts if str(part).strip()))
