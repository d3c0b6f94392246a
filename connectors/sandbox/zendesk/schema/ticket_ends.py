"""How tickets end: deleted and restored, deleted for good, merged into another; and comments that are redacted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.zendesk.answers import invalid, not_found
from connectors.sandbox.zendesk.schema import tickets
from connectors.sandbox.zendesk.schema.records import User
from connectors.sandbox.zendesk.schema.ticket_rows import Ticket
from connectors.sandbox.zendesk.store import Store

SCRUBBED = "SCRUBBED"
MERGED_TAG = "closed_by_merge"
BLOCK = "▇"


def delete(store: Store, row: Ticket, caller: User) -> None:
    """It leaves every list but that of deleted tickets; the export shows it with the status deleted."""
    store.tickets.drop(row.id)
    row.deleted = row.updated = store.now()
    row.actor = caller.id
    store.deleted_tickets.put(row)
    store.touch_ticket(row)


def find_deleted(store: Store, record: int) -> Ticket:
    """Raises Refusal 404 for a ticket that is not deleted, or deleted for good."""
    row = store.deleted_tickets.get(record)
    if row is None or row.subject == SCRUBBED:
        raise not_found()
    return row


def restore(store: Store, row: Ticket) -> None:
    store.deleted_tickets.drop(row.id)
    row.deleted = row.actor = None
    row.updated = store.now()
    store.tickets.put(row)
    store.touch_ticket(row)


def destroy(store: Store, row: Ticket) -> None:
    """For good: what people wrote is gone, and the export says so."""
    row.subject = row.description = SCRUBBED
    row.fields, row.tags, row.comments, row.audits = {}, [], [], []
    row.external_id = None
    row.updated = store.now()
    store.touch_ticket(row)


def merge(store: Store, source: Ticket, target: Ticket, caller: User, given: Mapping[str, Any]) -> None:
    """The source is closed, and both say so in a comment. Raises Invalid."""
    if source is target or "closed" in (source.status, target.status):
        raise invalid("base", "Tickets: cannot be merged")
    before = tickets.audited(source)
    source.status, source.merged_into = "closed", target.id
    source.solved = source.solved or store.now()
    source.custom_status_id = store.ticket_setup.default_status("closed")
    source.tags = sorted({*source.tags, MERGED_TAG})
    closing = given.get("source_comment") or (
        f'This request was closed and merged into request #{target.id} "{target.subject}".'
    )
    opening = given.get("target_comment") or f'Request #{source.id} "{source.subject}" was closed and merged here.'
    events = tickets.changes(before, tickets.audited(source))
    _say(store, source, caller, str(closing), given.get("source_comment_is_public") is True, events)
    _say(store, target, caller, str(opening), given.get("target_comment_is_public") is True, [])


def redact(store: Store, row: Ticket, comment: int, text: str) -> dict[str, Any]:
    """The comment with every sign of the text blocked out, here and in the ticket's description. Raises Refusal."""
    found = next((one for one in row.comments if one["id"] == comment), None)
    if found is None:
        raise not_found()
    if not text or text not in found["body"]:
        raise invalid("text", "Text: was not found in the comment")
    found["body"] = found["body"].replace(text, BLOCK * len(text))
    if found is row.comments[0]:
        row.description = found["body"]
    row.updated = store.now()
    store.touch_ticket(row)
    return found


def _say(
    store: Store, row: Ticket, caller: User, body: str, public: bool, events: list[dict[str, Any]]
) -> dict[str, Any]:
    comment = tickets.add_comment(store, row, caller.id, body, public)
    numbered = [{"id": store.next_id("comment"), **event} for event in events]
    row.updated = store.now()
    store.touch_ticket(row)
    return tickets.add_audit(store, row, caller.id, [tickets.comment_event(comment), *numbered])
