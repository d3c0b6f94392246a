"""The outcome of a step, as pages show it."""

from __future__ import annotations

from syncadmin.engine.lifecycle import StepState
from syncadmin.runs.status.states import Status

STEP_STATUSES: dict[StepState, Status] = {
    StepState.PLANNED: Status("Planned", "blue", "circle-dashed"),
    StepState.EXCLUDED: Status("Excluded", "secondary", "circle-minus"),
    StepState.SENDING: Status("Being written", "blue", "send"),
    StepState.DONE: Status("Written", "green", "circle-check"),
    StepState.REJECTED: Status("Rejected", "orange", "alert-triangle"),
    StepState.CONFLICT: Status("Conflict", "purple", "arrows-split-2"),
    StepState.UNKNOWN: Status("Outcome unknown", "yellow", "help-circle"),
    StepState.SKIPPED: Status("Skipped", "secondary", "circle-minus"),
}
# A step of a plan that was discarded.
NOT_WRITTEN = Status("Not written", "secondary", "circle-minus")
