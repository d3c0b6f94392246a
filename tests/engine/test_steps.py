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
