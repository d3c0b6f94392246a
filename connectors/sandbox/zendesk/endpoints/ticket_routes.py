"""/api/v2/tickets, their comments and audits, and the tickets of a user or an organization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.zendesk.answers import Answer, not_found
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.schema import organizations, ticket_ends, tickets, uploads, users
from connectors.sandbox.zendesk.schema.ticket_rows import Ticket
from connectors.sandbox.zendesk.times import iso

TOO_MANY = "Parameter  cannot specify more than 100 values"


def index(call: Call) -> Answer:
    """All tickets that are not archived, or those with an external_id."""
    body = {"error": "APIRateLimitExceeded", "description": "Number of allowed ticket list requests exceeded"}
    call.limit("tickets-index", None, 100, 60, body)
    wanted, now = call.query.get("external_id"), call.store.now()
    if wanted is not None:
        return _page(call, lambda ticket: ticket.external_id == wanted)
    return _page(call, lambda ticket: not ticket.archived(now))


def requested(call: Call) -> Answer:
    """GET users/{id}/tickets/requested, archived ones too."""
    user = users.find(call.store, call.params["id"])
    return _page(call, lambda ticket: ticket.requester_id == user.id)


def assigned(call: Call) -> Answer:
    user, now = users.find(call.store, call.params["id"]), call.store.now()
    return _page(call, lambda ticket: ticket.assignee_id == user.id and not ticket.archived(now))


def of_organization(call: Call) -> Answer:
    """GET organizations/{id}/tickets, but archived ones."""
    row, now = organizations.find(call.store, call.params["id"]), call.store.now()
    return _page(call, lambda ticket: ticket.organization_id == row.id and not ticket.archived(now))


def show(call: Call) -> Answer:
    row = _row(call)
    return Answer({"ticket": shown(call, row), **sides(call, [row])})


def show_many(call: Call) -> Answer:
    found = (call.store.tickets.get(record) for record in call.listed_ids("ids", TOO_MANY, 100))
    rows = [row for row in found if row is not None]
    bodies = [shown(call, row) for row in rows]
    more = sides(call, rows)
    return Answer({"tickets": bodies, "next_page": None, "previous_page": None, "count": len(rows), **more})


def count_of_organization(call: Call) -> Answer:
    row, now = organizations.find(call.store, call.params["id"]), call.store.now()
    return _count(call, sum(one.organization_id == row.id and not one.archived(now) for one in call.store.tickets))


def count(call: Call) -> Answer:
    now = call.store.now()
    return _count(call, sum(not row.archived(now) for row in call.store.tickets))


def comments(call: Call) -> Answer:
    row = _row(call)
    bodies = [_comment(row, comment, call.base) for comment in row.comments]
    return call.page("comments", range(len(bodies)), bodies.__getitem__)


def audits(call: Call) -> Answer:
    row = _row(call)
    bodies = [_audit(row, audit, call.base) for audit in row.audits]
    return call.page("audits", range(len(bodies)), bodies.__getitem__)


def create(call: Call) -> Answer:
    """201 with the ticket and its first audit."""
    row, audit = tickets.create(call.store, call.part("ticket"), call.principal)
    body = shown(call, row)
    return Answer({"ticket": body, "audit": _audit(row, audit, call.base)}, 201, {"Location": body["url"]})


def update(call: Call) -> Answer:
    """The ticket and the audit of this write; 409 when `safe_update` is asked and the ticket changed meanwhile."""
    body = {"error": "APIRateLimitExceeded", "description": "Number of allowed ticket updates exceeded"}
    call.limit("ticket-update", None, 100, 60, body)
    row = _row(call)
    call.limit("ticket-update-one", (call.principal.id, row.id), 30, 600, body)
    audit = tickets.update(call.store, row, call.part("ticket"), call.principal)
    return Answer({"ticket": shown(call, row), "audit": _audit(row, audit, call.base)})


def delete(call: Call) -> Answer:
    ticket_ends.delete(call.store, _row(call), call.principal)
    return Answer(None, 204)


def redact(call: Call) -> Answer:
    """PUT tickets/{id}/comments/{comment}/redact"""
    row, body = _row(call), call.body if isinstance(call.body, dict) else {}
    comment = ticket_ends.redact(call.store, row, call.params["comment"], str(body.get("text") or ""))
    return Answer({"comment": _comment(row, comment, call.base)})


def make_private(call: Call) -> Answer:
    row = _row(call)
    found = next((comment for comment in row.comments if comment["id"] == call.params["comment"]), None)
    if found is None:
        raise not_found()
    found["public"] = False
    call.store.touch_ticket(row)
    return Answer(None, 204)


def sides(call: Call, rows: list[Ticket]) -> dict[str, Any]:
    """The side-loads of these tickets."""
    store, wanted = call.store, call.query.get("include", "").split(",")
    found: dict[str, Any] = {}
    if "users" in wanted:
        people = (id for row in rows for id in (row.requester_id, row.submitter_id, row.assignee_id))
        known = (store.users.get(id) for id in dict.fromkeys(people) if id is not None)
        found["users"] = [users.wire(store, user, call.base) for user in known if user]
    if "organizations" in wanted:
        ids = dict.fromkeys(row.organization_id for row in rows if row.organization_id is not None)
        homes = (store.organizations.get(id) for id in ids)
        found["organizations"] = [organizations.wire(store, home, call.base) for home in homes if home]
    if "groups" in wanted:
        groups = dict.fromkeys(row.group_id for row in rows if row.group_id is not None)
        found["groups"] = [store.ticket_setup.groups[id].wire(call.base) for id in groups]
    if "custom_statuses" in wanted:
        found["custom_statuses"] = [status.wire(call.base) for status in store.ticket_setup.statuses.values()]
    if "metric_sets" in wanted:
        found["metric_sets"] = [row.metric(call.base) for row in rows]
    return found


def shown(call: Call, row: Ticket) -> dict[str, Any]:
    """The ticket, with what was asked to stand in it."""
    body = tickets.wire(call.store, row, call.base)
    if "comment_count" in call.query.get("include", "").split(","):
        body["comment_count"] = len(row.comments)
    return body


def _row(call: Call) -> Ticket:
    return tickets.find(call.store, call.params["id"])


SORTED_BY: dict[str, Callable[[Ticket], Any]] = {
    "id": lambda ticket: ticket.id,
    "created_at": lambda ticket: (ticket.created, ticket.id),
    "updated_at": lambda ticket: (ticket.updated, ticket.id),
    "subject": lambda ticket: ((ticket.subject or "").lower(), ticket.id),
    "status": lambda ticket: (tickets.STATUSES.index(ticket.status), ticket.id),
    "priority": lambda ticket: (tickets.rank(ticket), ticket.id),
    "requester": lambda ticket: (ticket.requester_id, ticket.id),
    "assignee": lambda ticket: (ticket.assignee_id or 0, ticket.id),
    "group": lambda ticket: (ticket.group_id or 0, ticket.id),
}


def _count(call: Call, value: int) -> Answer:
    return Answer({"count": {"value": value, "refreshed_at": iso(call.store.now())}})


def _page(call: Call, wanted: Callable[[Ticket], bool]) -> Answer:
    """A page of these tickets: by id, or as `sort_by` and `sort_order`, or `sort` (with a minus: descending) say."""
    rows = [ticket for ticket in call.store.tickets if wanted(ticket)]
    asked = call.query.get("sort") or call.query.get("sort_by") or ""
    name, down = asked.removeprefix("-"), asked.startswith("-") or call.query.get("sort_order") == "desc"
    if name in SORTED_BY:
        rows.sort(key=SORTED_BY[name], reverse=down)
    answer = call.page("tickets", range(len(rows)), lambda position: shown(call, rows[position]))
    chosen = [call.store.tickets.rows[body["id"]] for body in answer.content["tickets"]]
    answer.content.update(sides(call, chosen))
    return answer


def _via(row: Ticket) -> dict[str, Any]:
    return {"channel": row.channel, "source": {"from": {}, "to": {}, "rel": None}}


def _said(comment: dict[str, Any], base: str) -> dict[str, Any]:
    """What a comment shows in its list and in its audit."""
    return {
        "type": "Comment",
        "author_id": comment["author_id"],
        "body": comment["body"],
        "html_body": f'<div class="zd-comment" dir="auto">{comment["body"]}</div>',
        "plain_body": comment["body"],
        "public": comment["public"],
        "attachments": [uploads.wire(kept, base) for kept in comment.get("files", ())],
        "audit_id": comment.get("audit_id"),
    }


def _comment(row: Ticket, comment: dict[str, Any], base: str) -> dict[str, Any]:
    more = {"via": _via(row), "created_at": iso(comment["created"]), "metadata": {"system": {}, "custom": {}}}
    return {"id": comment["id"], **_said(comment, base), **more}


def _audit(row: Ticket, audit: dict[str, Any], base: str) -> dict[str, Any]:
    said = {comment["id"]: _said(comment, base) for comment in row.comments}
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
