"""Counts that add up, or say that they do not: planned = written + skipped + rejected + conflicts + remaining."""

from collections.abc import Mapping
from dataclasses import dataclass

from syncadmin.engine.lifecycle import RunState, StepState


@dataclass(frozen=True, slots=True)
class Counts:
    """Steps of a run by what became of them. ``planned`` is counted when the plan is made, the others from the rows."""

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
    """Counts from the number of planned steps and the rows a state."""

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
    """How a finished run ends. A run with rejections, conflicts or leftovers is never green, nor is one whose sync has
    ``unresolved`` records, which need somebody, also if an earlier run left them behind.
    """
    if not counts.add_up:
        return RunState.INCONSISTENT
    if counts.rejected or counts.conflicts or counts.remaining or unresolved:
        return RunState.REJECTIONS
    return RunState.COMPLETED
