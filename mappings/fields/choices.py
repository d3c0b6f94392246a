"""The choices in a field list: fields that fit first, then the others, disabled, with the reason (S3.24, S3.28)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from connectors.api.values import FieldSchema, FieldType
from mappings.rules import compat, pairs
from mappings.rules.configuration import Direction
from mappings.rules.refusals import as_list
from mappings.schemas import Schemas
from mappings.services import FILLED_BY_SYNC, PLACED

Choices = list[tuple[str, str]]
_LISTS = frozenset({FieldType.CHOICE, FieldType.CHOICES, FieldType.BOOLEAN})
_NUMBERS = dict.fromkeys((FieldType.INTEGER, FieldType.DECIMAL, FieldType.PERCENT), "number")
_DATES = dict.fromkeys((FieldType.DATE, FieldType.DATETIME, FieldType.TIME), "date")
_OWN = (FieldType.CHOICE, FieldType.CHOICES, FieldType.BOOLEAN, FieldType.EMAIL, FieldType.PHONE, FieldType.URL)
_SIGNS = {
    **_NUMBERS,
    **_DATES,
    **{type: type.value for type in (*_OWN, FieldType.REFERENCE, FieldType.GEOLOCATION)},
}
_ANY_TARGET = FieldSchema("", "", FieldType.TEXT)


@dataclass(frozen=True, slots=True)
class Offer:
    """A list for a select: named groups of (value, text); ``refused`` values are shown and cannot be chosen."""

    groups: list[tuple[str, Choices]] = field(default_factory=list)
    refused: frozenset[str] = frozenset()
    types: Mapping[str, str] = field(default_factory=dict)
    """A word for the type of each field, for its sign."""

    def choices(self, empty: str) -> list[tuple[str, str | Choices]]:
        """As Django's select takes them, with a first line for nothing."""
        return [("", empty), *((name, rows) for name, rows in self.groups if rows)]


def mappable(known: Schemas) -> Offer:
    """Fields for the left of a mapping; those that can never be mapped say why (A10)."""

    def reason(f: FieldSchema) -> str:
        return "" if pairs.mappable(f, known.kind.types) else compat.verdict(f, _ANY_TARGET).reason

    return split(known.left.fields, reason)


def targets(
    left: FieldSchema | None,
    known: Schemas,
    taken: Collection[str] = (),
    direction: str = Direction.TO_RIGHT,
    transform: str = "",
) -> Offer:
    """Fields for the right of a mapping of ``left`` in that direction. ``taken`` ones are filled by another row."""
    kept, placed, tables = known.kind.kept, known.kind.placed, known.kind.types

    def reason(right: FieldSchema) -> str:
        if right.name in kept:
            return FILLED_BY_SYNC
        if right.name in placed:
            return PLACED
        if direction != Direction.TO_LEFT and (reason := known.kind.right.never_written.get(right.name)):
            return f"never written: {reason}"
        if right.name in taken:
            return "already filled by another row"
        return "" if left is None else _refusal(pairs.verdict(left, right, direction, tables, transform))

    return split([field for field in known.right.fields if not field.via], reason)


def id_fields(known: Schemas) -> Choices:
    """Where the left id may be kept: the external id, or a custom text field (S3.C12). Where records are made by it,
    one of the fields that name records.
    """
    side = known.kind.right
    if side.upserts:
        keys = [field for field in known.right.fields if field.is_key and field.name != side.link_field]
        return [("", side.link_field), *((field.name, named(field)) for field in keys)]
    texts = (field for field in known.right.fields if field.custom and field.type is FieldType.TEXT)
    own = [field for field in texts if not field.restricted]
    return [("", "External ID"), *((field.name, f"{field.label} (custom)") for field in own)]


def picklists(known: Schemas) -> Choices:
    """Fields for filters: picklists (S3.17) and checkboxes."""
    return fitting(known.left.fields, as_list)


def fitting(fields: Iterable[FieldSchema], refusal: Callable[[FieldSchema], str], *, typed: bool = False) -> Choices:
    """The fields that may be chosen; ``typed`` ones are told with their type, those with a list of values first."""
    found = [f for f in _sorted(fields) if not refusal(f)]
    if not typed:
        return [(f.name, named(f)) for f in found]
    found.sort(key=lambda f: f.type not in _LISTS)
    return [(f.name, typed_name(f)) for f in found]


def named(f: FieldSchema) -> str:
    """Label and API name, since labels may be equal."""
    return f.label if f.label == f.name else f"{f.label} · {f.name}"


def typed_name(f: FieldSchema) -> str:
    """The label first, for lists that are too narrow for the rest."""
    return f"{f.label} · {f.type_name}{'' if f.label == f.name else f' · {f.name}'}"


def _refusal(verdict: compat.Verdict) -> str:
    return "" if verdict.allowed else verdict.reason


def split(fields: Iterable[FieldSchema], reason: Callable[[FieldSchema], str]) -> Offer:
    """All of the fields: those that may be chosen, and the others, each with the reason."""
    fit: Choices = []
    unfit: Choices = []
    types: dict[str, str] = {}
    for f in _sorted(fields):
        text, types[f.name] = reason(f), _SIGNS.get(f.type, "text")
        (unfit if text else fit).append((f.name, f"{typed_name(f)} – {text}" if text else typed_name(f)))
    return Offer([("Fits", fit), ("Does not fit", unfit)], frozenset(value for value, _ in unfit), types)


def _sorted(fields: Iterable[FieldSchema]) -> list[FieldSchema]:
    return sorted(fields, key=lambda f: (f.label.casefold(), f.name))
