"""Builds the configuration of a sync from stored rows, and stores what forms and files contain."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Protocol

import orjson

from connectors.api.errors import ConfigError
from connectors.api.registry import connector_spec
from connectors.api.values import FieldSchema, FieldType
from connectors.services import schema
from mappings import new_left
from mappings.fields.misfits import option_misfits
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from mappings.models import FieldMapping, Sync
from mappings.rules import convert, pairs, templates, valuemap
from mappings.rules.borrowed import Borrowed
from mappings.rules.configuration import Configuration, Conflict, Direction, FieldRule, OnProblem
from mappings.schemas import Schemas
from mappings.scope.stored import scope_of

FILLED_BY_SYNC = "the sync fills it by itself"
PLACED = "it is mapped under Standard fields"
_LISTS = (FieldType.CHOICE, FieldType.CHOICES)


def schemas(sync: Sync, *, refresh: bool = False) -> Schemas:
    """Both schemas from the cache, or fresh. Raises ConnectorError when a remote system has to be asked and cannot."""
    kind = sync.declared
    return Schemas(
        schema(sync.left, kind.left.object, refresh=refresh),
        schema(sync.right, kind.right.object, refresh=refresh),
        kind,
    )


def configuration(sync: Sync, known: Schemas) -> Configuration:
    """The sync's configuration with types resolved.

    Raises ConfigError that lists everything that no longer fits the remote systems: deleted fields, changed types,
    record types that are gone.
    """
    problems: list[str] = []
    rules = tuple(_rule(mapping, known, problems) for mapping in ordered(sync))
    record_type_ids = {record_type.name: record_type.id for record_type in known.left.record_types}
    problems += [problem for _, problem in option_misfits(sync, known)]
    if problems:
        raise ConfigError(
            f"The mapping no longer fits the connected systems: {' '.join(problems)}",
            "Nothing was written. Mend the mapping page, then start again.",
        )
    return Configuration(
        kind=sync.kind,
        scope=scope_of(sync, known),
        rules=tuple(rule for rule in rules if rule),
        options=sync.effective_options(),
        id_field=id_field(sync),
        uses_person_accounts=known.left_field("IsPersonAccount") is not None,
        record_type_ids=record_type_ids,
        right_record_type_ids={record_type.name: record_type.id for record_type in known.right.record_types},
        time_zone=time_zone(sync) or "UTC",
        borrowed=_borrowed(sync, known),
        filled_by_left=frozenset(field.name for field in known.left.fields if not field.creatable)
        | {rule.left for rule in rules if rule and templates.is_made_up(rule.left)},
        required_left=tuple((field.name, field.label) for field in known.left.fields if field.required),
        wanted_left=new_left.required(sync, known),
        left_defaults=new_left.defaults(sync, known),
        multiple_organizations=kind_of(sync.kind).people and bool(sync.right.facts.get("multiple_organizations")),
    )


def _borrowed(sync: Sync, known: Schemas) -> tuple[Borrowed, ...]:
    """The fields of other records that mappings and filters name, as Account.Name."""
    named = [*(mapping.left for mapping in sync.mappings.all()), *scope_of(sync, known).fields]
    fields = (known.left_field(name) for name in templates.with_sources(named))
    return tuple(
        Borrowed(f.name, f.via, f.target, f.name.rpartition(".")[2]) for f in fields if f and f.via and f.target
    )


def needs_time_zone(config: Configuration) -> bool:
    """Whether a day depends on where it is read: a Date/Time feeds a Date, or is fed by what people type (A11)."""
    return any(rule.left_type is FieldType.DATETIME for rule in config.rules)


def time_zone(sync: Sync) -> str:
    """The zone in which days are read: that of the left system, else of the right one; "" where neither told."""
    return str(sync.left.facts.get("time_zone") or sync.right.facts.get("time_zone") or "")


def fingerprint(*parts: object) -> str:
    """A short name for a set of values; equal values have equal names in every process."""
    text = orjson.dumps(parts, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def rules_fingerprint(config: Configuration) -> str:
    """Changes when anything that decides a plan changes."""
    return fingerprint(config)


def id_field(sync: Sync) -> str:
    """The right field that keeps the id of the left record (S3.C12); "" where the kind has none."""
    return sync.option("id_field") or kind_of(sync.kind).right.link_field


def _plain(value: object) -> object:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no plain form")


def ordered(sync: Sync) -> list[FieldMapping]:
    """The mappings of a sync, those with a place of their own first."""
    placed = kind_of(sync.kind).placed
    return sorted(sync.mappings.all(), key=lambda mapping: mapping.right not in placed)


def _rule(mapping: FieldMapping, known: Schemas, problems: list[str]) -> FieldRule | None:
    problem = misfit(mapping, known)
    if problem:
        problems.append(problem)
        return None
    return field_rule(mapping, known)


class PairOfFields(Protocol):
    """A mapping, stored or only typed: the fields of FieldMapping."""

    @property
    def left(self) -> str: ...
    @property
    def right(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def conflict(self) -> str: ...
    @property
    def on_problem(self) -> str: ...
    @property
    def transform(self) -> str: ...
    @property
    def value_map(self) -> dict[str, str]: ...
    @property
    def only_if_empty(self) -> bool: ...


def misfit(mapping: PairOfFields, known: Schemas) -> str:
    """The sentence that says why the pair cannot be mapped with these schemas; empty when it can."""
    left, right = source_of(mapping, known), known.right_field(mapping.right)
    there, here = known.kind.names.left_system, known.kind.names.right_system
    if left is None:
        return f"{mapping.left} does not exist in {there} any more, or may not be read."
    if right is None:
        return f"{mapping.right} does not exist in {here} any more."
    pair, tables = f"{mapping.left} → {mapping.right}", known.kind.types
    if mapping.right in known.kind.kept:
        return f"{pair}: {FILLED_BY_SYNC}."
    if refused := _never_written(mapping, known.kind):
        return f"{pair}: {refused}."
    if mapping.direction != Direction.TO_LEFT and not (to := pairs.to_right(left, right, tables)).allowed:
        return f"{pair}: {to.reason}."
    if templates.is_made_up(mapping.left):
        return _made_up_problem(mapping, right, known)
    if mapping.only_if_empty and mapping.direction == Direction.BOTH:
        return f"{pair}: what is written only if empty goes one way."
    fits = pairs.verdict(left, right, mapping.direction, tables, mapping.transform)
    return "" if fits.allowed else f"{pair} cannot go back to {there}: {fits.reason}."


def source_of(mapping: PairOfFields, known: Schemas) -> FieldSchema | None:
    """The left field. A constant is of the type that it fills, since people type it for that field."""
    left, right = known.left_field(mapping.left), known.right_field(mapping.right)
    if left and right and templates.is_constant(mapping.left):
        return replace(left, type=right.type)
    return left


def _made_up_problem(mapping: PairOfFields, right: FieldSchema, known: Schemas) -> str:
    """Why a constant or a template cannot fill the field; empty when it can."""
    here, there = known.kind.names.right_system, known.kind.names.left_system
    if not templates.text_of(mapping.left).strip():
        return f"Type the text that {mapping.right} gets."
    if mapping.direction != Direction.TO_RIGHT:
        return f"{mapping.right}: a constant or a template goes to {here} only."
    if connector_spec(known.kind.left.system).pushes:
        return f"{mapping.right}: values of {there} come from its fields only."
    for name in templates.fields_of(mapping.left):
        field = known.left_field(name)
        if field is None:
            return f"{mapping.right}: {{{name}}} is no field of {there}."
        if field.compound or not field.readable or field.mask:
            return f"{mapping.right}: {{{name}}} holds no single text that can be read."
    if not templates.is_constant(mapping.left):
        return ""
    text = templates.text_of(mapping.left)
    if right.choices and right.type in _LISTS and text not in _active(right) and text not in mapping.value_map:
        return f"{mapping.right} has no value {text!r}; possible: {', '.join(sorted(_active(right))[:10])}."
    try:
        convert.to_right(field_rule(mapping, known), text)
    except convert.ValueProblem as problem:
        return str(problem)
    return ""


def _never_written(mapping: PairOfFields, kind: Kind) -> str:
    """Why one of the two fields may not be written in this direction; empty when both may."""
    right = kind.right.never_written.get(mapping.right, "") if mapping.direction != Direction.TO_LEFT else ""
    left = kind.left.never_written.get(mapping.left, "") if mapping.direction != Direction.TO_RIGHT else ""
    name, reason = (mapping.right, right) if right else (mapping.left, left)
    return f"{name} is never written: {reason}" if reason else ""


def default_mappings(kind: Kind) -> list[dict[str, Any]]:
    """What a new sync of the kind maps, as rows of FieldMapping."""
    return [
        {"left": rule.left, "right": rule.right, "direction": rule.direction.value, "conflict": rule.conflict.value}
        for rule in kind.default_fields
    ]


def field_rule(mapping: PairOfFields, known: Schemas) -> FieldRule:
    """The pair as the engine decides with it. Both fields must exist: ask ``misfit`` first."""
    left, right = source_of(mapping, known), known.right_field(mapping.right)
    assert left is not None
    assert right is not None
    return FieldRule(
        left=mapping.left,
        right=mapping.right,
        left_type=left.type,
        right_type=right.type,
        direction=Direction(mapping.direction),
        conflict=Conflict(mapping.conflict),
        on_problem=OnProblem(mapping.on_problem),
        transform=mapping.transform,
        value_map=value_map_of(mapping, known),
        choices=_active(right) if right.restricted and right.type in _LISTS else None,
        left_choices=_active(left) if left.restricted else None,
        unsaid=frozenset(left.unsaid) - mapping.value_map.keys(),
        left_scale=left.scale,
        left_digits=left.digits,
        right_scale=right.scale,
        right_digits=right.digits,
        left_length=left.length,
        right_length=right.length,
        right_id=right.id,
        is_tag=right.tags_values,
        options={choice.value: choice.id for choice in right.choices},
        only_if_empty=mapping.only_if_empty,
        never_blank=mapping.right in known.kind.right.keeps,
        label=right.label if mapping.right in known.kind.placed else f"{left.label} → {right.label}",
    )


def value_map_of(mapping: PairOfFields, known: Schemas) -> dict[str, str]:
    """What the values become: as the mapping says, else as the kind finds likely for the field that it maps there."""
    if mapping.value_map:
        return mapping.value_map
    default = {rule.right: rule.left for rule in known.kind.default_fields}
    right = known.right_field(mapping.right)
    if right is None or default.get(mapping.right) != mapping.left:
        return {}
    return valuemap.likely(known.kind.likely_values.get(mapping.right, {}), right)


def cautions(sync: Sync, known: Schemas) -> list[str]:
    """What to know of the mapped fields before a run, a sentence each: amounts without their currency, masked texts."""
    chosen = {mapping.left for mapping in sync.mappings.all()} | set(sync.option("tags") or ())
    found = []
    for mapping in sync.mappings.all():
        left, right = known.left_field(mapping.left), known.right_field(mapping.right)
        if left is None or right is None or left.unit in chosen:
            continue
        if caution := pairs.verdict(left, right, mapping.direction, known.kind.types).caution:
            found.append(f"{left.label} → {right.label}: {caution}.")
    return found


def left_type(name: str, known: Schemas) -> FieldType:
    """The type of a left field; text where there is none of this name."""
    field = known.left_field(name)
    return field.type if field else FieldType.TEXT


def _active(field: FieldSchema) -> frozenset[str]:
    return frozenset(choice.value for choice in field.choices if choice.active)
