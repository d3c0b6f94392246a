"""The mapping editor: its rows with choices, states and previews, built from what is typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from django.utils.safestring import SafeString

from connectors.api.values import FieldSchema, FieldType, Record, RecordRef
from mappings.fields import choices as options
from mappings.fields import preview, rows, words
from mappings.fields.flows import FlowSentence, sentences
from mappings.fields.preview import Shown
from mappings.fields.rows import Row
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.options.widgets import ReasonedSelect
from mappings.rules import convert, pairs, templates, valuemap
from mappings.rules.configuration import Configuration, Direction
from mappings.rules.transforms import TRANSFORMS
from mappings.schemas import Schemas
from mappings.services import value_map_of
from syncadmin.web.badges import Badge, Tone

SAVED = Badge("Saved", Tone.GREEN)
NEW = Badge("Not saved yet", Tone.BLUE, "plus")
CHANGED = Badge("Changed, not saved", Tone.BLUE, "pencil")
PROBLEM = Badge("Problem", Tone.RED)
LISTS = (FieldType.CHOICE, FieldType.CHOICES, FieldType.BOOLEAN)
SUGGESTED = 8
_TRANSFORMS = [("", "As it is"), *((key, transform.label) for key, transform in TRANSFORMS.items())]
# Filled in every new record, whatever is mapped: names, the emails of people, and the company that a new lead needs.
_ALWAYS_FILLED = {"Name", "FirstName", "LastName", "Email", "Company"}


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A picklist value and the drop-down tag that it hits; ``tag`` is empty while it has none."""

    id: str
    label: str
    tag: str
    select: SafeString
    silent: bool = False
    """It says nothing, so that without a tag the field stays as it is."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row. ``mark`` ends its form names; ``key`` names it in the page while others move around it."""

    row: Row
    mark: int
    key: str
    left: FieldSchema | None
    right: FieldSchema | None
    left_type: str
    selects: Mapping[str, SafeString]
    note: str
    errors: Sequence[str]
    state: Badge
    values: Sequence[ValueLine]
    first: bool
    last: bool
    sample: Any = None
    shown: Shown | None = None

    @property
    def label(self) -> str:
        left = self.left.label if self.left else self.row.left
        return f"{left} → {self.right.label if self.right else self.row.right or '…'}"

    @property
    def hits(self) -> int:
        """How many picklist values have a target."""
        return sum(bool(value.tag or value.silent) for value in self.values)

    @property
    def both_ways(self) -> bool:
        return self.row.direction == Direction.BOTH


@dataclass(frozen=True, slots=True)
class Editor:
    """The whole card. ``changes`` counts what is not saved; ``add_problem`` says why nothing could be added."""

    rows: Sequence[RowView]
    changes: int
    new_left: SafeString
    new_right: SafeString
    new_text: str | None
    """The text that is mapped in place of a field; None where a field is."""
    new_direction: SafeString
    required: Sequence[str]
    refused: bool = False
    add_problem: str = ""
    record: Record | None = None
    flows: Sequence[FlowSentence] = ()
    suggested: Sequence[tuple[FieldSchema, FieldSchema]] = ()
    """Pairs that probably belong together and are not mapped."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What is chosen in the line that adds a mapping."""

    left: str = ""
    right: str = ""
    problem: str = ""
    direction: str = Direction.TO_RIGHT.value


