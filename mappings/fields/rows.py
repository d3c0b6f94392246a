"""The rows of the mapping editor as they were typed: read, edited, compared and checked; not stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.api.values import FieldSchema
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.rules import suggestions, valuemap
from mappings.rules.configuration import Conflict, Direction, OnProblem
from mappings.rules.transforms import TRANSFORMS
from mappings.schemas import Schemas
from mappings.services import PLACED, misfit

MARK = "row"
"""The name under which a form lists its rows; every other name ends in one of these marks."""


@dataclass(frozen=True, slots=True)
class Row:
    """One pair of fields, stored or only typed. The words are those of FieldMapping."""

    left: str
    right: str
    direction: str = Direction.TO_RIGHT.value
    conflict: str = Conflict.LEFT.value
    on_problem: str = OnProblem.ROW.value
    transform: str = ""
    value_map: dict[str, str] = field(default_factory=dict)
    only_if_empty: bool = False


def stored(sync: Sync) -> list[Row]:
    """The saved rows, in order."""
    return [
        Row(m.left, m.right, m.direction, m.conflict, m.on_problem, m.transform, dict(m.value_map), m.only_if_empty)
        for m in sync.mappings.all()
    ]


def listed(sync: Sync) -> list[Row]:
    """The saved rows of the list of mappings: those without a place of their own."""
    return [row for row in stored(sync) if row.right not in kind_of(sync.kind).placed]


def placed(sync: Sync) -> dict[str, Row]:
    """The saved rows that have a place of their own, by the field on the right."""
    return {row.right: row for row in stored(sync) if row.right in kind_of(sync.kind).placed}


def typed(data: Any, known: Schemas) -> list[Row]:
    """The rows of a submitted form (a QueryDict), in order. Words that no form offers count as the default."""
    return [_typed_row(data, mark, known) for mark in data.getlist(MARK)]


def _typed_row(data: Any, mark: str, known: Schemas) -> Row:
    left, right = data.get(f"left-{mark}", ""), data.get(f"right-{mark}", "")
    return Row(
        left=left,
        right=right,
        direction=_one_of(data, "direction", mark, [word.value for word in Direction]),
        conflict=_one_of(data, "conflict", mark, [word.value for word in Conflict]),
        on_problem=_one_of(data, "on_problem", mark, [word.value for word in OnProblem]),
        transform=_one_of(data, "transform", mark, ["", *TRANSFORMS]),
        only_if_empty=data.get(f"only_if_empty-{mark}") == "yes",
        value_map=_typed_map(data, f"value-{mark}:", _choices(right, known)),
    )


def _one_of(data: Any, name: str, mark: str, words: Sequence[str]) -> str:
    """The submitted word. The first possible one is FieldMapping's default."""
    found = data.get(f"{name}-{mark}", "")
    return found if found in words else words[0]


def _typed_map(data: Any, prefix: str, choices: set[str]) -> dict[str, str]:
    """What is chosen for each picklist value; a value that hits the tag of its own name needs no entry."""
    chosen = {name.removeprefix(prefix): data.get(name, "") for name in data if name.startswith(prefix)}
    return {value: tag for value, tag in chosen.items() if tag and (tag != value or value not in choices)}


def _choices(right: str, known: Schemas) -> set[str]:
    found = known.right_field(right)
    return {choice.value for choice in found.choices if choice.active} if found else set()


def with_new(
    rows: Sequence[Row], left: str, right: str, known: Schemas, direction: str = Direction.TO_RIGHT.value
) -> list[Row]:
    """The rows and one more at the end; picklist values come with the tags that they probably mean (A12)."""
    return [*rows, suggested(Row(left, right, direction), known)]


def suggested(row: Row, known: Schemas) -> Row:
    """The row with a likely tag for each value that has none yet."""
    left, right = known.left_field(row.left), known.right_field(row.right)
    if left is None or right is None or not right.choices:
        return row
    return replace(row, value_map={**valuemap.suggestions(left, right), **row.value_map})


