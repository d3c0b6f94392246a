"""What a ticket may be: its people, status, custom fields and comments, and the audit that each write leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Refusal, invalid, not_found
from connectors.sandbox.zendesk.given import key, objects, text
from connectors.sandbox.zendesk.schema import tags, users
from connectors.sandbox.zendesk.schema.records import CUSTOM_STATUSES, Ticket, User
from connectors.sandbox.zendesk.store import Store
from connectors.sandbox.zendesk.times import iso

# attribute -> its values; none is allowed too
CHOICES = {
    "priority": ("low", "normal", "high", "urgent"),
    "type": ("problem", "incident", "question", "task"),
}
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
AUDITED_IF_GIVEN = ("assignee_id", "external_id", "tags")
# what an audit tells of, in the vendor's order
AUDITED = (
    *("subject", "requester_id", "priority", "type", "status", "organization_id", "assignee_id", "external_id"),
    *("tags", "brand_id", "ticket_form_id", "custom_status_id"),
)
STATUS_OF = {custom: status for status, custom in CUSTOM_STATUSES.items() if status != "closed"}


def find(store: Store, record: int) -> Ticket:
    """Raises Refusal 404."""
    row = store.tickets.get(record)
    if row is None:
        raise not_found()
    return row


def create(store: Store, given: Mapping[str, Any], caller: User) -> tuple[Ticket, dict[str, Any]]:
    """The ticket and its first audit. A requester by id, or by email (made if unknown); the organization is the
    requester's unless given. Raises Invalid and then makes no ticket."""
    comment = _comment(given)
    body = _body(comment) or text("description", given.get("description"))
    if not body:
        raise invalid("base", "Description: cannot be blank", "BlankValue")
    values = _checked(store, given)
    author = _author(store, comment)
    requester = _requester(store, given, caller)
    now = store.now()
    row = Ticket(0, body[:80], body, "new", requester.id, requester.organization_id, now, now, channel="api")
    row.submitter_id = caller.id
    _assign(row, values)
    row.subject = row.subject or body[:80]
    row.id = store.next_id("ticket")
    store.tickets.put(row)
    state = {name: value for name, value in _state(row).items() if value or name not in AUDITED_IF_GIVEN}
    events = [{"type": "Create", "field_name": name, "value": value} for name, value in state.items()]
    return row, _write(store, row, caller, events, body, author or requester.id, comment)


def update(store: Store, row: Ticket, given: Mapping[str, Any], caller: User) -> dict[str, Any]:
    """The audit of the write. Raises Invalid and then changes nothing; Refusal 409 for an outdated safe update."""
    if given.get("safe_update") and given.get("updated_stamp") != iso(row.updated):
        description = "The ticket was updated since updated_stamp"
        raise Refusal(409, {"error": "UpdateConflict", "description": description})
    if row.status == "closed":
        raise invalid("status", "Status: closed prevents ticket update")
    comment, values = _comment(given), _checked(store, given)
    author, before = _author(store, comment), _state(row)
    if given.get("requester_id") is not None or isinstance(given.get("requester"), dict):
        row.requester_id = _requester(store, given, caller).id
    _assign(row, values)
    events = [
        {"type": "Change", "field_name": name, "value": value, "previous_value": before[name]}
        for name, value in _state(row).items()
        if value != before[name]
    ]
    return _write(store, row, caller, events, _body(comment), author or caller.id, comment)


def add_comment(store: Store, row: Ticket, author: int, body: str, public: bool) -> dict[str, Any]:
    """Append a comment, made now, of the audit that is written next."""
    comment = {"id": store.next_id("comment"), "author_id": author, "body": body, "public": public}
    row.comments.append({**comment, "created": store.now(), "audit_id": store.last_ids["audit"] + 1})
    return row.comments[-1]


def comment_event(comment: dict[str, Any]) -> dict[str, Any]:
    """How an audit tells of a comment: under the comment's own id."""
    return {"id": comment["id"], "type": "Comment"}


