"""Checks that the counts of a run add up: planned = written + skipped + rejected + conflicts + remaining."""

from collections.abc import Mapping
from dataclasses import dataclass

from syncadmin.engine.lifecycle import RunState, StepState


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of steps of a run by outcome. ``planned`` is stored when the plan is made, the others are counted from
    rows.
    """

    planned: int = 0
    written: int = 0
    skipped: int = 0
    rejected: int = 0
    conflicts: int = 0
    remaining: int = 0

    @property
    def add_up(self) -> bool:
        return self.planned == self.written + self.skipped + self.rejected + self.conflicts + self.remaining

    def as_dict(self) -> dict[str, int]:
        return {
            "planned": self.planned,
            "written": self.written,
            "skipped": self.skipped,
            "rejected": self.rejected,
            "conflicts": self.conflicts,
            "remaining": self.remaining,
        }


def count(planned: int, by_state: Mapping[str, int]) -> Counts:
    """The counts of a run with this number of ``planned`` steps and these numbers of rows by state."""

    def rows(*states: StepState) -> int:
        return sum(by_state.get(state, 0) for state in states)

    return Counts(
        planned=planned,
        written=rows(StepState.DONE),
        skipped=rows(StepState.SKIPPED, StepState.EXCLUDED),
        rejected=rows(StepState.REJECTED),
        conflicts=rows(StepState.CONFLICT),
        remaining=rows(StepState.PLANNED, StepState.SENDING, StepState.UNKNOWN),
    )


def final_state(counts: Counts, unresolved: int = 0) -> RunState:
    """The state in which a finished run ends: never completed with rejections, conflicts or steps that were not
    written.

    ``unresolved`` counts records of the sync that need a person, including those of earlier runs.
    """
    if not counts.add_up:
        return RunState.INCONSISTENT
    if counts.rejected or counts.conflicts or counts.remaining or unresolved:
        return RunState.REJECTIONS
    return RunState.COMPLETED
