"""What a plan is made of."""

import pytest

from syncadmin.engine.steps import (
    CREATES,
    TELLS,
    WRITES_LEFT,
    WRITES_RIGHT,
    Action,
    Change,
    PlannedStep,
    shape,
)

NAME, TAGS = Change("name", "a", "b"), Change("tags", [], None, add=("x",))


def draft(action: Action, *changes: Change, **rest) -> PlannedStep:
    return PlannedStep(action, "Acme", changes=changes, **rest)


def test_every_action_either_writes_one_side_or_only_tells():
    for action in Action:
        assert (action in WRITES_LEFT) + (action in WRITES_RIGHT) + (action in TELLS) == 1, action
    assert CREATES <= WRITES_LEFT | WRITES_RIGHT


@pytest.mark.parametrize(
    "change, is_list", [(NAME, False), (TAGS, True), (Change("tags", ["x"], None, remove=("x",)), True)]
)
def test_a_list_is_told_by_its_edit(change: Change, is_list: bool):
    assert change.is_list is is_list


def test_the_same_change_has_the_same_shape_whatever_the_order_and_the_values():
    one = draft(Action.UPDATE_RIGHT, NAME, TAGS)
    other = draft(Action.UPDATE_RIGHT, Change("tags", ["y"], None, remove=("y",)), Change("name", "c", "d"))
    assert shape(one) == shape(other) == "update_right:name,tags"


def test_creations_are_one_shape_but_those_that_wait_for_approval_are_another():
    assert shape(draft(Action.CREATE_RIGHT, NAME)) == shape(draft(Action.CREATE_RIGHT, TAGS))
    assert shape(draft(Action.CREATE_LEFT, held=True)) != shape(draft(Action.CREATE_LEFT))


@pytest.mark.parametrize("action", sorted(TELLS))
def test_rows_that_only_tell_are_grouped_by_what_they_tell(action: Action):
    assert shape(draft(action, NAME, code="ambiguous")) == f"{action}:ambiguous"
