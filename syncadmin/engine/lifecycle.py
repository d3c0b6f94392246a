"""The states of a run and of a step, and the moves between them. One table, one function that checks."""

from enum import StrEnum


class RunState(StrEnum):
    """Where a run stands. The words are shown to people and printed by the commands."""

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

    @property
    def label(self) -> str:
        return _FACES[self][0]

    @property
    def tone(self) -> str:
        """The colour's name in the design; never shown without the word."""
        return _FACES[self][1]

    @property
    def icon(self) -> str:
        return _FACES[self][2]


_FACES: dict[RunState, tuple[str, str, str]] = {
    RunState.QUEUED: ("Queued", "secondary", "clock"),
    RunState.READING: ("Reading", "blue", "download"),
    RunState.MATCHING: ("Matching", "blue", "arrows-join"),
    RunState.PLANNING: ("Planning", "blue", "list-details"),
    RunState.PLANNED: ("Waiting for approval", "purple", "eye-check"),
    RunState.WRITING: ("Writing", "blue", "pencil"),
    RunState.RECORDING: ("Recording", "blue", "notebook"),
    RunState.PAUSED: ("Paused", "yellow", "player-pause"),
    RunState.COMPLETED: ("Completed", "green", "circle-check"),
    RunState.REJECTIONS: ("Completed with rejections", "orange", "alert-triangle"),
    RunState.INCONSISTENT: ("Inconsistent", "red", "scale-off"),
    RunState.CANCELLED: ("Cancelled", "secondary", "ban"),
    RunState.FAILED: ("Failed", "red", "circle-x"),
    RunState.DISCARDED: ("Discarded", "secondary", "trash"),
}

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
    """What became of one step."""

    PLANNED = "planned"
    EXCLUDED = "excluded"
    SENDING = "sending"
    DONE = "done"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        return _STEP_FACES[self][0]

    @property
    def tone(self) -> str:
        return _STEP_FACES[self][1]

    @property
    def icon(self) -> str:
        return _STEP_FACES[self][2]


_STEP_FACES: dict[StepState, tuple[str, str, str]] = {
    StepState.PLANNED: ("Planned", "blue", "circle-dashed"),
    StepState.EXCLUDED: ("Excluded", "secondary", "circle-minus"),
    StepState.SENDING: ("Being written", "blue", "send"),
    StepState.DONE: ("Written", "green", "circle-check"),
    StepState.REJECTED: ("Rejected", "orange", "alert-triangle"),
    StepState.CONFLICT: ("Conflict", "purple", "arrows-split-2"),
    StepState.UNKNOWN: ("Outcome unknown", "yellow", "help-circle"),
    StepState.SKIPPED: ("Skipped", "secondary", "circle-minus"),
}

OPEN_STEPS = frozenset({StepState.PLANNED, StepState.SENDING, StepState.UNKNOWN})
FINAL_STEPS = frozenset(StepState) - OPEN_STEPS


class WrongMove(Exception):
    """A run was asked for a move that its state does not allow; the message names those that it does."""


def check_move(now: RunState, to: RunState) -> None:
    """Raise WrongMove unless a run may go from ``now`` to ``to``."""
    if to not in MOVES[now]:
        allowed = ", ".join(sorted(state.label for state in MOVES[now])) or "nothing: it is over"
        raise WrongMove(f"The run is {now.label.lower()}; it cannot become {to.label.lower()}. Possible: {allowed}.")
