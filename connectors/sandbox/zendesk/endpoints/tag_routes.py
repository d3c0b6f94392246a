"""/tags below users, organizations and tickets: GET shows, POST sets, PUT adds, DELETE removes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.zendesk.answers import Answer
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.schema import organizations, tags, tickets, users
from connectors.sandbox.zendesk.schema.records import Organization, User
from connectors.sandbox.zendesk.schema.ticket_rows import Ticket

Row = Organization | User | Ticket
Find = Callable[[Call], Row]


def endpoints(owner: str) -> dict[str, Callable[[Call], Answer]]:
    """The handlers by HTTP method for users, organizations or tickets."""
    find = {"users": _user, "organizations": _organization, "tickets": _ticket}[owner]
    return {
        "GET": lambda call: Answer({"tags": find(call).tags}),
        "POST": lambda call: _write(call, find(call), set(_given(call)), 201),
        "PUT": lambda call: _write(call, row := find(call), {*row.tags, *_given(call)}),
        "DELETE": lambda call: _write(call, row := find(call), set(row.tags) - set(_given(call))),
    }


def _write(call: Call, row: Row, wanted: set[str], status: int = 200) -> Answer:
    """The tags of custom field values stay whatever is asked."""
    change: dict[str, Any] = {"tags": sorted(wanted)}
    match row:
        case Organization():
            organizations.update(call.store, row, change)
        case User():
            users.update(call.store, row, change)
        case Ticket():
            tickets.update(call.store, row, change, call.principal)
    return Answer({"tags": row.tags}, status)


def _given(call: Call) -> list[str]:
    body = call.body if isinstance(call.body, dict) else {}
    return tags.normalised(body.get("tags", call.query.get("tags")))


def _user(call: Call) -> Row:
    return users.find_active(call.store, call.params["id"])


def _organization(call: Call) -> Row:
    return organizations.find(call.store, call.params["id"])


def _ticket(call: Call) -> Row:
    return tickets.find(call.store, call.params["id"])
