"""What a ticket may be: its people, status, custom fields and comments, and the audit that each write leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Refusal, invalid, not_found
from connectors.sandbox.zendesk.given import key, objects, text
from connectors.sandbox.zendesk.schema import tags, uploads, users
from connectors.sandbox.zendesk.schema.records import User
from connectors.sandbox.zendesk.schema.ticket_rows import Ticket
from connectors.sandbox.zendesk.store import Store
from connectors.sandbox.zendesk.times import iso

# attribute -> its values; none is allowed too
CHOICES = {
    "priority": ("low", "normal", "high", "urgent"),
    "type": ("problem", "incident", "question", "task"),
}
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
AUDITED_IF_GIVEN = ("assignee_id", "external_id", "tags", "group_id")
# what an audit tells of, in the vendor's order
AUDITED = (
    *("subject", "requester_id", "priority", "type", "status", "organization_id", "assignee_id", "external_id"),
    *("tags", "group_id", "brand_id", "ticket_form_id", "custom_status_id"),
)
# what a ticket refers to of the account's set-up -> attribute of the set-up, and the word for it
SET_UP = {
    "group_id": ("groups", "Group"),
    "brand_id": ("brands", "Brand"),
    "ticket_form_id": ("forms", "Ticket form"),
}


def rank(row: Ticket) -> int:
    """Where its priority stands, from none upwards."""
    return CHOICES["priority"].index(row.priority) + 1 if row.priority else 0


def wire(store: Store, row: Ticket, base: str) -> dict[str, Any]:
    """The ticket with every active custom field. Of one that is gone for good nothing can be read."""
    return row.wire(base, store.ticket_fields.rendered(row.fields))


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
    setup = store.ticket_setup
    row.brand_id, row.ticket_form_id = setup.default_of(setup.brands), setup.default_of(setup.forms)
    row.custom_status_id = setup.default_status("new")
    _assign(store, row, values)
    row.subject = row.subject or body[:80]
    row.id = store.next_id("ticket")
    store.tickets.put(row)
    state = {name: value for name, value in audited(row).items() if value or name not in AUDITED_IF_GIVEN}
    events = [{"type": "Create", "field_name": name, "value": value} for name, value in state.items()]
    return row, _write(store, row, caller, events, body, author or requester.id, comment)


def update(store: Store, row: Ticket, given: Mapping[str, Any], caller: User) -> dict[str, Any]:
    """The audit of the write. Raises Invalid and then changes nothing; Refusal 409 for an outdated safe update."""
    if given.get("safe_update") and given.get("updated_stamp") != iso(row.updated):
        description = "The ticket was updated since updated_stamp"
        raise Refusal(409, {"error": "UpdateConflict", "description": description})
    if row.status == "closed":
        raise invalid("status", "Status: closed prevents ticket update")
    comment, values = _comment(given), _checked(store, given, row)
    author, before = _author(store, comment), audited(row)
    if given.get("requester_id") is not None or isinstance(given.get("requester"), dict):
        row.requester_id = _requester(store, given, caller).id
    _assign(store, row, values)
    events = changes(before, audited(row))
    return _write(store, row, caller, events, _body(comment), author or caller.id, comment)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The events of an audit that tell what changed."""
    return [
        {"type": "Change", "field_name": name, "value": value, "previous_value": before[name]}
        for name, value in after.items()
        if value != before[name]
    ]


def add_comment(store: Store, row: Ticket, author: int, body: str, public: bool) -> dict[str, Any]:
    """Append a comment, made now, of the audit that is written next."""
    comment = {"id": store.next_id("comment"), "author_id": author, "body": body, "public": public, "files": []}
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
    if said:
        said[0]["files"] = uploads.of_tokens(comment.get("uploads"))
    row.updated = store.now()
    store.touch_ticket(row)
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


def _checked(store: Store, given: Mapping[str, Any], row: Ticket | None = None) -> dict[str, Any]:
    """The given attributes as they are stored; `row`: the ticket that has custom fields already. Raises Invalid."""
    values: dict[str, Any] = {}
    for name in ("subject", "external_id"):
        if name in given:
            values[name] = key(name, given[name])
    for name, choices in CHOICES.items():
        if name in given:
            if given[name] not in (None, "", *choices):
                raise invalid(name, f"{name.capitalize()}: {given[name]} is not included in the list")
            values[name] = given[name] or None
    values |= _status(store, given) | _ids(store, given) | _set_up(store, given)
    if "due_at" in given:
        values["due"] = text("due_at", given["due_at"]) or None
    if "tags" in given:
        values["tags"] = tags.normalised(given["tags"])
    pairs = [(whole(field.get("id")), field.get("value")) for field in objects(given.get("custom_fields"))]
    fields = {str(id): value for id, value in pairs if id is not None}
    values["fields"] = store.ticket_fields.merged(row.fields if row else {}, fields, refuse_unknown=True)
    return values


def _status(store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    """A custom status brings its category along; a plain status the custom one that is its default."""
    setup = store.ticket_setup
    if given.get("custom_status_id") is not None:
        custom = setup.statuses.get(whole(given["custom_status_id"]) or 0)
        if custom is None or not custom.active:
            raise invalid("custom_status_id", "Custom status: is invalid")
        return {"status": custom.category, "custom_status_id": custom.id}
    if given.get("status") is None:
        return {}
    if given["status"] not in STATUSES:
        raise invalid("status", f"Status: {given['status']} is not included in the list")
    return {"status": given["status"], "custom_status_id": setup.default_status(given["status"])}


def _set_up(store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, (attribute, label) in SET_UP.items():
        if name in given:
            found = None if given[name] is None else getattr(store.ticket_setup, attribute).get(whole(given[name]) or 0)
            if found is None and given[name] is not None:
                raise invalid(name, f"{label}: is invalid")
            if found is not None or name == "group_id":
                values[name] = found.id if found else None
    return values


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


def _assign(store: Store, row: Ticket, values: Mapping[str, Any]) -> None:
    before = store.ticket_fields.tags_of(row.fields)
    for name, value in values.items():
        setattr(row, "kind" if name == "type" else name, value)
    row.tags = tags.remirrored(row.tags, before, store.ticket_fields.tags_of(row.fields))
    if row.status in ("solved", "closed"):
        row.solved = row.solved or store.now()
    else:
        row.solved = None


def audited(row: Ticket) -> dict[str, Any]:
    """What audits compare, as they write it: ids are text."""
    body = row.wire("", {})
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
