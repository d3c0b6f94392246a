"""One field, three values: what both last agreed on, Salesforce now, Zendesk now (A1, S3.23)."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.kinds.registry import kind_of
from mappings.rules.configuration import Conflict, Direction
from mappings.rules.convert import same
from syncadmin.engine import merge as rules
from syncadmin.engine.merge import ABSENT, MergeAction, Moments

merge = partial(rules.merge, names=kind_of("accounts_organizations").names)

KEEP, RIGHT, LEFT, CONFLICT = MergeAction.KEEP, MergeAction.WRITE_RIGHT, MergeAction.WRITE_LEFT, MergeAction.CONFLICT
TO_RIGHT, TO_LEFT, BOTH = Direction.TO_RIGHT, Direction.TO_LEFT, Direction.BOTH
EARLY, LATE = datetime(2024, 5, 1, 12, tzinfo=UTC), datetime(2024, 5, 1, 12, 0, 1, tzinfo=UTC)

VALUE = st.sampled_from([None, "", "a", "b", "c", 0, 1, 1.0, True, False, " a ", "1"])
MAYBE = VALUE | st.just(ABSENT)
MOMENT = st.sampled_from([None, EARLY, LATE])
DIRECTION = st.sampled_from(list(Direction))
RULE = st.sampled_from(list(Conflict))

# base, left, right: what each direction does. BOTH is with Conflict.ASK, so that a conflict shows.
TRUTH = [
    # nothing differs
    ("a", "a", "a", KEEP, KEEP, KEEP),
    (ABSENT, "a", "a", KEEP, KEEP, KEEP),
    (None, None, "", KEEP, KEEP, KEEP),
    ("old", "a", "a", KEEP, KEEP, KEEP),
    # one side was not read
    ("a", ABSENT, "b", KEEP, KEEP, KEEP),
    ("a", "b", ABSENT, KEEP, KEEP, KEEP),
    (ABSENT, ABSENT, ABSENT, KEEP, KEEP, KEEP),
    # one side changed
    ("a", "b", "a", RIGHT, LEFT, RIGHT),
    ("a", "a", "b", RIGHT, LEFT, LEFT),
    # one side was cleared
    ("a", None, "a", RIGHT, LEFT, RIGHT),
    ("a", "a", None, RIGHT, LEFT, LEFT),
    # an agreed emptiness was filled
    (None, "a", None, RIGHT, LEFT, RIGHT),
    (None, None, "a", RIGHT, LEFT, LEFT),
    # both changed
    ("a", "b", "c", RIGHT, LEFT, CONFLICT),
    ("a", None, "c", RIGHT, LEFT, CONFLICT),
    ("a", "b", None, RIGHT, LEFT, CONFLICT),
    # nothing was ever agreed on
    (ABSENT, "a", "b", RIGHT, LEFT, CONFLICT),
    (ABSENT, "a", None, RIGHT, KEEP, RIGHT),
    (ABSENT, None, "a", KEEP, LEFT, LEFT),
    # a checkbox is never empty: unchecked is a value
    (ABSENT, False, True, RIGHT, LEFT, CONFLICT),
    (ABSENT, True, False, RIGHT, LEFT, CONFLICT),
    (ABSENT, True, None, RIGHT, KEEP, RIGHT),
    (ABSENT, False, None, KEEP, KEEP, KEEP),
    (ABSENT, 0, 5, RIGHT, LEFT, CONFLICT),
]


@pytest.mark.parametrize("last_synced, left, right, to_right, to_left, both", TRUTH)
def test_the_truth_table_holds(
    last_synced: Any, left: Any, right: Any, to_right: MergeAction, to_left: MergeAction, both: MergeAction
):
    assert merge(last_synced, left, right, TO_RIGHT).action is to_right
    assert merge(last_synced, left, right, TO_LEFT).action is to_left
    assert merge(last_synced, left, right, BOTH, Conflict.ASK).action is both


@pytest.mark.parametrize(
    "rule, moments, expected",
    [
        (Conflict.LEFT, Moments(), RIGHT),
        (Conflict.RIGHT, Moments(), LEFT),
        (Conflict.ASK, Moments(EARLY, LATE), CONFLICT),
        (Conflict.NEWEST, Moments(LATE, EARLY), RIGHT),
        (Conflict.NEWEST, Moments(EARLY, LATE), LEFT),
        (Conflict.NEWEST, Moments(EARLY, EARLY), CONFLICT),
        (Conflict.NEWEST, Moments(None, LATE), CONFLICT),
        (Conflict.NEWEST, Moments(EARLY, None), CONFLICT),
        (Conflict.NEWEST, Moments(), CONFLICT),
    ],
)
@pytest.mark.parametrize("last_synced", ["a", ABSENT])
def test_a_field_changed_on_both_sides_follows_its_rule(
    rule: Conflict, moments: Moments, expected: MergeAction, last_synced: Any
):
    assert merge(last_synced, "b", "c", BOTH, rule, moments).action is expected


def test_a_field_that_was_not_read_never_blanks_the_target():
    for last_synced in ("a", None, ABSENT):
        for direction in Direction:
            assert merge(last_synced, ABSENT, "kept", direction).action is KEEP
            assert merge(last_synced, "kept", ABSENT, direction).action is KEEP


def test_absent_is_not_empty():
    """Read and found empty clears; not read does not."""
    assert merge("a", None, "a", TO_RIGHT).action is RIGHT
    assert merge("a", ABSENT, "a", TO_RIGHT).action is KEEP
    assert repr(ABSENT) == "ABSENT"


def test_an_empty_source_keeps_a_filled_target_on_a_first_link():
    found = merge(ABSENT, None, "theirs", TO_RIGHT)
    assert found.action is KEEP
    assert found.reason == "Salesforce is empty and was never synced; the Zendesk value stays"


@pytest.mark.parametrize(
    "last_synced, left, right, reason",
    [
        (ABSENT, "a", "b", "First link: Salesforce wins"),
        (ABSENT, "a", None, "Empty in Zendesk"),
        ("b", "a", "b", "Changed in Salesforce"),
        ("a", "a", "b", "Edited in Zendesk since the last sync; Salesforce wins"),
        ("c", "a", "b", "Changed on both sides; Salesforce wins"),
    ],
)
def test_the_reason_says_who_changed_what(last_synced: Any, left: Any, right: Any, reason: str):
    assert merge(last_synced, left, right, TO_RIGHT).reason == reason


def test_on_change_what_was_edited_in_the_target_alone_stays():
    assert merge("a", "a", "b", TO_RIGHT, on_change=True).action is KEEP
    assert merge("a", "b", "a", TO_LEFT, on_change=True).action is KEEP
    assert merge("a", "c", "b", TO_RIGHT, on_change=True).action is RIGHT
    assert merge("a", "c", "a", TO_RIGHT, on_change=True).action is RIGHT
    assert merge(ABSENT, "a", "b", TO_RIGHT, on_change=True).action is RIGHT


@given(last_synced=MAYBE, left=MAYBE, right=MAYBE, direction=DIRECTION, rule=RULE, one=MOMENT, other=MOMENT)
def test_once_applied_both_sides_agree_and_the_echo_is_kept(last_synced, left, right, direction, rule, one, other):
    """Acceptance test 19: one edit gives one write, not two."""
    found = merge(last_synced, left, right, direction, rule, Moments(one, other))
    if found.action is RIGHT:
        right, last_synced = left, left
    elif found.action is LEFT:
        left, last_synced = right, right
    again = merge(last_synced, left, right, direction, rule, Moments(one, other))
    assert again.action is (CONFLICT if found.action is CONFLICT else KEEP)


@given(last_synced=MAYBE, left=VALUE, right=VALUE, direction=DIRECTION, rule=RULE, one=MOMENT, other=MOMENT)
def test_every_verdict_has_a_reason_and_a_direction_is_never_left(
    last_synced, left, right, direction, rule, one, other
):
    found = merge(last_synced, left, right, direction, rule, Moments(one, other))
    assert found.reason
    allowed = {TO_RIGHT: {KEEP, RIGHT}, TO_LEFT: {KEEP, LEFT}, BOTH: set(MergeAction)}
    assert found.action in allowed[direction]
    assert (found.action is KEEP) or not same(left, right)


@given(last_synced=MAYBE, left=MAYBE, right=MAYBE, rule=RULE, one=MOMENT, other=MOMENT)
def test_swapping_the_sides_swaps_the_verdict(last_synced, left, right, rule, one, other):
    mirrored = {KEEP: KEEP, RIGHT: LEFT, LEFT: RIGHT, CONFLICT: CONFLICT}
    swapped = {Conflict.LEFT: Conflict.RIGHT, Conflict.RIGHT: Conflict.LEFT}
    one_way = merge(last_synced, left, right, TO_RIGHT).action
    assert merge(last_synced, right, left, TO_LEFT).action is mirrored[one_way]
    found = merge(last_synced, left, right, BOTH, rule, Moments(one, other)).action
    turned = merge(last_synced, right, left, BOTH, swapped.get(rule, rule), Moments(other, one)).action
    assert turned is mirrored[found]
