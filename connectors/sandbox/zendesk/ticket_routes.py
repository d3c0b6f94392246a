"""/api/v2/tickets, their comments, and the tickets of a user or an organization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.zendesk import organizations, tags, users
from connectors.sandbox.zendesk.answers import Answer, Refusal, invalid, not_found
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.records import Ticket
from connectors.sandbox.zendesk.store import Store
from connectors.sandbox.zendesk.times import iso

TOO_MANY = "Parameter  cannot specify more than 100 values"
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")


def index(call: Call) -> Answer:
    body = {"error": "APIRateLimitExceeded", "description": "Number of allowed ticket list requests exceeded"}
    call.limit("tickets-index", None, 100, 60, body)
    return _page(call, lambda ticket: True)


def requested(call: Call) -> Answer:
    """GET users/{id}/tickets/requested"""
    user = users.find(call.store, call.params["id"])
    return _page(call, lambda ticket: ticket.requester_id == user.id)


def of_organization(call: Call) -> Answer:
    row = organizations.find(call.store, call.params["id"])
    return _page(call, lambda ticket: ticket.organization_id == row.id)


def show(call: Call) -> Answer:
    return _answer(call, _row(call))


def show_many(call: Call) -> Answer:
    found = (call.store.tickets.get(record) for record in call.listed_ids("ids", TOO_MANY, 100))
    rows = [row.wire(call.base) for row in found if row is not None]
    return Answer({"tickets": rows, "next_page": None, "previous_page": None, "count": len(rows)})


def count(call: Call) -> Answer:
    return Answer({"count": {"value": len(call.store.tickets), "refreshed_at": iso(call.store.now())}})


def comments(call: Call) -> Answer:
    row = _row(call)
    bodies = [_comment(call, row, comment) for comment in row.comments]
    return call.page("comments", range(len(bodies)), bodies.__getitem__)


def create(call: Call) -> Answer:
    """A requester by id, or by email (made if unknown); the organization is the requester's unless given."""
    store, given = call.store, call.part("ticket")
    requester = _requester(call, given)
    comment = given.get("comment")
    comment = comment if isinstance(comment, dict) else {}
    body = str(comment.get("body") or comment.get("html_body") or given.get("description") or "")
    if not body:
        raise invalid("base", "Description: cannot be blank", "BlankValue")
    now = store.now()
    organization = given.get("organization_id") or store.users.rows[requester].organization_id
    subject = str(given.get("subject") or body[:80])
    row = Ticket(0, subject, body, "new", requester, organization, now, now, channel="api")
    _assign(row, given)
    row.id = store.next_id("ticket")
    add_comment(store, row, requester, body, bool(comment.get("public", True)))
    store.tickets.put(row)
    store.ticket_changes.touch(row.id, now)
    return _answer(call, row, 201)


def update(call: Call) -> Answer:
    """409 when `safe_update` is asked and the ticket changed after `updated_stamp`."""
    body = {"error": "APIRateLimitExceeded", "description": "Number of allowed ticket updates exceeded"}
    call.limit("ticket-update", None, 100, 60, body)
    store, row, given = call.store, _row(call), call.part("ticket")
    if given.get("safe_update") and given.get("updated_stamp") != iso(row.updated):
        text = "The ticket was updated since updated_stamp"
        raise Refusal(409, {"error": "UpdateConflict", "description": text})
    _assign(row, given)
    comment = given.get("comment")
    if isinstance(comment, dict) and comment.get("body"):
        author = int(comment.get("author_id") or call.principal.id)
        add_comment(store, row, author, str(comment["body"]), bool(comment.get("public", True)))
    row.updated = store.now()
    store.ticket_changes.touch(row.id, row.updated)
    return _answer(call, row)


def delete(call: Call) -> Answer:
    row = _row(call)
    call.store.tickets.drop(row.id)
    call.store.ticket_changes.forget(row.id)
    return Answer(None, 204)


def add_comment(store: Store, row: Ticket, author: int, body: str, public: bool) -> None:
    """Append a comment, made now."""
    comment = {"id": store.next_id("comment"), "author_id": author, "body": body, "public": public}
    row.comments.append({**comment, "created": store.now()})


def _assign(row: Ticket, given: dict[str, Any]) -> None:
    if given.get("status", "new") not in STATUSES:
        raise invalid("status", "Status: is not included in the list")
    for name in ("subject", "status", "priority", "assignee_id", "external_id", "organization_id"):
        if name in given:
            setattr(row, name, given[name])
    if "type" in given:
        row.kind = given["type"]
    if "tags" in given:
        row.tags = tags.normalised(given["tags"])
    for value in given.get("custom_fields") or ():
        row.fields[str(value["id"])] = value.get("value")


def _requester(call: Call, given: dict[str, Any]) -> int:
    store, named = call.store, given.get("requester")
    if isinstance(named, dict) and named.get("email"):
        row = users.by_email(store, str(named["email"]))
        return (row or users.create(store, {"name": named["email"], **named})).id
    requester = given.get("requester_id") or call.principal.id
    if requester not in store.users.rows:
        raise invalid("requester", "Requester: is invalid")
    return int(requester)


def _row(call: Call) -> Ticket:
    row = call.store.tickets.get(call.params["id"])
    if row is None:
        raise not_found()
    return row


def _page(call: Call, wanted: Callable[[Ticket], bool]) -> Answer:
    ids = [ticket.id for ticket in call.store.tickets if wanted(ticket)]
    return call.page("tickets", ids, lambda record: call.store.tickets.rows[record].wire(call.base))


def _comment(call: Call, row: Ticket, comment: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": comment["id"],
        "type": "Comment",
        "author_id": comment["author_id"],
        "body": comment["body"],
        "html_body": f'<div class="zd-comment" dir="auto">{comment["body"]}</div>',
        "plain_body": comment["body"],
        "public": comment["public"],
        "attachments": [],
        "audit_id": comment["id"] + 1,
        "via": {"channel": row.channel, "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": iso(comment["created"]),
        "metadata": {"system": {}, "custom": {}},
    }


def _answer(call: Call, row: Ticket, status: int = 200) -> Answer:
    body = row.wire(call.base)
    return Answer({"ticket": body}, status, {"Location": body["url"]} if status == 201 else {})
