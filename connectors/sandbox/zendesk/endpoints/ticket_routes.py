"""/api/v2/tickets, their comments and audits, and the tickets of a user or an organization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.zendesk.answers import Answer
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.schema import organizations, tickets, users
from connectors.sandbox.zendesk.schema.records import Ticket
from connectors.sandbox.zendesk.times import iso

TOO_MANY = "Parameter  cannot specify more than 100 values"


def index(call: Call) -> Answer:
    """All tickets, or those with an external_id."""
    body = {"error": "APIRateLimitExceeded", "description": "Number of allowed ticket list requests exceeded"}
    call.limit("tickets-index", None, 100, 60, body)
    wanted = call.query.get("external_id")
    return _page(call, lambda ticket: wanted is None or ticket.external_id == wanted)


def requested(call: Call) -> Answer:
    """GET users/{id}/tickets/requested"""
    user = users.find(call.store, call.params["id"])
    return _page(call, lambda ticket: ticket.requester_id == user.id)


def of_organization(call: Call) -> Answer:
    row = organizations.find(call.store, call.params["id"])
    return _page(call, lambda ticket: ticket.organization_id == row.id)


def show(call: Call) -> Answer:
    return Answer({"ticket": _row(call).wire(call.base)})


def show_many(call: Call) -> Answer:
    found = (call.store.tickets.get(record) for record in call.listed_ids("ids", TOO_MANY, 100))
    rows = [row.wire(call.base) for row in found if row is not None]
    return Answer({"tickets": rows, "next_page": None, "previous_page": None, "count": len(rows)})


def count(call: Call) -> Answer:
    return Answer({"count": {"value": len(call.store.tickets), "refreshed_at": iso(call.store.now())}})


def comments(call: Call) -> Answer:
    row = _row(call)
    bodies = [_comment(row, comment) for comment in row.comments]
    return call.page("comments", range(len(bodies)), bodies.__getitem__)


def audits(call: Call) -> Answer:
    row = _row(call)
    bodies = [_audit(row, audit) for audit in row.audits]
    return call.page("audits", range(len(bodies)), bodies.__getitem__)


def create(call: Call) -> Answer:
    """201 with the ticket and its first audit."""
    row, audit = tickets.create(call.store, call.part("ticket"), call.principal)
    body = row.wire(call.base)
    return Answer({"ticket": body, "audit": _audit(row, audit)}, 201, {"Location": body["url"]})


def update(call: Call) -> Answer:
    """The ticket and the audit of this write; 409 when `safe_update` is asked and the ticket changed meanwhile."""
    body = {"error": "APIRateLimitExceeded", "description": "Number of allowed ticket updates exceeded"}
    call.limit("ticket-update", None, 100, 60, body)
    row = _row(call)
    audit = tickets.update(call.store, row, call.part("ticket"), call.principal)
    return Answer({"ticket": row.wire(call.base), "audit": _audit(row, audit)})


def delete(call: Call) -> Answer:
    row = _row(call)
    call.store.tickets.drop(row.id)
    call.store.ticket_changes.forget(row.id)
    return Answer(None, 204)


def _row(call: Call) -> Ticket:
    return tickets.find(call.store, call.params["id"])


def _page(call: Call, wanted: Callable[[Ticket], bool]) -> Answer:
    ids = [ticket.id for ticket in call.store.tickets if wanted(ticket)]
    return call.page("tickets", ids, lambda record: call.store.tickets.rows[record].wire(call.base))


def _via(row: Ticket) -> dict[str, Any]:
    return {"channel": row.channel, "source": {"from": {}, "to": {}, "rel": None}}


def _said(comment: dict[str, Any]) -> dict[str, Any]:
    """What a comment shows in its list and in its audit."""
    return {
        "type": "Comment",
        "author_id": comment["author_id"],
        "body": comment["body"],
        "html_body": f'<div class="zd-comment" dir="auto">{comment["body"]}</div>',
        "plain_body": comment["body"],
        "public": comment["public"],
        "attachments": [],
        "audit_id": comment.get("audit_id"),
    }


def _comment(row: Ticket, comment: dict[str, Any]) -> dict[str, Any]:
    more = {"via": _via(row), "created_at": iso(comment["created"]), "metadata": {"system": {}, "custom": {}}}
    return {"id": comment["id"], **_said(comment), **more}


def _audit(row: Ticket, audit: dict[str, Any]) -> dict[str, Any]:
    said = {comment["id"]: _said(comment) for comment in row.comments}
    events = [event | said.get(event["id"], {}) for event in audit["events"]]
    return {
        "id": audit["id"],
        "ticket_id": row.id,
        "created_at": iso(audit["created"]),
        "author_id": audit["author_id"],
        "metadata": {"system": {}, "custom": {}},
        "events": events,
        "via": _via(row),
    }
