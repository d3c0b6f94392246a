"""Compares the fields of a pair, or of a new record: what to write, and what both sides agree on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mappings.kinds.agreed import FieldNote
from mappings.kinds.declaration import ListRule, Names
from mappings.rules import convert, tags
from mappings.rules.configuration import Direction, FieldRule, OnProblem
from syncadmin.engine.merge import ABSENT, Merge, MergeAction, Moments, SideChoice, choose, merge, stands
from syncadmin.engine.steps import Change, PlannedStep


@dataclass(frozen=True, slots=True)
class LinkState:
    """What is known of a pair: last synced values by right field, list entries that a sync added, whether the link is
    new.
    """

    last_synced: Mapping[str, Any] = field(default_factory=dict)
    owned_values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fresh: bool = False
    reason: str = ""
    replaces: frozenset[str] = frozenset()
    """Ids kept in the helpdesk that this one may take the place of: of its own duplicates, of deleted records."""
    chosen: Mapping[str, SideChoice] = field(default_factory=dict)
    """What somebody has chosen where both sides had changed, by right field."""
    moments: Mapping[str, Moments] = field(default_factory=dict)
    """When the two sides of a field were edited, by right field, where that is known better than of the records."""
    as_found: bool = False
    """Where nothing was agreed on yet, each side keeps its own value."""
    field_notes: Mapping[str, FieldNote] = field(default_factory=dict)

    @classmethod
    def after(cls, step: PlannedStep, *, fresh: bool = False) -> LinkState:
        """The state of a pair once this step is written."""
        return cls(dict(step.last_synced), dict(step.owned_values), fresh, field_notes=dict(step.field_notes))


@dataclass(slots=True)
class Comparison:
    """Collects the result of comparing one pair, field by field."""

    names: Names
    right: list[Change] = field(default_factory=list)
    left: list[Change] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)
    problems: list[Change] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    last_synced: dict[str, Any] = field(default_factory=dict)
    field_notes: dict[str, FieldNote] = field(default_factory=dict)
    # Agreed on only once the left side has been written.
    later: dict[str, Any] = field(default_factory=dict)
    owned_values: dict[str, tuple[str, ...]] = field(default_factory=dict)


def compare_field(
    work: Comparison,
    rule: FieldRule,
    left: Mapping[str, Any],
    right: Mapping[str, Any],
    link_state: LinkState,
    moments: Moments,
    time_zone: str,
) -> None:
    if rule.left not in left or rule.right not in right or left[rule.left] in rule.unsaid:
        return
    actual = right[rule.right]
    if rule.never_blank and convert.same(left[rule.left], None) and not _goes_back(work, rule, actual):
        return
    try:
        wanted = convert.to_right(rule, left[rule.left], time_zone)
    except convert.ValueProblem as problem:
        if rule.direction is not Direction.TO_LEFT:
            _note_problem(work, rule, actual, left[rule.left], problem)
            return
        wanted = left[rule.left]  # Only compared: this direction writes the other way.
    last_synced = link_state.last_synced.get(rule.right, ABSENT)
    note = work.field_notes.pop(rule.right, FieldNote())
    left_form = note.get("left", ABSENT)
    if rule.alike and rule.alike(wanted, actual) and stands(last_synced if left_form is ABSENT else left_form, wanted):
        _agree(work, rule, wanted, actual)
        return
    if link_state.as_found and last_synced is ABSENT:
        _agree(work, rule, wanted, actual)
        return
    if left_form is not ABSENT and convert.same(left_form, wanted):
        if convert.same(last_synced, actual):
            work.field_notes[rule.right] = FieldNote(left=left_form)
            return
        last_synced = left_form  # the right side alone has changed
    if note.get("recreated") and last_synced is ABSENT and not (wanted and actual):
        _compare_checkbox(work, rule, left[rule.left], wanted, actual, time_zone)
        return
    spares = {"on_change": rule.on_change, "only_if_empty": rule.only_if_empty}
    found = merge(last_synced, wanted, actual, rule.direction, rule.conflict, moments, names=work.names, **spares)
    found = choose(found, link_state.chosen.get(rule.right), left[rule.left], actual, work.names)
    _note(work, rule, found, wanted, actual, left[rule.left], time_zone)


def _goes_back(work: Comparison, rule: FieldRule, actual: Any) -> bool:
    """Whether an empty left value may be compared although the right one is never emptied. True for a two-way field
    that was seen empty before.

    At first sight the values count as agreed: what the right system fills in by itself is not an edit.
    """
    if rule.direction is Direction.TO_RIGHT:
        return False
    if convert.same(work.field_notes.get(rule.right, FieldNote()).get("left", ABSENT), None):
        return True
    work.last_synced[rule.right] = actual
    work.field_notes[rule.right] = FieldNote(left=None)
    return False


def _compare_checkbox(
    work: Comparison, rule: FieldRule, left_value: Any, wanted: Any, actual: Any, time_zone: str
) -> None:
    """Compare a checkbox that one side has created again: a tick that is left fills the other side, and no tick is
    removed.
    """
    found = merge(ABSENT, wanted or None, actual or None, rule.direction, names=work.names)
    if found.action is MergeAction.KEEP and not convert.same(wanted, actual):
        work.field_notes[rule.right] = FieldNote(recreated=True)
        return
    _note(work, rule, found, wanted, actual, left_value, time_zone)


def _agree(work: Comparison, rule: FieldRule, wanted: Any, actual: Any) -> None:
    """Record that both sides keep their values: they mean the same in two forms, or both had them when they were
    linked.
    """
    work.last_synced[rule.right] = actual
    if not convert.same(wanted, actual):
        work.field_notes[rule.right] = FieldNote(left=wanted)


def _note(
    work: Comparison, rule: FieldRule, found: Merge, wanted: Any, actual: Any, left_value: Any, time_zone: str
) -> None:
    match found.action:
        case MergeAction.KEEP:
            if convert.same(wanted, actual):
                work.last_synced[rule.right] = actual
        case MergeAction.WRITE_RIGHT:
            work.right.append(Change(rule.right, actual, wanted, found.reason, replaces=found.replaces))
            work.last_synced[rule.right] = wanted
        case MergeAction.WRITE_LEFT:
            try:
                back = convert.to_left(rule, actual, time_zone)
            except convert.ValueProblem as problem:
                _note_problem(work, rule, left_value, actual, problem)
                return
            work.left.append(Change(rule.left, left_value, back, found.reason, replaces=found.replaces))
            work.later[rule.right] = actual
        case MergeAction.CONFLICT:
            work.conflicts.append(Change(rule.right, actual, wanted, found.reason))


def _note_problem(work: Comparison, rule: FieldRule, before: Any, after: Any, problem: convert.ValueProblem) -> None:
    if rule.on_problem is OnProblem.FIELD:
        work.warnings.append(f"{rule.name}: {problem} The field is left alone.")
    else:
        work.problems.append(Change(rule.right, before, after, f"{rule.name}: {problem}"))


def fill_right(work: Comparison, rule: FieldRule, left: Mapping[str, Any], time_zone: str) -> None:
    """Add the value of this field to a new right record. A field that only goes to the left is left out."""
    if rule.left not in left or rule.direction is Direction.TO_LEFT or left[rule.left] in rule.unsaid:
        return
    try:
        value = convert.to_right(rule, left[rule.left], time_zone)
    except convert.ValueProblem as problem:
        _note_problem(work, rule, None, left[rule.left], problem)
        return
    work.last_synced[rule.right] = value
    if value is not None and value is not False:
        work.right.append(Change(rule.right, None, value, "New record"))


def mirrored_tags(work: Comparison, rules: Sequence[FieldRule], right: Mapping[str, Any]) -> list[str]:
    """The values of drop-down fields as they will be after the plan. Zendesk keeps a tag for each of them."""
    planned = {change.field: change.after for change in work.right}
    values = [planned.get(rule.right, right.get(rule.right)) for rule in rules if rule.is_tag]
    return [value for value in values if isinstance(value, str)]


def compare_list(
    work: Comparison, rule: ListRule, left: Mapping[str, Any], right: Mapping[str, Any], mirrored: Sequence[str]
) -> None:
    if rule.field not in right or not rule.sources <= left.keys():
        return
    wanted, bad = rule.wanted(left)
    work.warnings += bad
    actual = right[rule.field] or []
    needed = tags.list_edit(wanted, work.owned_values.get(rule.field, ()), actual, mirrored)
    if needed.owned_values or rule.field in work.owned_values:
        work.owned_values[rule.field] = needed.owned_values
    if needed.add or needed.remove:
        reasons = [f"Set in {work.names.left_system}"] if needed.add else []
        reasons += ["Added by a sync and no longer needed"] if needed.remove else []
        edit = Change(rule.field, list(actual), None, "; ".join(reasons), add=needed.add, remove=needed.remove)
        work.right.append(edit)
