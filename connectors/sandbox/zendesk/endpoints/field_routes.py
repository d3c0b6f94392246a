"""/api/v2/user_fields, organization_fields and ticket_fields: definitions and their options."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Answer, Invalid, bad_request, invalid, not_found
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.given import text
from connectors.sandbox.zendesk.paging import offset_page, page
from connectors.sandbox.zendesk.schema import ticket_fields
from connectors.sandbox.zendesk.schema.fields import Definition, Definitions, Kind, Option
from connectors.sandbox.zendesk.store import Store

TEXTS = {"title": "title", "description": "description", "raw_title": "title", "raw_description": "description"}
STRINGS = {"tag": "tag", "regexp_for_validation": "pattern", "relationship_target_type": "target"}

Endpoint = Callable[[Call], Answer]


def endpoints(owner: str) -> dict[str, Endpoint]:
    """The handlers for one owner (user, organization or ticket): index, show, create, update, delete, options, ..."""

    def bound(handler: Callable[[Call, str], Answer]) -> Endpoint:
        return lambda call: handler(call, owner)

    handlers = {
        "index": _index,
        "show": _show,
        "create": _create,
        "update": _update,
        "delete": _delete,
        "options": _options,
        "option": _option,
        "put_option": _put_option,
        "delete_option": _delete_option,
    }
    return {name: bound(handler) for name, handler in handlers.items()}


def define(
    store: Store, owner: str, key: str, kind: Kind, title: str, options: tuple[tuple[str, str], ...] = (), **more: Any
) -> Definition:
    """Add a field; options as (value, name). The caller vouches for the key; a ticket field's is its id."""
    now, id = store.now(), store.next_id("field")
    definition = Definition(id, key or str(id), kind, title, now, now, **more)
    definition.options = [Option(store.next_id("option"), name, value) for value, name in options]
    of(store, owner).put(definition)
    return definition


def of(store: Store, owner: str) -> Definitions:
    if owner in store.custom_objects:
        return store.custom_objects[owner].definitions
    return {"user": store.user_fields, "ticket": store.ticket_fields}.get(owner, store.organization_fields)


def _index(call: Call, owner: str) -> Answer:
    """The fields that every ticket has come first."""
    bodies = {id: _wire(call, owner, found) for id, found in of(call.store, owner).table.rows.items()}
    if owner == "ticket":
        bodies = {row["id"]: row for row in _system_fields(call)} | bodies
    return Answer(page(f"{owner}_fields", sorted(bodies), bodies.__getitem__, call.query, call.address))


def _system_fields(call: Call) -> list[dict[str, Any]]:
    statuses = list(call.store.ticket_setup.statuses.values())
    return ticket_fields.system_fields(call.base, min((row.created for row in statuses), default=0), statuses)


def _wire(call: Call, owner: str, definition: Definition) -> dict[str, Any]:
    return ticket_fields.wire(definition, call.base) if owner == "ticket" else definition.wire(call.base, owner)


def _show(call: Call, owner: str) -> Answer:
    for row in _system_fields(call) if owner == "ticket" else ():
        if row["id"] == whole(call.params["key"]):
            return Answer({"ticket_field": row})
    return _answer(call, owner, _find(call, owner))


def _create(call: Call, owner: str) -> Answer:
    given = call.part(f"{owner}_field")
    key, kind, title = given.get("key"), given.get("type") or Kind.TEXT, given.get("title")
    if owner == "ticket":
        key, kind = "", ticket_fields.KINDS.get(kind if isinstance(kind, str) else "", kind)
    elif not isinstance(key, str) or not re.fullmatch(r"\w+", key, re.ASCII) or whole(key) is not None:
        raise invalid("key", "Key: must consist of letters, numbers and underscores")
    if key in of(call.store, owner).by_key:
        raise invalid("key", "Key: has already been taken", "DuplicateValue")
    if kind not in list(Kind):
        raise invalid("type", "Type: is invalid")
    if not isinstance(title, str) or not title.strip():
        raise invalid("title", "Title: cannot be blank", "BlankValue")
    options = _given_options(given)
    _check(given)
    if kind == Kind.DROPDOWN and not options:
        raise invalid("custom_field_options", "Custom field options: cannot be blank", "BlankValue")
    definition = define(call.store, owner, key, Kind(kind), title)
    _assign(call.store, definition, given)
    of(call.store, owner).refresh()
    return _answer(call, owner, definition, 201)


def _update(call: Call, owner: str) -> Answer:
    definition, given = _find(call, owner), call.part(f"{owner}_field")
    before = {option.value for option in definition.options}
    _check(given)
    _assign(call.store, definition, given)
    definition.updated = call.store.now()
    of(call.store, owner).refresh()
    _strip(call.store, owner, definition, before - {option.value for option in definition.options})
    return _answer(call, owner, definition)