def add_audit(store: Store, row: Ticket, author: int, events: list[dict[str, Any]]) -> dict[str, Any]:
    """Append an audit, made now."""
    row.audits.append({"id": store.next_id("audit"), "author_id": author, "created": store.now(), "events": events})
    return row.audits[-1]


def _write(
    store: Store,
    row: Ticket,
    caller: User,
    events: list[dict[str, Any]],
    body: str | None,
    author: int,
    comment: Mapping[str, Any],
) -> dict[str, Any]:
    said = [add_comment(store, row, author, body, bool(comment.get("public", True)))] if body else []
    row.updated = store.now()
    store.ticket_changes.touch(row.id, row.updated)
    numbered = [{"id": store.next_id("comment"), **event} for event in events]
    return add_audit(store, row, caller.id, [*map(comment_event, said), *numbered])


def _comment(given: Mapping[str, Any]) -> dict[str, Any]:
    comment = given.get("comment")
    return comment if isinstance(comment, dict) else {}


def _body(comment: Mapping[str, Any]) -> str | None:
    return text("comment", comment.get("body")) or text("comment", comment.get("html_body"))


def _author(store: Store, comment: Mapping[str, Any]) -> int | None:
    if comment.get("author_id") is None:
        return None
    return _known(store, comment["author_id"], "author").id


def _checked(store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given attributes as they are stored. Raises Invalid."""
    values: dict[str, Any] = {}
    for name in ("subject", "external_id"):
        if name in given:
            values[name] = key(name, given[name])
    for name, choices in CHOICES.items():
        if name in given:
            if given[name] not in (None, "", *choices):
                raise invalid(name, f"{name.capitalize()}: {given[name]} is not included in the list")
            values[name] = given[name] or None
    values |= _status(given) | _ids(store, given)
    if "tags" in given:
        values["tags"] = tags.normalised(given["tags"])
    fields = [(whole(field.get("id")), field.get("value")) for field in objects(given.get("custom_fields"))]
    values["fields"] = {str(id): value for id, value in fields if id is not None}
    return values


def _status(given: Mapping[str, Any]) -> dict[str, Any]:
    """A custom status brings its category along."""
    if given.get("custom_status_id") is not None:
        status = STATUS_OF.get(whole(given["custom_status_id"]) or 0)
        if status is None:
            raise invalid("custom_status_id", "Custom status: is invalid")
        return {"status": status}
    if given.get("status") is None:
        return {}
    if given["status"] not in STATUSES:
        raise invalid("status", f"Status: {given['status']} is not included in the list")
    return {"status": given["status"]}


def _ids(store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "organization_id" in given:
        values["organization_id"] = record = given["organization_id"]
        if record is not None:
            values["organization_id"] = record = whole(record)
            if record not in store.organizations.rows:
                raise invalid("organization", "Organization: is invalid")
    if "assignee_id" in given:
        assignee = None if given["assignee_id"] is None else _known(store, given["assignee_id"], "assignee")
        if assignee is not None and assignee.role not in ("agent", "admin"):
            raise invalid("assignee", "Assignee: is invalid")
        values["assignee_id"] = assignee.id if assignee else None
    return values


def _assign(row: Ticket, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        match name:
            case "type":
                row.kind = value
            case "fields":
                row.fields = {**row.fields, **value}
            case _:
                setattr(row, name, value)


def _state(row: Ticket) -> dict[str, Any]:
    """What audits compare, as they write it: ids are text."""
    body = row.wire("")
    return {
        name: str(body[name]) if name.endswith("_id") and body[name] is not None else body[name] for name in AUDITED
    }


def _requester(store: Store, given: Mapping[str, Any], caller: User) -> User:
    named = given.get("requester")
    if isinstance(named, dict) and named.get("email"):
        row = users.by_email(store, str(named["email"]))
        return row or users.create(store, {"name": named["email"], **named})
    if given.get("requester_id") is None:
        return caller
    return _known(store, given["requester_id"], "requester")


def _known(store: Store, record: object, name: str) -> User:
    user = store.users.get(whole(record) or 0)
    if user is None or not user.active:
        raise invalid(name, f"{name.capitalize()}: is invalid")
    return user