def probable(rows: Sequence[Row], sync: Sync, known: Schemas) -> list[tuple[FieldSchema, FieldSchema]]:
    """Pairs that probably belong together, of fields that nothing maps yet."""
    used = [*rows, *placed(sync).values()]
    lefts, rights = {row.left for row in used}, {row.right for row in used} | set(known.kind.placed)
    left = [field for field in known.left.fields if field.name not in lefts]
    right = [field for field in known.right.fields if field.name not in rights]
    return suggestions.suggested(left, right, lambda pair: not misfit(Row(pair[0].name, pair[1].name), known))


def moved(rows: Sequence[Row], place: int, by: int) -> list[Row]:
    """The rows with the one at ``place`` moved; unchanged where there is no such place."""
    items, goal = list(rows), place + by
    if 0 <= place < len(items) and 0 <= goal < len(items):
        items.insert(goal, items.pop(place))
    return items


def without(rows: Sequence[Row], place: int) -> list[Row]:
    return [row for index, row in enumerate(rows) if index != place]


def problems(rows: Sequence[Row], known: Schemas, beside: Collection[Row] = ()) -> dict[int, list[str]]:
    """What keeps each row from being saved, by its place. ``beside`` are the rows that have a place of their own."""
    found = {place: _listed_problems(row, [*beside, *rows[:place]], known) for place, row in enumerate(rows)}
    return {place: texts for place, texts in found.items() if texts}


def _listed_problems(row: Row, others: Sequence[Row], known: Schemas) -> list[str]:
    if row.right in known.kind.placed:
        return [f"{row.right}: {PLACED}."]
    return row_problems(row, others, known)


def row_problems(row: Row, earlier: Sequence[Row], known: Schemas) -> list[str]:
    """What keeps a row from being saved after the ``earlier`` ones."""
    if not row.right:
        return [f"Choose the {known.kind.names.right_system} field that it fills."]
    if text := misfit(row, known):
        return [text]
    texts = []
    rival = next((other for other in earlier if other.right == row.right), None)
    if rival is not None:
        texts.append(f"{row.right} is filled by {rival.left} already; one field has one source.")
    if row.direction != Direction.TO_RIGHT:
        texts += _way_back_problems(row, earlier)
    return texts


def _way_back_problems(row: Row, earlier: Sequence[Row]) -> list[str]:
    """A left field has one source too."""
    rival = next((o for o in earlier if o.left == row.left and o.direction != Direction.TO_RIGHT), None)
    return [f"{row.left} is written back from {rival.right} already."] if rival else []


def changes(before: Sequence[Row], after: Sequence[Row]) -> int:
    """How many rows are new, changed, gone or elsewhere; a row is known by its pair of fields."""
    old, new = {_pair(row): row for row in before}, {_pair(row): row for row in after}
    gone = old.keys() - new.keys()
    added = len(after) - len(old.keys() & new.keys())
    altered = sum(old[pair] != row for pair, row in new.items() if pair in old)
    kept_before = [pair for pair in old if pair in new]
    kept_after = [pair for pair in new if pair in old]
    return len(gone) + added + altered + (kept_before != kept_after)


def _pair(row: Row) -> tuple[str, str]:
    return row.left, row.right


def unmapped_required(rows: Sequence[Row], known: Schemas, *, filled: Mapping[str, set[str]], new: str) -> list[str]:
    """Labels of required fields that nothing fills. ``filled`` names those that are filled anyway, left and right. The
    right side counts where the kind creates records there.

    The left side counts only where records may be created there: a missing ``left`` leaves it out. ``new`` says what
    would be created.
    """
    right = {*filled.get("right", ()), *(row.right for row in rows)}
    here, there = known.kind.names.left_system, known.kind.names.right_system
    asked = [f for f in known.right.fields if f.required and f.creatable] if known.kind.right.creatable else []
    missing = [f"{f.label} ({there})" for f in asked if f.name not in right]
    if "left" in filled:
        left = {*filled["left"], *(row.left for row in rows)}
        required = [f for f in known.left.fields if f.required and f.creatable and f.name not in left]
        missing += [f"{f.label} ({here}, for new {new})" for f in required]
    return missing
