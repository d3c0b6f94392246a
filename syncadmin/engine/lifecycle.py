"""The states of runs and steps, and the transitions that are allowed between them."""

from enum import StrEnum


class RunState(StrEnum):
    """The state of a run. Commands print these values; their labels on pages are in ``runs.status``."""

    QUEUED = "queued"
    READING = "reading"
    MATCHING = "matching"
    PLANNING = "planning"
    PLANNED = "planned"
    WRITING = "writing"
    RECORDING = "recording"
    PAUSED = "paused"
    COMPLETED = "completed"
    REJECTIONS = "completed_with_rejections"
    INCONSISTENT = "inconsistent"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DISCARDED = "discarded"


WORKING = frozenset({
    RunState.QUEUED, RunState.READING, RunState.MATCHING, RunState.PLANNING, RunState.WRITING, RunState.RECORDING,
})  # fmt: skip
# Only one such run a sync: a second start is refused with a link to it (S3.C9).
ACTIVE = WORKING | {RunState.PAUSED}
TERMINAL = frozenset({
    RunState.COMPLETED, RunState.REJECTIONS, RunState.INCONSISTENT, RunState.CANCELLED, RunState.FAILED,
    RunState.DISCARDED,
})  # fmt: skip
_STOPS = frozenset({RunState.PAUSED, RunState.CANCELLED, RunState.FAILED})

MOVES: dict[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.READING, RunState.PLANNED, RunState.WRITING}) | _STOPS,
    RunState.READING: frozenset({RunState.MATCHING}) | _STOPS,
    RunState.MATCHING: frozenset({RunState.PLANNING}) | _STOPS,
    RunState.PLANNING: frozenset({RunState.PLANNED, RunState.WRITING, RunState.RECORDING}) | _STOPS,
    RunState.PLANNED: frozenset({RunState.QUEUED, RunState.WRITING, RunState.DISCARDED, RunState.CANCELLED}),
    RunState.WRITING: frozenset({RunState.RECORDING}) | _STOPS,
    RunState.RECORDING: frozenset({RunState.COMPLETED, RunState.REJECTIONS, RunState.INCONSISTENT}) | _STOPS,
    RunState.PAUSED: frozenset({RunState.QUEUED, RunState.CANCELLED, RunState.FAILED}),
    RunState.CANCELLED: frozenset({RunState.QUEUED}),
    RunState.FAILED: frozenset({RunState.QUEUED}),
    RunState.COMPLETED: frozenset(),
    RunState.REJECTIONS: frozenset(),
    RunState.INCONSISTENT: frozenset(),
    RunState.DISCARDED: frozenset(),
}


class StepState(StrEnum):
    """The state of a step."""

    PLANNED = "planned"
    EXCLUDED = "excluded"
    SENDING = "sending"
    DONE = "done"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


OPEN_STEPS = frozenset({StepState.PLANNED, StepState.SENDING, StepState.UNKNOWN})
FINAL_STEPS = frozenset(StepState) - OPEN_STEPS


class WrongMove(Exception):
    """A change of state that is not allowed. The message names the changes that are."""


def check_move(now: RunState, to: RunState) -> None:
    """Raise WrongMove unless a run may change from ``now`` to ``to``."""
    if to not in MOVES[now]:
        allowed = ", ".join(sorted(map(_label, MOVES[now]))) or "nothing: it is over"
        raise WrongMove(f"The run is {_label(now)}; it cannot become {_label(to)}. Possible: {allowed}.")


def _label(state: RunState) -> str:
    return state.replace("_", " ")
