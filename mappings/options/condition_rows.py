"""The conditions of a sync's filters as a form shows them, typed or stored (S3.54)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString

from connectors.api.conditions import NUMBERS
from connectors.api.values import FieldSchema, FieldType
from mappings.fields import choices as options
from mappings.models import Sync
from mappings.options.widgets import ReasonedSelect
from mappings.rules.conditions import (
    ALL,
    ANY,
    OPERATORS,
    ConditionProblem,
    FieldCondition,
    Operator,
    refusal,
    word,
)
from mappings.schemas import Schemas
from mappings.scope.stored import condition_of

MARK, MATCH, ACTION = "condition", "match", "condition_action"
MATCH_WORDS = [(ALL, "all of these conditions"), (ANY, "any of these conditions")]
_INPUTS = {FieldType.DATE: "date", FieldType.DATETIME: "datetime-local"}
_IDS = (FieldType.REFERENCE, FieldType.ID)
Typed = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One condition: what is chosen, and what its field offers. ``error`` is why it cannot be used."""

    place: int
    typed: Typed
    field: FieldSchema | None
    condition: FieldCondition | None
    error: str
    selects: Mapping[str, SafeString]

    @property
    def name(self) -> str:
        return self.field.label if self.field else "the new condition"

    @property
    def look(self) -> str:
        """How its value is asked for: choices to tick, an input, or nothing."""
        if self.field is None or self.operator in (Operator.EMPTY, Operator.FILLED):
            return "nothing"
        return "ticks" if self.field.choices else "input"

    @property
    def operator(self) -> str:
        return str(self.typed["op"])

    @property
    def input_type(self) -> str:
        return _INPUTS.get(self.field.type, "text") if self.field else "text"

    @property
    def keyboard(self) -> str:
        return "decimal" if self.field and self.field.type in NUMBERS else "text"

    @property
    def hint(self) -> str:
        """What to know about the value of this type."""
        if self.field and self.field.type is FieldType.DATETIME:
            return "In UTC."
        return "Ids, separated by commas." if self.field and self.field.type in _IDS else ""

    @property
    def text(self) -> str:
        """The value in a single input; moments without their zone, as browsers take them."""
        return ", ".join(self.typed["values"]).removesuffix("Z" if self.input_type == "datetime-local" else "\0")

    @property
    def ticks(self) -> list[tuple[str, str, bool]]:
        """The values of the field, each with its label and whether it is chosen; chosen ones that are gone last."""
        chosen, known = self.typed["values"], self.field.choices if self.field else ()
        found = [(one.value, one.label, one.value in chosen) for one in known if one.active or one.value in chosen]
        have = {value for value, _, _ in found}
        return [*found, *((value, f"{value} (gone)", True) for value in chosen if value not in have)]


class ConditionRows:
    """All conditions of a sync: as ``data`` has them typed, or as stored where it does not ask for them."""

    def __init__(self, data: Any, sync: Sync, known: Schemas) -> None:
        self.sync, self.known = sync, known
        asked = data is not None and MATCH in data
        self.match = data[MATCH] if asked else sync.match
        self._typed: list[Typed] = _typed(data) if asked else sync.conditions

    @cached_property
    def rows(self) -> list[ConditionRow]:
        offered = options.split(self.known.left.fields, refusal)
        return [self._row(place, typed, offered) for place, typed in enumerate(self._typed)]

    @property
    def conditions(self) -> tuple[FieldCondition, ...]:
        return tuple(row.condition for row in self.rows if row.condition)

    @property
    def problems(self) -> list[str]:
        return [row.error for row in self.rows if row.error]

    @property
    def match_select(self) -> SafeString:
        return _select(MATCH, MATCH_WORDS, self.match)

    @property
    def since_field(self) -> FieldSchema | None:
        """The field that says when a record was last changed, for "from now on" (S3.55)."""
        return self.known.left_field(self.sync.left.spec.changed_field)

    def _row(self, place: int, typed: Typed, offered: options.Offer) -> ConditionRow:
        found, error, condition = self.known.left_field(typed["field"]), "", None
        if typed["field"]:
            typed = {**typed, "op": _fitting(typed["op"], found), "values": _separate(typed["values"], found)}
            try:
                condition = condition_of(typed, self.sync, self.known)
            except ConditionProblem as problem:
                error = str(problem)
        return ConditionRow(place, typed, found, condition, error, self._selects(place, typed, found, offered))

    def _selects(
        self, place: int, typed: Typed, found: FieldSchema | None, offered: options.Offer
    ) -> dict[str, SafeString]:
        if typed["field"] and found is None:
            gone = [(typed["field"], f"{typed['field']} (gone)")]
            offered = replace(offered, groups=[*offered.groups, ("Gone", gone)])
        operators = OPERATORS.get(found.type, ()) if found else ()
        words = [(one.value, word(one, found.type)) for one in operators] if found else []
        fields = ReasonedSelect(choices=offered.choices("Choose a field"), refused=offered.refused, types=offered.types)
        attrs = {"id": f"id_cfield-{place}", "class": "form-select"}
        return {
            "field": fields.render(f"cfield-{place}", typed["field"], attrs),
            "op": _select(f"cop-{place}", words, typed["op"]),
        }


def acted(data: QueryDict, sync: Sync) -> QueryDict:
    """The submitted form after the button that was pressed: a condition more, one less, or "from now on"."""
    action, _, mark = data.get(ACTION, "").partition(":")
    fresh, marks = data.copy(), data.getlist(MARK)
    new = str(max((int(one) for one in marks if one.isdecimal()), default=-1) + 1)
    if action == "drop":
        fresh.setlist(MARK, [one for one in marks if one != mark])
    elif action in ("add", "now"):
        fresh.setlist(MARK, [*marks, new])
    if action == "now":
        fresh[f"cfield-{new}"], fresh[f"cop-{new}"] = sync.left.spec.changed_field, Operator.AT_LEAST.value
        fresh[f"cvalue-{new}"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return fresh


def _typed(data: Any) -> list[Typed]:
    return [
        {
            "field": data.get(f"cfield-{mark}", ""),
            "op": data.get(f"cop-{mark}", ""),
            "values": [value for value in data.getlist(f"cvalue-{mark}") if value.strip()],
        }
        for mark in data.getlist(MARK)
    ]


def _separate(values: Sequence[str], found: FieldSchema | None) -> list[str]:
    """Ids that were typed into one box, each by itself; other values as they are."""
    if found is None or found.type not in _IDS:
        return list(values)
    return [id for value in values for id in re.split(r"[,\s]+", value) if id]


def _fitting(operator: str, found: FieldSchema | None) -> str:
    """The operator, or the likeliest one where another field has been chosen that does not have it."""
    possible: Sequence[str] = [one.value for one in OPERATORS.get(found.type, ())] if found else []
    return operator if operator in possible or not possible else possible[0]


def _select(name: str, choices: Sequence[tuple[str, str]], value: str) -> SafeString:
    return ReasonedSelect(choices=choices).render(name, value, {"id": f"id_{name}", "class": "form-select"})
