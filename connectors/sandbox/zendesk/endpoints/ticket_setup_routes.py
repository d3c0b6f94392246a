"""What an account has set up for its tickets: /api/v2/custom_statuses, brands, groups and ticket_forms."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.zendesk.answers import Answer, invalid, not_found
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.given import text
from connectors.sandbox.zendesk.schema.ticket_fields import SYSTEM
from connectors.sandbox.zendesk.schema.ticket_setup import (
    CATEGORIES,
    FIRST_BRAND,
    FIRST_GROUP,
    FIRST_STATUS,
    Brand,
    CustomStatus,
    Form,
    Group,
)


def statuses(call: Call) -> Answer:
    """GET custom_statuses, all in one answer; `status_categories`, `active` and `default` choose among them."""
    wanted = [part for part in call.query.get("status_categories", "").split(",") if part]
    rows = [row for row in call.store.ticket_setup.statuses.values() if not wanted or row.category in wanted]
    for name in ("active", "default"):
        if name in call.query:
            rows = [row for row in rows if getattr(row, name) is (call.query[name] == "true")]
    return Answer({"custom_statuses": [row.wire(call.base) for row in rows]})


def show_status(call: Call) -> Answer:
    return Answer({"custom_status": _found(call.store.ticket_setup.statuses, call).wire(call.base)})


def create_status(call: Call) -> Answer:
    given, setup = call.part("custom_status"), call.store.ticket_setup
    category, label = given.get("status_category"), text("agent_label", given.get("agent_label"))
    if category not in CATEGORIES:
        raise invalid("status_category", "Status category: is invalid")
    if not label:
        raise invalid("agent_label", "Agent label: cannot be blank", "BlankValue")
    row = CustomStatus(setup.next_id(setup.statuses, FIRST_STATUS), str(category), label, call.store.now())
    setup.add_status(row)
    return Answer({"custom_status": row.wire(call.base)}, 201)


def update_status(call: Call) -> Answer:
    row, given = _found(call.store.ticket_setup.statuses, call), call.part("custom_status")
    if isinstance(given.get("active"), bool):
        if row.default and not given["active"]:
            raise invalid("active", "Active: a default status cannot be deactivated")
        row.active = given["active"]
    row.label = text("agent_label", given.get("agent_label")) or row.label
    return Answer({"custom_status": row.wire(call.base)})


def brands(call: Call) -> Answer:
    rows = call.store.ticket_setup.brands
    return call.page("brands", sorted(rows), lambda id: rows[id].wire(call.base))


def show_brand(call: Call) -> Answer:
    return Answer({"brand": _found(call.store.ticket_setup.brands, call).wire(call.base)})


def create_brand(call: Call) -> Answer:
    given, setup = call.part("brand"), call.store.ticket_setup
    name, subdomain = _name(given), text("subdomain", given.get("subdomain"))
    if not subdomain:
        raise invalid("subdomain", "Subdomain: cannot be blank", "BlankValue")
    row = Brand(setup.next_id(setup.brands, FIRST_BRAND), name, subdomain, call.store.now())
    setup.brands[row.id] = row
    return Answer({"brand": row.wire(call.base)}, 201)


def groups(call: Call) -> Answer:
    rows = {id: row for id, row in call.store.ticket_setup.groups.items() if not row.deleted}
    return call.page("groups", sorted(rows), lambda id: rows[id].wire(call.base))


def show_group(call: Call) -> Answer:
    return Answer({"group": _found(call.store.ticket_setup.groups, call).wire(call.base)})


def create_group(call: Call) -> Answer:
    given, setup = call.part("group"), call.store.ticket_setup
    row = Group(setup.next_id(setup.groups, FIRST_GROUP), _name(given), call.store.now())
    setup.groups[row.id] = row
    return Answer({"group": row.wire(call.base)}, 201)


def forms(call: Call) -> Answer:
    rows = [_form(call, row) for row in call.store.ticket_setup.forms.values()]
    return Answer({"ticket_forms": rows, "next_page": None, "previous_page": None, "count": len(rows)})


def show_form(call: Call) -> Answer:
    return Answer({"ticket_form": _form(call, _found(call.store.ticket_setup.forms, call))})


def _form(call: Call, row: Form) -> dict[str, Any]:
    return row.wire(call.base, [*SYSTEM, *call.store.ticket_fields.table.ids])


def _found(rows: dict[int, Any], call: Call) -> Any:
    """Raises Refusal 404."""
    row = rows.get(call.params["id"])
    if row is None:
        raise not_found()
    return row


def _name(given: dict[str, Any]) -> str:
    name = text("name", given.get("name"))
    if not name:
        raise invalid("name", "Name: cannot be blank", "BlankValue")
    return name
