"""What a new record really holds: agreed on by both sides, each with its own value, and no edit of anybody."""

from __future__ import annotations

import pytest

from mappings.kinds.registry import kind_of
from mappings.rules.configuration import Configuration, Direction, FieldRule
from syncadmin.engine.as_made import agreed, as_seen
from syncadmin.engine.plan import Rulebook, rulebook
from syncadmin.engine.steps import Change, Side


def book(direction: Direction) -> Rulebook:
    kind = kind_of("tickets_cases")
    rules = (FieldRule("subject", "Subject", direction=direction), FieldRule("type", "Type", direction=direction))
    return rulebook(kind, Configuration(kind.slug, rules=rules))


@pytest.mark.parametrize("direction", [Direction.TO_RIGHT, Direction.BOTH])
def test_a_default_and_a_spelling_of_the_right_system_are_agreed_on(direction: Direction) -> None:
    seen = {"Subject": "Help", "Type": "Other", "Priority": "Medium"}
    values, notes = agreed(book(direction), Side.RIGHT, {"Subject": " help ", "Type": None}, {}, seen)
    assert values == {"Subject": "Help", "Type": "Other"}
    assert notes == {"Subject": {"left": " help "}, "Type": {"left": None}}


def test_what_was_not_read_and_what_only_the_new_record_fills_is_left_open() -> None:
    known = {"Subject": "Help"}
    assert agreed(book(Direction.BOTH), Side.RIGHT, known, {}, {}) == (known, {})
    assert agreed(book(Direction.TO_LEFT), Side.RIGHT, known, {}, {"Subject": "Other"}) == (known, {})
    assert agreed(book(Direction.TO_RIGHT), Side.LEFT, known, {}, {"subject": "Other"}) == (known, {})


def test_a_default_of_the_left_system_is_noted_beside_the_value_of_the_right_one() -> None:
    values, notes = agreed(book(Direction.BOTH), Side.LEFT, {"Type": None, "Subject": "Help"}, {}, {"type": "task"})
    assert (values, notes) == ({"Type": None, "Subject": "Help"}, {"Type": {"left": "task"}})


def test_an_undo_expects_what_the_system_made_of_a_creation_unless_its_source_changed_since() -> None:
    written = {"Subject": " help ", "Type": None, "Origin": "Web"}
    last_synced = {"Subject": "Help", "Type": "Other", "Origin": "Phone"}
    notes = {"Subject": {"left": " help "}, "Type": {"left": None}, "Origin": {"left": "Mail"}}
    changes = (Change("Subject", None, " help ", "New record"), Change("Origin", None, "Web", "New record"))
    found = as_seen(changes, written, last_synced, notes)
    known = {change.field: change.after for change in found}
    assert known == {"Subject": "Help", "Type": "Other", "Origin": "Web"}