def editor(
    sync: Sync,
    known: Schemas,
    wanted: Sequence[Row],
    *,
    picked: Picked = Picked(),
    record: Record | None = None,
    refused: bool = False,
    typed: Mapping[str, Any] = MappingProxyType({}),
) -> Editor:
    """The card for these rows. ``refused``: they were to be saved and could not. ``typed``: what came with them."""
    making = _Making(
        sync, known, wanted, rows.listed(sync), rows.problems(wanted, known, rows.placed(sync).values()), record
    )
    taken = {row.right for row in wanted}
    left, (here, there) = _typed(picked.left, known), words.sides(known.kind)
    offered = options.targets(left, known, taken, picked.direction)
    made_up = templates.is_made_up(picked.left)
    sources = options.mappable(known)
    sources = replace(sources, groups=[*sources.groups, ("Typed", [(templates.MARK, "A text or a template …")])])
    return Editor(
        rows=[making.view(place) for place in range(len(wanted))],
        changes=rows.changes(making.before, wanted),
        new_left=_select("new_left", sources, f"Choose a {here} field", templates.MARK if made_up else picked.left),
        new_text=templates.text_of(picked.left) if made_up else None,
        new_right=_select("new_right", offered, f"Choose a {there} field", picked.right),
        new_direction=_words("new_direction", words.directions(known.kind), picked.direction),
        required=rows.unmapped_required(wanted, known, filled=_filled(sync), new=kind_of(sync.kind).left.many),
        refused=refused,
        add_problem=picked.problem,
        record=record,
        flows=sentences(sync, known, wanted, record, typed),
        suggested=rows.probable(wanted, sync, known)[:SUGGESTED],
    )


def time_zone(sync: Sync) -> str:
    """The zone in which a moment becomes a day (A11): the left system's."""
    return str(sync.left.facts.get("time_zone") or "UTC")


def add_problem(picked: Picked, wanted: Sequence[Row], known: Schemas, beside: Collection[Row] = ()) -> str:
    """Why the picked pair cannot be added; empty when it can."""
    if not picked.left or not picked.right:
        left, right = words.sides(known.kind)
        return f"Choose a {left} field and a {right} field, then add the mapping."
    added = rows.with_new(wanted, picked.left, picked.right, known, picked.direction)
    return " ".join(rows.problems(added, known, beside).get(len(wanted), []))


def _filled(sync: Sync) -> dict[str, set[str]]:
    """Fields that are filled without a mapping; the left ones only where records of this kind are made there."""
    kind = kind_of(sync.kind)
    nobody = Record(RecordRef(kind.left.object, ""), {})
    made = kind.new_right(Configuration(kind.slug, options=sync.effective_options()), nobody)
    right = {*kind.kept, *(name for name, _, _ in made)}
    if sync.option("create_left") != kind_of(sync.kind).left.many:
        return {"right": right}
    left = {
        *_ALWAYS_FILLED,
        sync.picklist_field,
        sync.option("domain_names"),
        *(row.left for row in rows.placed(sync).values()),
    }
    return {"right": right, "left": left}


@dataclass(frozen=True, slots=True)
class _Making:
    """What every row of the card is made from."""

    sync: Sync
    known: Schemas
    wanted: Sequence[Row]
    before: Sequence[Row]
    problems: Mapping[int, list[str]]
    record: Record | None

    def view(self, place: int) -> RowView:
        row = self.wanted[place]
        left, right = self.known.left_field(row.left), self.known.right_field(row.right)
        errors = self.problems.get(place, [])
        taken = {other.right for other in self.wanted if other is not row}
        return RowView(
            row=row,
            mark=place,
            key=f"{row.left}--{row.right}",
            left=left,
            right=right,
            left_type=left.type_name if left else "gone",
            selects=_selects(row, place, left, self.known, taken),
            note=_note(self.sync, row, left, right, self.known),
            errors=errors,
            state=PROBLEM if errors else _state(row, self.before),
            values=_value_lines(row, place, left, right, self.known),
            first=place == 0,
            last=place == len(self.wanted) - 1,
            sample=preview.sample(self.record, row.left) if self.record else None,
            shown=preview.shown(row, self.record, self.known, time_zone(self.sync)) if self.record else None,
        )


def _state(row: Row, before: Sequence[Row]) -> Badge:
    if row in before:
        return SAVED
    return CHANGED if any((old.left, old.right) == (row.left, row.right) for old in before) else NEW


def _note(sync: Sync, row: Row, left: FieldSchema | None, right: FieldSchema | None, known: Schemas) -> str:
    """What is lost on the way or left out, in which zone days are taken, and whether texts may be too long."""
    if left is None or right is None:
        return ""
    return " ".join(filter(None, (_loss(sync, row, left, right, known), _narrow(row, left, right, known))))


