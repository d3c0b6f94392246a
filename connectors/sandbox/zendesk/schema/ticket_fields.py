"""The fields of tickets: those that every account has, and how the API shows the custom ones."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.zendesk.schema.fields import Definition, Kind
from connectors.sandbox.zendesk.schema.ticket_setup import CustomStatus
from connectors.sandbox.zendesk.times import iso

FIRST = 46_000_000_000_001
# type and title, by id
SYSTEM = {
    FIRST + number: pair
    for number, pair in enumerate(
        (
            ("subject", "Subject"),
            ("description", "Description"),
            ("status", "Status"),
            ("tickettype", "Type"),
            ("priority", "Priority"),
            ("group", "Group"),
            ("assignee", "Assignee"),
            ("custom_status", "Ticket status"),
        )
    )
}
OPTIONS = {
    "status": ("Open", "Pending", "Solved"),
    "tickettype": ("Question", "Incident", "Problem", "Task"),
    "priority": ("Low", "Normal", "High", "Urgent"),
}
# a field of one choice is called otherwise on tickets than on users
VENDOR_TYPES = {Kind.DROPDOWN: "tagger", Kind.TEXTAREA: "textarea"}
KINDS = {"tagger": Kind.DROPDOWN}


def system_fields(base: str, created: int, statuses: list[CustomStatus]) -> list[dict[str, Any]]:
    return [_system(base, created, id, kind, title, statuses) for id, (kind, title) in SYSTEM.items()]


def _system(base: str, created: int, id: int, kind: str, title: str, statuses: list[CustomStatus]) -> dict[str, Any]:
    body = _body(base, id, kind, title, "", created, created, id - FIRST) | {"removable": False}
    if kind in OPTIONS:
        body["system_field_options"] = [{"name": name, "value": name.lower()} for name in OPTIONS[kind]]
    if kind == "custom_status":
        body["custom_statuses"] = [row.wire(base) for row in statuses]
    return body


def wire(definition: Definition, base: str) -> dict[str, Any]:
    """A custom field of tickets; it has no key."""
    kind = VENDOR_TYPES.get(definition.kind, definition.kind.value)
    times = (definition.created, definition.updated)
    body = _body(base, definition.id, kind, definition.title, definition.description, *times, definition.position)
    body |= {"removable": True, "active": definition.active, "regexp_for_validation": definition.pattern}
    body["tag"] = definition.tag if definition.kind is Kind.CHECKBOX else None
    if definition.kind in (Kind.DROPDOWN, Kind.MULTISELECT):
        body["custom_field_options"] = [option.wire() for option in definition.options]
    if definition.kind is Kind.LOOKUP:
        body |= {"relationship_target_type": definition.target, "relationship_filter": {"all": [], "any": []}}
    return body


def _body(
    base: str, id: int, kind: str, title: str, description: str, created: int, updated: int, position: int
) -> dict[str, Any]:
    return {
        "url": f"{base}/api/v2/ticket_fields/{id}.json",
        "id": id,
        "type": kind,
        "title": title,
        "raw_title": title,
        "title_in_portal": title,
        "raw_title_in_portal": title,
        "description": description,
        "raw_description": description,
        "position": position,
        "active": True,
        "required": False,
        "required_in_portal": False,
        "visible_in_portal": True,
        "editable_in_portal": True,
        "collapsed_for_agents": False,
        "agent_can_edit": True,
        "agent_description": "",
        "regexp_for_validation": None,
        "tag": None,
        "created_at": iso(created),
        "updated_at": iso(updated),
    }
