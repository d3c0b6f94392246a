"""planned = written + skipped + rejected + conflicts + remaining, or the run says that it is inconsistent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncadmin.engine.conservation import Counts, count, final_state
from syncadmin.engine.lifecycle import RunState, StepState

ROWS = st.dictionaries(st.sampled_from(list(StepState)), st.integers(0, 10**6))


@given(ROWS)
def test_every_row_is_counted_exactly_once(rows):
    counts = count(sum(rows.values()), rows)
    assert counts.add_up
    assert sum(counts.as_dict().values()) == 2 * counts.planned


@given(ROWS, st.integers(-5, 5).filter(bool))
def test_a_lost_or_doubled_row_is_noticed(rows, off):
    counts = count(sum(rows.values()) + off, rows)
    assert not counts.add_up
    assert final_state(counts) is RunState.INCONSISTENT


@given(ROWS)
def test_only_a_run_in_which_nothing_went_wrong_is_green(rows):
    counts = count(sum(rows.values()), rows)
    clean = not (counts.rejected or counts.conflicts or counts.remaining)
    assert final_state(counts) is (RunState.COMPLETED if clean else RunState.REJECTIONS)


@pytest.mark.parametrize(
    "state, word",
    [
        (StepState.DONE, "written"),
        (StepState.SKIPPED, "skipped"),
        (StepState.EXCLUDED, "skipped"),
        (StepState.REJECTED, "rejected"),
        (StepState.CONFLICT, "conflicts"),
        (StepState.PLANNED, "remaining"),
        (StepState.SENDING, "remaining"),
        (StepState.UNKNOWN, "remaining"),
    ],
)
def test_each_state_is_counted_under_its_word(state: StepState, word: str):
    assert count(3, {state: 3}).as_dict() == Counts(planned=3).as_dict() | {word: 3}


def test_one_refusal_among_thousands_is_not_green():
    """S3.C7: nine hundred and ninety-nine written, one refused."""
    assert final_state(count(1000, {StepState.DONE: 999, StepState.REJECTED: 1})) is RunState.REJECTIONS


def test_a_run_with_nothing_to_do_is_complete():
    assert final_state(count(0, {})) is RunState.COMPLETED


def test_a_state_that_nobody_knows_makes_the_run_inconsistent():
    assert final_state(count(1, {"lost": 1})) is RunState.INCONSISTENT


def test_records_that_an_earlier_run_left_behind_are_not_green_either():
    assert final_state(count(0, {}), unresolved=1) is RunState.REJECTIONS
