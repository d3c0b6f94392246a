"""What is done to many tickets at once, merges, and deleted tickets: /api/v2/tickets/*_many and /deleted_tickets."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Answer, bad_request
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.endpoints.ticket_routes import TOO_MANY
from connectors.sandbox.zendesk.jobs import JobKind
from connectors.sandbox.zendesk.paging import offset_page
from connectors.sandbox.zendesk.schema import ticket_ends, tickets
from connectors.sandbox.zendesk.schema.records import User
from connectors.sandbox.zendesk.schema.ticket_rows import Ticket
from connectors.sandbox.zendesk.store import Store
from connectors.sandbox.zendesk.times import iso

CALLER = "sandbox.caller"  # in a job's row: who asked for it


def create_many(call: Call) -> Answer:
    return _job(call, "tickets.create", call.rows("tickets", TOO_MANY, 100))


def update_many(call: Call) -> Answer:
    """Batch (`tickets` with an id each) or bulk (`ids=` and one `ticket`)."""
    if isinstance(call.body, dict) and "tickets" in call.body:
        return _job(call, "tickets.update", call.rows("tickets", TOO_MANY, 100))
    given = call.part("ticket")
    rows: list[dict[str, Any]] = [{**given, "id": record} for record in call.listed_ids("ids", TOO_MANY, 100)]
    if not rows:
        raise bad_request("Give ids or tickets")
    return _job(call, "tickets.update", rows)


def destroy_many(call: Call) -> Answer:
    return _job(call, "tickets.delete", [{"id": record} for record in call.listed_ids("ids", TOO_MANY, 100)])


def merge(call: Call) -> Answer:
    """POST tickets/{target}/merge with the ids of the tickets that go into it."""
    target = tickets.find(call.store, call.params["id"])
    body = call.body if isinstance(call.body, dict) else {}
    ids = body.get("ids")
    if not isinstance(ids, list) or not ids:
        raise bad_request("ids must be a list of ids")
    return _job(call, "tickets.merge", [{**body, "id": whole(id), "target": target.id} for id in ids])


def deleted(call: Call) -> Answer:
    """GET deleted_tickets: those that can be restored."""
    rows = [row for row in call.store.deleted_tickets if row.subject != ticket_ends.SCRUBBED]
    return Answer(offset_page("deleted_tickets", rows, lambda row: _deleted(call, row), call.query, call.address))


def restore(call: Call) -> Answer:
    """PUT deleted_tickets/{id}/restore"""
    ticket_ends.restore(call.store, ticket_ends.find_deleted(call.store, call.params["id"]))
    return Answer("")


def destroy(call: Call) -> Answer:
    """DELETE deleted_tickets/{id}: for good."""
    row = ticket_ends.find_deleted(call.store, call.params["id"])
    return call.job("tickets.destroy", [{"id": row.id}])


def _deleted(call: Call, row: Ticket) -> dict[str, Any]:
    actor = call.store.users.get(row.actor or 0)
    return {
        "id": row.id,
        "subject": row.subject,
        "actor": {"id": row.actor, "name": actor.name if actor else ""},
        "deleted_at": iso(row.deleted or 0),
        "previous_state": row.status,
    }


def _job(call: Call, kind: str, rows: list[dict[str, Any]]) -> Answer:
    return call.job(kind, [{**row, CALLER: call.principal.id} for row in rows])


def _caller(store: Store, given: Any) -> User:
    return store.users.rows[given[CALLER]]


def _create(store: Store, given: Any) -> dict[str, Any]:
    return {"id": tickets.create(store, given, _caller(store, given))[0].id, "status": "Created"}


def _update(store: Store, given: Any) -> dict[str, Any]:
    row = tickets.find(store, whole(given.get("id")) or 0)
    tickets.update(store, row, given, _caller(store, given))
    return {"id": row.id, "action": "update", "status": "Updated", "success": True}


def _delete(store: Store, given: Any) -> dict[str, Any]:
    row = tickets.find(store, whole(given.get("id")) or 0)
    ticket_ends.delete(store, row, _caller(store, given))
    return {"id": row.id, "action": "delete", "status": "Deleted", "success": True}


def _destroy(store: Store, given: Any) -> dict[str, Any]:
    ticket_ends.destroy(store, ticket_ends.find_deleted(store, given["id"]))
    return {"id": given["id"], "action": "delete", "status": "Deleted", "success": True}


def _merge(store: Store, given: Any) -> dict[str, Any]:
    source, target = tickets.find(store, given["id"] or 0), tickets.find(store, given["target"])
    ticket_ends.merge(store, source, target, _caller(store, given), given)
    return {"id": source.id, "action": "update", "status": "Updated", "success": True}


JOB_KINDS = {
    "tickets.create": JobKind(
        "Bulk Create Ticket", "TicketBulkImportJobV2", "Creating Ticket", "TicketCreateError", "create", _create
    ),
    "tickets.update": JobKind(
        "Bulk Update Ticket", "TicketBulkUpdateJobV2", "Updating Ticket", "TicketUpdateError", "update", _update
    ),
    "tickets.delete": JobKind(
        "Bulk Delete Ticket", "TicketBulkDeleteJob", "Deleting Ticket", "TicketDeleteError", "delete", _delete
    ),
    "tickets.destroy": JobKind(
        "Delete Ticket For Good", "TicketPermanentDeleteJob", "Deleting Ticket", "TicketDeleteError", "delete", _destroy
    ),
    "tickets.merge": JobKind("Merge Tickets", "TicketMergeJob", "Merging Ticket", "TicketMergeError", "update", _merge),
}
