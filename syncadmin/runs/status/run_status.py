"""The state of a run with what is left to do. Rejections and conflicts are told apart, because they need different
work.
"""

from __future__ import annotations

from dataclasses import replace

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from syncadmin.runs.status.states import Status

RUN_STATUSES: dict[RunState, Status] = {
    RunState.QUEUED: Status("Queued", "secondary", "clock"),
    RunState.READING: Status("Reading", "blue", "download"),
    RunState.MATCHING: Status("Matching", "blue", "arrows-join"),
    RunState.PLANNING: Status("Planning", "blue", "list-details"),
    RunState.PLANNED: Status("Waiting for approval", "purple", "eye-check"),
    RunState.WRITING: Status("Writing", "blue", "pencil"),
    RunState.RECORDING: Status("Recording", "blue", "notebook"),
    RunState.PAUSED: Status("Paused", "yellow", "player-pause"),
    RunState.COMPLETED: Status("Completed", "green", "circle-check"),
    RunState.REJECTIONS: Status("Completed with rejections", "orange", "alert-triangle"),
    RunState.INCONSISTENT: Status("Inconsistent", "red", "scale-off"),
    RunState.CANCELLED: Status("Cancelled", "secondary", "ban"),
    RunState.FAILED: Status("Failed", "red", "circle-x"),
    RunState.DISCARDED: Status("Discarded", "secondary", "trash"),
}
OUTDATED = Status("Outdated", "orange", "clock-exclamation")
# Completed, and rows or records are left that somebody has to look at.
NEEDS_A_PERSON = Status("Completed, records need a person", "orange", "user-question")
_OPEN = ("rejected", "conflicts", "remaining")
_COUNTED = {"rejections": "rejected", "conflicts": "conflicts"}


def waits_for_approval(run: Run) -> bool:
    """Whether the run is a plan that can be approved."""
    return run.status is RunState.PLANNED and not run.is_outdated


def is_outdated_plan(run: Run) -> bool:
    """Whether the run is a plan that can no longer be approved, only discarded or made again."""
    return run.status is RunState.PLANNED and run.is_outdated


def state_word(run: Run) -> str:
    """The state of a run inside a sentence: "is waiting for approval"."""
    return RUN_STATUSES[run.status].word


def run_status(run: Run) -> Status:
    """The state of a run, naming what is left to do. No query if the run's sync is loaded."""
    if is_outdated_plan(run):
        return OUTDATED
    status = RUN_STATUSES[run.status]
    if run.status is not RunState.REJECTIONS:
        return status
    left = [word for word, counted in _COUNTED.items() if run.counts.get(counted)]
    if not left and not run.counts.get("remaining"):
        return NEEDS_A_PERSON
    icon = "arrows-split-2" if left == ["conflicts"] else status.icon
    return replace(status, label=f"Completed with {' and '.join(left) or 'rows left over'}", icon=icon)


def run_status_now(run: Run, unresolved: int) -> Status:
    """The state of a sync's last run, given the number of ``unresolved`` records now: what was solved is left out."""
    solved = run.status is RunState.REJECTIONS and not unresolved and not any(run.counts.get(word) for word in _OPEN)
    return RUN_STATUSES[RunState.COMPLETED] if solved else run_status(run)
