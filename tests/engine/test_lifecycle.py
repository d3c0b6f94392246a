"""The states of a run and of a step, and the moves between them."""

import pytest

from syncadmin.engine.lifecycle import (
    ACTIVE,
    MOVES,
    OPEN_STEPS,
    TERMINAL,
    WORKING,
    RunState,
    StepState,
    WrongMove,
    check_move,
)

RESUMABLE = {RunState.CANCELLED, RunState.FAILED}


def reachable(start: RunState) -> set[RunState]:
    found, todo = {start}, [start]
    while todo:
        new = MOVES[todo.pop()] - found
        found |= new
        todo += new
    return found


@pytest.mark.parametrize("now", RunState)
def test_a_move_that_is_not_in_the_table_raises_and_names_those_that_are(now: RunState):
    for to in set(RunState) - MOVES[now]:
        with pytest.raises(WrongMove) as caught:
            check_move(now, to)
        message = str(caught.value)
        assert all(state.replace("_", " ") in message for state in (now, to, *MOVES[now]))
        assert MOVES[now] or "it is over" in message


def test_a_move_that_is_in_the_table_is_allowed():
    for now in RunState:
        for to in MOVES[now]:
            check_move(now, to)  # its error names both


def test_every_state_has_its_row_and_can_be_reached():
    assert set(MOVES) == set(RunState)
    assert reachable(RunState.QUEUED) == set(RunState)


def test_no_state_moves_to_itself():
    assert all(state not in MOVES[state] for state in RunState)


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_a_run_that_ended_stays_ended_unless_it_is_resumed(state: RunState):
    assert MOVES[state] == (frozenset({RunState.QUEUED}) if state in RESUMABLE else frozenset())


@pytest.mark.parametrize("state", sorted(set(RunState) - TERMINAL))
def test_a_run_that_goes_on_can_be_cancelled_and_can_end(state: RunState):
    """S3.44, S3.C9: nobody waits for ever."""
    assert RunState.CANCELLED in MOVES[state]
    assert reachable(state) & TERMINAL


@pytest.mark.parametrize("state", sorted(WORKING))
def test_a_working_run_can_pause_and_fail(state: RunState):
    assert {RunState.PAUSED, RunState.FAILED} <= MOVES[state]


def test_a_run_that_ended_is_not_active_and_a_waiting_plan_blocks_nobody():
    assert not ACTIVE & TERMINAL
    assert WORKING < ACTIVE
    assert RunState.PLANNED not in ACTIVE | TERMINAL
    assert ACTIVE | TERMINAL | {RunState.PLANNED} == set(RunState)


def test_a_run_ends_green_only_from_recording():
    """What was written is recorded before anything is called complete."""
    assert [state for state in RunState if RunState.COMPLETED in MOVES[state]] == [RunState.RECORDING]


def test_open_steps_are_those_whose_fate_is_not_known():
    assert {StepState.PLANNED, StepState.SENDING, StepState.UNKNOWN} == OPEN_STEPS
