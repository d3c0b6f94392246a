"""Describes the data flows of a sync in sentences about its mapped fields, with a real pair (S0.17)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from connectors.api.errors import ConnectorError
from connectors.api.values import Condition, Query, Record
from connectors.services import ask
from mappings.fields.rows import Row
from mappings.kept import kept
from mappings.kinds.declaration import Kind
from mappings.kinds.flow import Flow
from mappings.kinds.option import YES, OptionType
from mappings.kinds.wording import words
from mappings.models import Sync
from mappings.rules import convert
from mappings.rules.configuration import Configuration, Direction, FieldRule
from mappings.schemas import Schemas
from mappings.services import field_rule, misfit

logger = logging.getLogger(__name__)
SECONDS_KEPT = 60


@dataclass(frozen=True, slots=True)
class FlowSentence:
    """One flow in words. ``example`` is empty while no record is tried."""

    title: str
    on: bool
    text: str
    example: str = ""


def sentences(
    sync: Sync,
    known: Schemas,
    wanted: Sequence[Row],
    record: Record | None = None,
    typed: Mapping[str, Any] = MappingProxyType({}),
) -> list[FlowSentence]:
    """A sentence for each flow of the kind; none for a kind that declares none. With a left ``record`` the right system
    is asked for its counterpart, at most once a minute. ``typed``: what stands in the forms of options, saved or not.
    """
    kind = sync.declared
    if not kind.flows:
        return []
    rules = _rules(sync, kind, known, wanted, _chosen(kind, typed))
    pair = (record, counterpart(sync, kind, record, rules)) if record else None
    return [_sentence(flow, kind, _going(flow, rules), pair) for flow in kind.flows]


def counterpart(sync: Sync, kind: Kind, record: Record, rules: Sequence[FieldRule]) -> Record | None:
    """The right record with the key of this left one; None where there is none, or where it cannot be read now."""
    fields = tuple(dict.fromkeys([kind.right.label_field, *(rule.right for rule in rules)]))
    where = (*kind.right.reads, Condition(kind.right.key_field, (kind.left.key(record.values) or record.ref.id,)))

    def read_again() -> Record | None:
        (answer,) = ask(sync.right, Query(kind.right.object, fields, where, limit=1))
        return next(iter(answer.records), None)

    try:
        return kept(sync.right, ("counterpart", where, fields), read_again, SECONDS_KEPT, again=False).value
    except ConnectorError as error:
        logger.info("the counterpart of %s could not be read: %s", record.ref, error)
        return None


def with_counterpart(sync: Sync, kind: Kind) -> str:
    """The key of some right record: the left record with it has a counterpart to show. Raises ConnectorError."""
    field = kind.right.key_field
    (answer,) = ask(
        sync.right,
        Query(kind.right.object, (field,), (*kind.right.reads, Condition(field, ("",), negated=True)), limit=1),
    )
    return next((kind.right.key(found.values) for found in answer.records), "")


def _chosen(kind: Kind, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The switches and choices among what was typed."""
    cards = {option.name: option for option in kind.options if option.type in (OptionType.YES_NO, OptionType.CHOICE)}
    given = {name: option for name, option in cards.items() if typed.get(name)}
    return {n: typed[n] == YES if option.type is OptionType.YES_NO else typed[n] for n, option in given.items()}


def _rules(
    sync: Sync, kind: Kind, known: Schemas, wanted: Sequence[Row], chosen: Mapping[str, Any]
) -> tuple[FieldRule, ...]:
    """What the kind makes of the rows that fit, with the saved options but for those that were ``chosen`` since."""
    rules = tuple(field_rule(row, known) for row in wanted if not misfit(row, known))
    return kind.rules(Configuration(sync.kind, rules=rules, options={**sync.effective_options(), **chosen}))


def _going(flow: Flow, rules: Sequence[FieldRule]) -> list[FieldRule]:
    return [rule for rule in rules if rule.direction in (flow.way, Direction.BOTH)]


def _sentence(
    flow: Flow, kind: Kind, rules: Sequence[FieldRule], pair: tuple[Record, Record | None] | None
) -> FlowSentence:
    known = words(kind)
    if not rules:
        return FlowSentence(flow.title, False, flow.off.format_map(known))
    fields = _listed([_label(flow, rule) for rule in rules])
    text = flow.text.format_map({**known, "fields": fields})
    return FlowSentence(flow.title, True, text, _example(flow, kind, rules, pair) if pair else "")


def _example(flow: Flow, kind: Kind, rules: Sequence[FieldRule], pair: tuple[Record, Record | None]) -> str:
    left, right = pair
    about: dict[str, Any] = {**words(kind), "record": kind.left.label(left)}
    if right is None:
        return flow.alone.format_map(about)
    for rule in rules:
        values: Mapping[str, Any] = {"left": left.values.get(rule.left), "right": right.values.get(rule.right)}
        if not convert.same(values["left"], values["right"]):
            source, target = ("left", "right") if flow.way is Direction.TO_RIGHT else ("right", "left")
            differing = {
                "field": _label(flow, rule),
                "source": _shown(values[source]),
                "target": _shown(values[target]),
            }
            return flow.differs.format_map({**about, **differing})
    return flow.equal.format_map({**about, "fields": _listed([_label(flow, rule) for rule in rules], "and")})


def _label(flow: Flow, rule: FieldRule) -> str:
    """The field on the side where the flow starts."""
    left, _, right = rule.name.partition(" → ")
    return (left if flow.way is Direction.TO_RIGHT else right) or rule.name


def _listed(names: Sequence[str], word: str = "or") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def _shown(value: Any) -> str:
    return "empty" if convert.empty(value) else f"“{str(value)[:60]}”"
