"""Converts between Zendesk's JSON and our values: custom fields as ``fields.<key>``, dates without a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from connectors.api.errors import ConfigError
from connectors.api.values import Compare, Condition, FieldType, Record, RecordRef, Values
from connectors.api.zendesk.client import Json
from connectors.api.zendesk.objects import CUSTOM, ZendeskObject

Reader = Callable[[Json], Record]
HIDDEN = "[DELETED]"
"""What exports show in the place of a deleted record's values."""


def reader(kind: ZendeskObject, fields: Sequence[str], dates: frozenset[str]) -> Reader:
    """A function that makes a Record of one JSON object, with those of ``fields`` that it holds, null ones included.

    A key that the answer leaves out was not read: that is no word on its value. ``dates`` names the fields that hold a
    day, which Zendesk gives with a midnight of its own. Raises ConfigError for a field that the object does not have.
    """
    plain, custom = _split(kind, fields)
    ids = [name for name in plain if name in _references(kind)]
    days = [name for name in custom if name in dates]
    keys = [(name, name.removeprefix(CUSTOM)) for name in custom]
    flags = [name for name in plain if name in kind.null_is_false]

    def read(item: Json) -> Record:
        if (kind.key or kind.exported) and gone(item):
            return Record(RecordRef(kind.name, str(item["id"])), {}, moment(item), deleted=True)
        values: dict[str, Any] = {name: item[name] for name in plain if name in item}
        for name in ids:
            if values.get(name) is not None:
                values[name] = str(values[name])
        for name in flags:
            values[name] = bool(values.get(name))
        if keys:
            own = item.get(kind.custom) or {}
            values |= {name: own[key] for name, key in keys if key in own}
            for name in days:
                if name in values:
                    values[name] = day(values[name])
        return Record(RecordRef(kind.name, str(item["id"])), values, moment(item), gone(item))

    return read


def matcher(kind: ZendeskObject, where: Sequence[Condition]) -> Callable[[Json], bool]:
    """Whether a JSON object meets all conditions. Text is compared in any case, as Zendesk does for its keys."""
    _split(kind, [condition.field for condition in where])
    tests = [(c, frozenset(value.lower() for value in c.values)) for c in where]

    def matches(item: Json) -> bool:
        return all(_holds(_comparable(kind, item, c.field), values, c.by) is not c.negated for c, values in tests)

    return matches


def _holds(word: str, values: frozenset[str], by: Compare) -> bool:
    return any(value in word for value in values) if by is Compare.CONTAINS else word in values


def body(kind: ZendeskObject, values: Values) -> Json:
    """The JSON object that writes ``values``; None clears a field, ids become numbers again."""
    plain: Json = {}
    custom: Json = {}
    references = _references(kind)
    for name, value in values.items():
        if name.startswith(CUSTOM) and kind.custom:
            custom[name.removeprefix(CUSTOM)] = value
        elif name in references and isinstance(value, str) and value.isdecimal():
            plain[name] = int(value)
        else:
            plain[name] = list(value) if isinstance(value, tuple | set | frozenset) else value
    if custom and kind.by_id:
        plain["custom_fields"] = [{"id": int(id), "value": value} for id, value in custom.items()]
    elif custom:
        plain[kind.custom] = custom
    return plain


def day(value: Any) -> Any:
    """2012-07-23 of ``2012-07-23T00:00:00Z``; anything else as it is."""
    return value[:10] if isinstance(value, str) and value[10:11] == "T" else value


def moment(item: Mapping[str, Any]) -> datetime | None:
    """When the object was last changed."""
    text = item.get("updated_at")
    return datetime.fromisoformat(text) if text else None


def gone(item: Mapping[str, Any]) -> bool:
    """Deleted users stay readable and inactive, deleted organizations say when (``deleted_at``), exports show deleted
    records of custom objects without their values and deleted tickets by their status.
    """
    hidden = item.get("name") == HIDDEN and "custom_object_key" in item
    deleted = item.get("status") == "deleted" and "requester_id" in item
    return hidden or deleted or item.get("active") is False or bool(item.get("deleted_at"))


@cache
def _references(kind: ZendeskObject) -> frozenset[str]:
    """Standard fields that hold an id, which is text to us as in RecordRef."""
    return frozenset(field.name for field in kind.fields if field.type in (FieldType.ID, FieldType.REFERENCE))


def _split(kind: ZendeskObject, fields: Iterable[str]) -> tuple[list[str], list[str]]:
    known = {field.name for field in kind.fields}
    plain, custom = [], []
    for name in fields:
        if name.startswith(CUSTOM) and kind.custom:
            custom.append(name)
        elif name in known:
            plain.append(name)
        else:
            raise ConfigError(f"Zendesk's {kind.name} has no field {name}.", "Choose another field in the mapping.")
    return plain, custom


def _comparable(kind: ZendeskObject, item: Json, field: str) -> str:
    own = item.get(kind.custom) or {} if field.startswith(CUSTOM) else item
    value = own.get(field.removeprefix(CUSTOM))
    if value is None:
        return "false" if field in kind.null_is_false else ""
    return str(value).lower()
