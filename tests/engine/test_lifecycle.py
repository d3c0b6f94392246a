"""The states of a run and of a step, and the moves between them."""

from itertools import product

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

ALL_MOVES = list(product(RunState, RunState))
FORBIDDEN = [(now, to) for now, to in ALL_MOVES if to not in MOVES[now]]
RESUMABLE = {RunState.CANCELLED, RunState.FAILED}


def reachable(start: RunState) -> set[RunState]:
    found, todo = {start}, [start]
    while todo:
        new = MOVES[todo.pop()] - found
        found |= new
        todo += new
    return found


@pytest.mark.parametrize("now, to", FORBIDDEN)
def test_a_move_that_is_not_in_the_table_raises_and_names_those_that_are(now: RunState, to: RunState):
    with pytest.raises(WrongMove) as caught:
        check_move(now, to)
    message = str(caught.value)
    assert now.label.lower() in message
    assert to.label.lower() in message
    assert all(state.label in message for state in MOVES[now])
    assert MOVES[now] or "it is over" in message


@pytest.mark.parametrize("now, to", sorted(set(ALL_MOVES) - set(FORBIDDEN)))
def test_a_move_that_is_in_the_table_is_allowed(now: RunState, to: RunState):
    check_move(now, to)


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


@pytest.mark.parametrize("state", [*RunState, *StepState])
def test_every_state_has_a_word_a_tone_and_an_icon(state: RunState | StepState):
    """Never colour alone."""
    assert state.label
    assert state.tone
    assert state.icon


def test_no_two_states_share_a_word():
    for kind in (RunState, StepState):
        assert len({state.label for state in kind}) == len(kind)


def test_green_means_all_went_well():
    assert {state for state in RunState if state.tone == "green"} == {RunState.COMPLETED}
    assert {state for state in StepState if state.tone == "green"} == {StepState.DONE}


def test_open_steps_are_those_whose_fate_is_not_known():
    assert {StepState.PLANNED, StepState.SENDING, StepState.UNKNOWN} == OPEN_STEPS
