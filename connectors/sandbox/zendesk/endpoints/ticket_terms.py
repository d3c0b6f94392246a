"""What search knows of a ticket: the values of each property, and the order of statuses and priorities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.zendesk.schema import tickets
from connectors.sandbox.zendesk.schema.ticket_rows import Ticket
from connectors.sandbox.zendesk.store import Store

PRIORITIES = ("none", *tickets.CHOICES["priority"])
ORDERED = {"status": tickets.STATUSES, "priority": PRIORITIES}
PEOPLE = {"requester": "requester_id", "submitter": "submitter_id", "assignee": "assignee_id"}
SET_UP = {"group": "groups", "brand": "brands", "form": "forms"}
SORTED_BY: dict[str, Callable[[Any], Any]] = {
    "created_at": lambda row: row.created,
    "updated_at": lambda row: row.updated,
    "priority": lambda row: tickets.rank(row) if isinstance(row, Ticket) else 0,
    "status": lambda row: tickets.STATUSES.index(row.status) if isinstance(row, Ticket) else 0,
    "ticket_type": lambda row: (row.kind or "") if isinstance(row, Ticket) else "",
}


def values(store: Store, row: Ticket, name: str) -> tuple[Any, ...] | None:
    """The values of a property that only tickets have; None for another one."""
    if (person := PEOPLE.get(name.removesuffix("_id"))) is not None:
        return _person(store, getattr(row, person))
    if (part := SET_UP.get(name.removesuffix("_id").removeprefix("ticket_"))) is not None:
        attribute = "ticket_form_id" if part == "forms" else f"{part.removesuffix('s')}_id"
        found = getattr(store.ticket_setup, part).get(getattr(row, attribute))
        return (found.id, found.name) if found else ()
    match name:
        case "organization" | "organization_id":
            home = store.organizations.get(row.organization_id) if row.organization_id is not None else None
            return (row.organization_id, home.name) if home else (row.organization_id,)
        case "type" | "ticket_type":
            return (row.kind,)
        case "via":
            return (row.channel,)
    if name.startswith("custom_field_"):
        value = row.fields.get(name.removeprefix("custom_field_"))
        return tuple(value) if isinstance(value, list) else (value,)
    return None


def compares(name: str, sign: str, value: str, row: Ticket) -> bool:
    """Whether the row's status or priority stands before or after the value, as the sign asks."""
    order = ORDERED[name]
    if value not in order:
        return False
    held, bound = order.index(getattr(row, name) or "none"), order.index(value)
    return {"<": held < bound, "<=": held <= bound, ">": held > bound, ">=": held >= bound}[sign]


def _person(store: Store, id: int | None) -> tuple[Any, ...]:
    found = store.users.get(id) if id is not None else None
    return (found.id, found.name, found.email) if found else (id,)
