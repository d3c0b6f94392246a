"""Contacts of the default folder and of a folder: list, make, read, change, move, delete."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from connectors.sandbox.graph.answers import Answer, Refusal, bad_request, not_found
from connectors.sandbox.graph.call import Call, Paths
from connectors.sandbox.graph.endpoints import rendering
from connectors.sandbox.graph.mailbox import Mailbox
from connectors.sandbox.graph.schema import contact as schema
from connectors.sandbox.graph.schema.contact import Contact

DEFAULT_TOP, MOST_TOP = 10, 1_000
_TEXT = r"'((?:[^']|'')*)'"
_BY_EMAIL = re.compile(rf"^emailAddresses/any\((\w+):\s*\1/address eq {_TEXT}\)$", re.IGNORECASE)
_BY_PROPERTY = re.compile(
    rf"^singleValueExtendedProperties/any\((\w+):\s*\1/id eq {_TEXT} and \1/value eq {_TEXT}\)$", re.IGNORECASE
)


def index(call: Call) -> Answer:
    box = call.box
    rows = _filtered(call, box.inside(_folder(call, box)))
    rows = _ordered(call, rows)
    top, skip = call.number("top", DEFAULT_TOP, MOST_TOP), call.number("skip", 0, 10**9)
    body: dict[str, Any] = {"@odata.context": rendering.context(call, "contacts")}
    if call.query.get("count", "").lower() == "true":
        body["@odata.count"] = len(rows)
    if skip + top < len(rows):
        more = {f"${name}": value for name, value in call.query.items()} | {"$top": top, "$skip": skip + top}
        body["@odata.nextLink"] = f"{call.address}?{urlencode(more)}"
    body["value"] = [rendering.contact(call, box, row) for row in rows[skip : skip + top]]
    return Answer(body)


def create(call: Call) -> Answer:
    box, given = call.box, call.object()
    values = schema.named(schema.accepted(given))
    row = box.add(_folder(call, box), values, schema.extended_of(given), call.store.time())
    return Answer(_one(call, box, row), 201)


def show(call: Call) -> Answer:
    box = call.box
    return Answer(_one(call, box, _found(call, box)))


def update(call: Call) -> Answer:
    """Properties that are named are replaced as a whole; another parent folder moves the contact."""
    box, given = call.box, call.object()
    row = _found(call, box)
    call.check_match(row)
    changes, extended = schema.accepted(given), schema.extended_of(given)
    target = box.folder(given[schema.PARENT]).id if isinstance(given.get(schema.PARENT), str) else row.folder
    row.values = schema.merged(row.values, changes)
    row.extended |= extended
    box.move(row, target, call.store.time())
    box.touch(row, call.store.time())
    return Answer(_one(call, box, row))


def delete(call: Call) -> Answer:
    box = call.box
    row = _found(call, box)
    call.check_match(row)
    box.remove(row)
    return Answer(None, 204)


def _folder(call: Call, box: Mailbox) -> str:
    return box.folder(call.params["folder"]).id if "folder" in call.params else box.root


def _found(call: Call, box: Mailbox) -> Contact:
    """By its id in the mailbox; a folder in the path has to be the contact's. Raises Refusal 404."""
    row = box.find(call.params["id"])
    if "folder" in call.params and row.folder != _folder(call, box):
        raise not_found()
    return row


def _one(call: Call, box: Mailbox, row: Contact) -> dict[str, Any]:
    return {"@odata.context": rendering.context(call, "contacts/$entity"), **rendering.contact(call, box, row)}


def _filtered(call: Call, rows: list[Contact]) -> list[Contact]:
    """Only by an email, or by an extended property's value; values are compared in any case."""
    wanted = call.query.get("filter")
    if not wanted:
        return rows
    if found := _BY_EMAIL.match(wanted.strip()):
        address = _plain(found.group(2))
        return [row for row in rows if address in [one["address"].lower() for one in row.values.get(schema.EMAILS, [])]]
    if found := _BY_PROPERTY.match(wanted.strip()):
        id, value = found.group(2).replace("''", "'"), _plain(found.group(3))
        return [row for row in rows if row.extended.get(id, "").lower() == value and id in row.extended]
    raise Refusal(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.")


def _plain(text: str) -> str:
    return text.replace("''", "'").lower()


def _ordered(call: Call, rows: list[Contact]) -> list[Contact]:
    name, _, way = call.query.get("orderby", "").partition(" ")
    if not name:
        return rows
    if name not in schema.STRINGS:
        raise bad_request(f"Contacts cannot be ordered by '{name}'.", "ErrorInvalidUrlQuery")
    return sorted(rows, key=lambda row: str(row.values.get(name) or "").lower(), reverse=way.strip().lower() == "desc")


ONE = {"GET": show, "PATCH": update, "DELETE": delete}
PATHS: Paths = {
    "/users/{user}/contacts": {"GET": index, "POST": create},
    "/users/{user}/contacts/{id}": dict(ONE),
    "/users/{user}/contactFolders/{folder}/contacts": {"GET": index, "POST": create},
    "/users/{user}/contactFolders/{folder}/contacts/{id}": dict(ONE),
}
