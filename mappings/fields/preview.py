"""Previews the mapping with one real record. Reads from the left system."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from connectors.api.errors import ConfigError
from connectors.api.values import Compare, Condition, FieldType, Query, Record, RecordRef
from connectors.services import ask, fetched
from mappings.fields import rows
from mappings.fields.flows import with_counterpart
from mappings.fields.rows import Row
from mappings.kept import SAMPLES, Kept, kept
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.rules import convert, domains, filters, pairs, tags, templates
from mappings.rules.conditions import unmet
from mappings.rules.configuration import Direction, Scope
from mappings.rules.transforms import TRANSFORMS
from mappings.schemas import Schemas
from mappings.scope import counts, list_views
from mappings.services import field_rule, misfit

# Long enough for a few changes in a row, short enough to show an edit made meanwhile.
SECONDS_KEPT = 60
OFFERED = 10
# Where a system cannot search by conditions, this many records are looked through for one that meets them.
LOOKED_THROUGH = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as it would arrive, or the problem that would stop it."""

    label: str
    value: Any = None
    problem: str = ""
    source: str = ""


def search(sync: Sync, text: str) -> list[tuple[str, str]]:
    """Records by id, by a part of the name, people by a part of the email too: (id, name), at most OFFERED.

    Raises ConnectorError.
    """
    text = text.strip()
    kind = kind_of(sync.kind)
    side = kind.left
    found = _by_id(sync, RecordRef(side.object, text)) if sync.left.spec.looks_like_id(text) else []
    if not found:
        field = side.key_field if kind.people and "@" in text else side.label_field
        named = Condition(field, (text,), by=Compare.CONTAINS)
        (answer,) = ask(sync.left, Query(side.object, (side.label_field,), (named,), limit=OFFERED))
        found = list(answer.records)
    return [(record.ref.id, side.label(record)) for record in found]


def record(sync: Sync, known: Schemas, scope: Scope, id: str = "") -> Record | None:
    """The record with this id, or the first one in scope; None where there is none. Raises ConnectorError."""
    return read(sync, known, scope, id).value


def read(sync: Sync, known: Schemas, scope: Scope, id: str = "", *, again: bool = False) -> Kept[Record | None]:
    """The same, and when it was read. All fields that may be mapped are read.

    The first one in scope is an example, kept for long; one that somebody asked for only for a few changes in a row.
    Raises ConnectorError.
    """
    what, seconds = ("record", sync.kind, id or scope, _fields(sync, known, scope)), SECONDS_KEPT if id else SAMPLES
    return kept(sync.left, what, lambda: _read(sync, known, scope, id), seconds, again=again)


def shown(row: Row, record: Record, known: Schemas, time_zone: str) -> Shown:
    """What the row would write for the record."""
    label = f"{row.left} → {row.right}"
    if misfit(row, known):
        return Shown(label, problem="Nothing, since the pair does not fit.")
    if row.direction == Direction.TO_LEFT:
        return Shown(label, problem=f"Comes from {known.kind.names.right_system}; a plan shows it.")
    record = templates.with_texts(record, [row.left]) if templates.is_made_up(row.left) else record
    if row.left not in record.values:
        field = known.left_field(row.left)
        masked = field is not None and field.mask
        return Shown(
            label,
            problem=f"{known.kind.names.left_system} shows it masked." if masked else "This field could not be read.",
        )
    try:
        return Shown(label, convert.to_right(field_rule(row, known), record.values[row.left], time_zone))
    except convert.ValueProblem as problem:
        return Shown(label, problem=str(problem))


def portrait(sync: Sync, record: Record, known: Schemas) -> list[Shown]:
    """The organization's or user's own fields as the record would fill them."""
    name = kind_of(sync.kind).left.label_field
    kept_equal = kind_of(sync.kind).right.label_field in kind_of(sync.kind).kept
    found = [Shown("Name", record.values.get(name), source=name)] if kept_equal else []
    if kind_of(sync.kind).people:
        found.append(_email(record))
    if sync.option("tags"):
        found.append(
            Shown("Tags", tags.tags_of(record.values, sync.option("tags")), source=", ".join(sync.option("tags")))
        )
    if sync.option("domain_names"):
        good, bad = domains.split(record.values.get(sync.option("domain_names")))
        problem = f"{', '.join(bad)} is not a domain name and is left out." if bad else ""
        found.append(Shown("Domain names", good, problem, sync.option("domain_names")))
    zone = str(sync.left.facts.get("time_zone") or "UTC")
    for row in rows.placed(sync).values():
        field = known.right_field(row.right)
        found.append(
            replace(shown(row, record, known, zone), label=field.label if field else row.right, source=row.left)
        )
    return found


def _email(record: Record) -> Shown:
    email = TRANSFORMS["lower"].apply(record.values.get("Email"))
    return Shown("Email", email, "" if email else "It has no email; users are matched by email.", "Email")


def sample(record: Record, field: str) -> Any:
    """What the record holds in the field; an address or a location in one line."""
    value = record.values.get(field)
    if templates.is_made_up(field):
        return templates.filled(field, record.values)
    return ", ".join(str(part) for part in value.values() if part) if isinstance(value, dict) else value


def _read(sync: Sync, known: Schemas, scope: Scope, id: str) -> Record | None:
    side = kind_of(sync.kind).left
    if not id and kind_of(sync.kind).flows:
        id = with_counterpart(sync, kind_of(sync.kind))
    if not id:
        id = _first(sync, known, scope)
    if not id:
        return None
    (found,) = fetched(sync.left, [RecordRef(side.object, id)], _fields(sync, known, scope))
    (marked,) = list_views.marked(sync, scope, [found])
    return None if found.deleted else replace(marked, values=dict(marked.values))


def _first(sync: Sync, known: Schemas, scope: Scope) -> str:
    """The first record that takes part; "" where none does."""
    side, compares = kind_of(sync.kind).left, sync.left.spec.compares
    asked = (*filters.conditions(filters.searchable(scope, compares)), *counts.taking_part(sync, known))
    looked_through = 1 if compares or not scope.conditions else LOOKED_THROUGH
    (answer,) = ask(sync.left, Query(side.object, (side.label_field, *scope.fields), asked, limit=looked_through))
    fit = (
        found.ref.id for found in answer.records if compares or not unmet(scope.conditions, scope.match, found.values)
    )
    return next(fit, "")


def _fields(sync: Sync, known: Schemas, scope: Scope) -> tuple[str, ...]:
    own = [field for field in known.left.fields if not field.via]
    readable = [f.name for f in own if pairs.mappable(f, known.kind.types) or f.type is FieldType.CHOICES]
    looked_at = (filters.RECORD_TYPE, *(policy.field for policy in known.kind.policies))
    nature = [name for name in looked_at if known.left_field(name)]
    return tuple(
        dict.fromkeys(
            [*readable, *nature, *scope.fields, *templates.with_sources(row.left for row in rows.stored(sync))]
        )
    )


def _by_id(sync: Sync, ref: RecordRef) -> list[Record]:
    """The record, if the text that looks like an id is one."""
    try:
        name = kind_of(sync.kind).left.label_field
        return [found for found in fetched(sync.left, [ref], (name,)) if not found.deleted]
    except ConfigError:
        return []