def _narrow(row: Row, left: FieldSchema, right: FieldSchema, known: Schemas) -> str:
    """Which of two texts is the shorter one, where values of the other are written to it."""
    field = None if row.transform else pairs.narrower(left, right, row.direction)
    if field is None:
        return ""
    here, there = words.sides(known.kind)
    side = here if field is left else there
    return f"{field.label} in {side} takes {field.length:,} characters: a longer value is not written, and listed."


def _loss(sync: Sync, row: Row, left: FieldSchema, right: FieldSchema, known: Schemas) -> str:
    verdict = pairs.verdict(left, right, row.direction, known.kind.types, row.transform)
    text = verdict.reason or verdict.caution
    if not verdict.allowed or not text:
        return ""
    if right.type is FieldType.DATE and row.direction != Direction.TO_LEFT:
        return (
            f"{text}; the day is the one in {time_zone(sync)}, the time zone of the {known.kind.names.left_system} org."
        )
    return f"{text}."


def _typed(source: str, known: Schemas) -> FieldSchema | None:
    """The field whose type decides what it may fill; None for a constant, which may fill any."""
    return None if templates.is_constant(source) else known.left_field(source)


def _selects(row: Row, place: int, left: FieldSchema | None, known: Schemas, taken: set[str]) -> dict[str, SafeString]:
    _, here = words.sides(known.kind)
    offered = options.targets(_typed(row.left, known), known, taken, row.direction, row.transform)
    if row.right and known.right_field(row.right) is None:
        gone = [(row.right, f"{row.right} (gone from {here})")]
        offered = replace(offered, groups=[*offered.groups, ("Gone", gone)], refused=offered.refused | {row.right})
    choices = {
        "direction": words.directions(known.kind),
        "conflict": words.conflicts(known.kind),
        "on_problem": words.on_problem(known.kind),
        "transform": _TRANSFORMS,
    }
    when = _words(f"only_if_empty-{place}", words.WHEN, "yes" if row.only_if_empty else "")
    named = {name: _words(f"{name}-{place}", offers, getattr(row, name)) for name, offers in choices.items()}
    return {
        **named,
        "only_if_empty": when,
        "right": _select(f"right-{place}", offered, f"Choose a {here} field", row.right),
    }


def _value_lines(
    row: Row, place: int, left: FieldSchema | None, right: FieldSchema | None, known: Schemas
) -> list[ValueLine]:
    """One line for each value of a picklist that fills a drop-down (S3.25, A12), or any field that takes a choice."""
    if left is None or right is None or left.type not in LISTS[:2] or not (left.choices and right.choices):
        return []
    if right.type not in LISTS:
        return []
    tags = [(choice.value, f"{choice.label} ({choice.value})") for choice in right.choices if choice.active]
    there, gone = {tag for tag, _ in tags}, f"gone from {known.kind.names.left_system}"
    leads_to = value_map_of(row, known)
    labels = {choice.value: choice.label for choice in left.choices if choice.active or choice.value in leads_to}
    labels |= {value: f"{value} ({gone})" for value in leads_to if value not in labels}
    lines = []
    for value, label in labels.items():
        hit = valuemap.target(value, leads_to, there) or _ticked(value, right)
        none = "Leave the field as it is" if value in left.unsaid else "No target"
        offered = tags if value in there else [("", none), *tags]
        name = f"value-{place}:{value}"
        lines.append(ValueLine(f"id_{name}", label, hit, _words(name, offered, hit), silent=value in left.unsaid))
    return lines


def _ticked(value: str, right: FieldSchema) -> str:
    """What a choice makes of a checkbox by itself."""
    return (
        {True: "true", False: "false"}[convert.CHECKED[value]]
        if right.type is FieldType.BOOLEAN and value in convert.CHECKED
        else ""
    )


def _select(name: str, offered: options.Offer, empty: str, value: str) -> SafeString:
    widget = ReasonedSelect(choices=offered.choices(empty), refused=offered.refused, types=offered.types)
    return widget.render(name, value, {"id": f"id_{name}", "class": "form-select"})


def _words(name: str, choices: Sequence[tuple[Any, Any]], value: str) -> SafeString:
    return ReasonedSelect(choices=choices).render(name, value, {"id": f"id_{name}", "class": "form-select"})
