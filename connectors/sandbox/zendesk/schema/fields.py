"""Custom fields of users and organizations: definitions, and what their values may be.

Values of dropdown, multiselect and checkbox fields are mirrored into the record's tags.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Details, Invalid
from connectors.sandbox.zendesk.table import Table
from connectors.sandbox.zendesk.times import iso

NUMBER = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")


class Kind(StrEnum):
    CHECKBOX = "checkbox"
    DATE = "date"
    DECIMAL = "decimal"
    DROPDOWN = "dropdown"
    INTEGER = "integer"
    LOOKUP = "lookup"
    MULTISELECT = "multiselect"
    REGEXP = "regexp"
    TEXT = "text"
    TEXTAREA = "textarea"


@dataclass(slots=True)
class Option:
    id: int
    name: str
    value: str

    def wire(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "raw_name": self.name, "value": self.value}


@dataclass(slots=True)
class Definition:
    """One custom field. options: of dropdown and multiselect. tag: of a checkbox. pattern: of a regexp."""

    id: int
    key: str
    kind: Kind
    title: str
    created: int
    updated: int
    description: str = ""
    position: int = 9999
    active: bool = True
    system: bool = False
    options: list[Option] = field(default_factory=list)
    tag: str | None = None
    pattern: str | None = None
    target: str | None = None

    def wire(self, base: str, owner: str) -> dict[str, Any]:
        body = {
            "url": f"{base}/api/v2/{owner}_fields/{self.id}.json",
            "id": self.id,
            "type": self.kind.value,
            "key": self.key,
            "title": self.title,
            "description": self.description,
            "raw_title": self.title,
            "raw_description": self.description,
            "position": self.position,
            "active": self.active,
            "system": self.system,
            "regexp_for_validation": self.pattern,
            "created_at": iso(self.created),
            "updated_at": iso(self.updated),
        }
        if self.kind is Kind.CHECKBOX:
            body["tag"] = self.tag
        if self.kind in (Kind.DROPDOWN, Kind.MULTISELECT):
            body["custom_field_options"] = [option.wire() for option in self.options]
        if self.kind is Kind.LOOKUP:
            body["relationship_target_type"] = self.target
            body["relationship_filter"] = {"all": [], "any": []}
        return body

    def tags_of(self, value: Any) -> Iterable[str]:
        """The tags a value puts on the record."""
        if value is None:
            return ()
        if self.kind is Kind.DROPDOWN:
            return (value,)
        if self.kind is Kind.MULTISELECT:
            return tuple(value)
        return (self.tag,) if self.kind is Kind.CHECKBOX and value and self.tag else ()


class Definitions:
    """All custom fields of one kind of record (`owner`: user or organization)."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.table: Table[Definition] = Table()
        self.by_key: dict[str, Definition] = {}
        self.defaults: dict[str, Any] = {}

    def put(self, definition: Definition) -> None:
        self.table.put(definition)
        self.refresh()

    def drop(self, definition: Definition) -> None:
        self.table.drop(definition.id)
        self.refresh()

    def refresh(self) -> None:
        """Recompute the indexes after a definition changed."""
        self.by_key = {definition.key: definition for definition in self.table}
        self.defaults = {
            definition.key: False if definition.kind is Kind.CHECKBOX else None
            for definition in self.table
            if definition.active
        }

    def find(self, given: str) -> Definition | None:
        """By id or by key."""
        id = whole(given)
        return self.by_key.get(given) if id is None else self.table.get(id)

    def rendered(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Every active field with its value or its default."""
        if not values:
            return self.defaults
        return {key: values.get(key, default) for key, default in self.defaults.items()}

    def merged(self, stored: dict[str, Any], given: object, refuse_unknown: bool) -> dict[str, Any]:
        """`stored` with the given values put in; unknown keys are dropped. Raises Invalid.

        refuse_unknown: whether an unknown option is an error; otherwise it counts as no value.
        """
        if not isinstance(given, Mapping):
            return stored
        merged, details = dict(stored), Details()
        for key, value in given.items():
            definition = self.by_key.get(key)
            if definition is None:
                continue
            try:
                normal = normalised(definition, value)
            except ValueError as error:
                if refuse_unknown or definition.kind not in (Kind.DROPDOWN, Kind.MULTISELECT):
                    entry = {"description": f"{definition.title}: {error}", "error": "InvalidValue"}
                    details.setdefault(key, []).append(entry)
                normal = None
            if normal is None:
                merged.pop(key, None)
            else:
                merged[key] = normal
        if details:
            raise Invalid(details)
        return merged

    def tags_of(self, values: Mapping[str, Any]) -> set[str]:
        """The tags that these field values mirror into the record."""
        if not values:
            return set()
        known = ((self.by_key.get(key), value) for key, value in values.items())
        return {tag for definition, value in known if definition for tag in definition.tags_of(value)}


def normalised(definition: Definition, value: Any) -> Any:
    """The value as it is stored; None clears the field. Raises ValueError with the reason."""
    if value is None or value == "":
        return None
    return _NORMALISERS[definition.kind](definition, value)


def _text(definition: Definition, value: Any) -> Any:
    if isinstance(value, dict | list):
        raise ValueError("must be text")
    return value if isinstance(value, str) else str(value)


def _regexp(definition: Definition, value: Any) -> Any:
    if definition.pattern and not re.search(definition.pattern, str(value)):
        raise ValueError("is invalid")
    return str(value)


def _integer(definition: Definition, value: Any) -> Any:
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,18}", str(value).strip()):
        raise ValueError("must be an integer")
    return int(value)


def _decimal(definition: Definition, value: Any) -> Any:
    if isinstance(value, bool) or not NUMBER.fullmatch(str(value).strip()):
        raise ValueError("must be a number")
    if not math.isfinite(number := float(value)):
        raise ValueError("must be a number")
    return number


def _checkbox(definition: Definition, value: Any) -> Any:
    known = {"true": True, "1": True, "yes": True, "false": None, "0": None, "no": None}
    if str(value).lower() not in known:
        raise ValueError("must be true or false")
    return known[str(value).lower()]


def _date(definition: Definition, value: Any) -> Any:
    text = str(value)
    try:
        day = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).date()
    except ValueError:
        raise ValueError("is not a date") from None
    return f"{day.isoformat()}T00:00:00+00:00"


def _dropdown(definition: Definition, value: Any) -> Any:
    if not isinstance(value, str) or value not in {option.value for option in definition.options}:
        raise ValueError(f"'{value}' is not a valid option")
    return value


def _multiselect(definition: Definition, value: Any) -> Any:
    chosen = value if isinstance(value, list) else [value]
    return [_dropdown(definition, tag) for tag in chosen] or None


def _lookup(definition: Definition, value: Any) -> Any:
    return str(_integer(definition, value))


_NORMALISERS: dict[Kind, Callable[[Definition, Any], Any]] = {
    Kind.CHECKBOX: _checkbox,
    Kind.DATE: _date,
    Kind.DECIMAL: _decimal,
    Kind.DROPDOWN: _dropdown,
    Kind.INTEGER: _integer,
    Kind.LOOKUP: _lookup,
    Kind.MULTISELECT: _multiselect,
    Kind.REGEXP: _regexp,
    Kind.TEXT: _text,
    Kind.TEXTAREA: _text,
}