def _delete(call: Call, owner: str) -> Answer:
    definition = _find(call, owner)
    for row in _records(call.store, owner):
        if definition.key in row.fields:
            row.tags = sorted(set(row.tags) - set(definition.tags_of(row.fields[definition.key])))
            row.fields = {key: value for key, value in row.fields.items() if key != definition.key}
    of(call.store, owner).drop(definition)
    return Answer(None, 204)


def _options(call: Call, owner: str) -> Answer:
    rows = _find(call, owner).options
    return Answer(offset_page("custom_field_options", rows, Option.wire, call.query, call.address))


def _option(call: Call, owner: str) -> Answer:
    return Answer({"custom_field_option": _find_option(call, owner).wire()})


def _put_option(call: Call, owner: str) -> Answer:
    """Create, or update when an id is given."""
    definition, given = _find(call, owner), call.part("custom_field_option")
    checked = _given_options({"custom_field_options": [given]})[0]
    if (wanted := given.get("id")) is None:
        option = Option(call.store.next_id("option"), checked["name"], checked["value"])
        if any(other.value == option.value for other in definition.options):
            raise invalid("value", "Value: has already been taken", "DuplicateValue")
        definition.options.append(option)
        return Answer({"custom_field_option": option.wire()}, 201)
    option = _option_of(definition, whole(wanted))
    option.name, option.value = checked["name"], checked["value"]
    return Answer({"custom_field_option": option.wire()})


def _delete_option(call: Call, owner: str) -> Answer:
    definition, option = _find(call, owner), _find_option(call, owner)
    definition.options.remove(option)
    _strip(call.store, owner, definition, {option.value})
    return Answer(None, 204)


def _find(call: Call, owner: str) -> Definition:
    definition = of(call.store, owner).find(str(call.params["key"]))
    if definition is None:
        raise not_found()
    return definition


def _find_option(call: Call, owner: str) -> Option:
    return _option_of(_find(call, owner), call.params["option"])


def _option_of(definition: Definition, id: int | None) -> Option:
    """Raises Refusal 404."""
    for option in definition.options:
        if option.id == id:
            return option
    raise not_found()


def _assign(store: Store, definition: Definition, given: dict[str, Any]) -> None:
    for name, attribute in TEXTS.items():
        if isinstance(given.get(name), str):
            setattr(definition, attribute, given[name])
    if "active" in given:
        definition.active = bool(given["active"])
    if (position := whole(given.get("position"))) is not None:
        definition.position = position
    for name, attribute in STRINGS.items():
        if name in given:
            setattr(definition, attribute, text(name, given[name]))
    if "custom_field_options" in given:
        # the list is complete: an option that is left out is deleted
        known = {option.value: option.id for option in definition.options}
        definition.options = [
            Option(known.get(option["value"]) or store.next_id("option"), option["name"], option["value"])
            for option in _given_options(given)
        ]


def _check(given: dict[str, Any]) -> None:
    """Raises Invalid for an expression that is none, and for a list or an object in place of text."""
    for name in STRINGS:
        text(name, given.get(name))
    try:
        re.compile(str(given.get("regexp_for_validation") or ""))
    except re.error:
        raise invalid("regexp_for_validation", "Regexp for validation: is invalid") from None


def _given_options(given: dict[str, Any]) -> list[dict[str, str]]:
    """Raises Invalid, Refusal."""
    options = given.get("custom_field_options") or []
    if not isinstance(options, list):
        raise bad_request("custom_field_options must be a list")
    checked = []
    for option in options:
        if not isinstance(option, dict) or not option.get("name") or not option.get("value"):
            raise Invalid(
                {"custom_field_options": [{"description": "Options need a name and a value", "error": "BlankValue"}]}
            )
        name, value = (text(part, option[part]) or "" for part in ("name", "value"))
        if re.search(r"\s", value):
            raise invalid("custom_field_options", f"Value: {value} must not contain spaces")
        checked.append({"name": name, "value": value})
    return checked


def _strip(store: Store, owner: str, definition: Definition, values: set[str]) -> None:
    """Records lose the values of deleted options, and the tags these mirrored."""
    for row in _records(store, owner) if values else ():
        value = row.fields.get(definition.key)
        gone = values & (set(value) if isinstance(value, list) else {value})
        if not gone:
            continue
        left = [part for part in value if part not in gone] if isinstance(value, list) else None
        row.fields = {key: kept for key, kept in row.fields.items() if key != definition.key}
        if left:
            row.fields[definition.key] = left
        row.tags = sorted(set(row.tags) - gone)


def _records(store: Store, owner: str) -> Any:
    if owner == "ticket":
        return list(store.tickets)
    return list(store.users if owner == "user" else store.organizations)


def _answer(call: Call, owner: str, definition: Definition, status: int = 200) -> Answer:
    return Answer({f"{owner}_field": _wire(call, owner, definition)}, status)
