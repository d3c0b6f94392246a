"""The sum on a run's page: planned steps by result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import ngettext

from syncadmin.engine.conservation import Counts
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.steps import PROBLEM
from syncadmin.runs.models import Run
from syncadmin.runs.storage.summary import StepGroup


@dataclass(frozen=True, slots=True)
class Term:
    """A number with its label; ``tone`` is its colour unless it is 0."""

    number: int
    word: str
    color: str

    @property
    def tone(self) -> str:
        return self.color if self.number else "secondary"


def terms(run: Run, groups: Sequence[StepGroup], counts: Counts) -> list[Term]:
    """The terms in order. Values that do not fit count apart from rejections until the run ends."""
    unfit = _number(groups, StepState.REJECTED, problems=True)
    if run.status is RunState.PLANNED:
        return _waiting(groups, counts, unfit, "not written" if run.is_outdated else "to write")
    over = run.finished_at is not None
    problems = [] if over or not unfit else [Term(unfit, "not fitting", "orange")]
    return [
        Term(counts.written, "written", "green"),
        Term(counts.skipped, "skipped", "secondary"),
        Term(counts.rejected - (0 if over else unfit), "rejected", "orange"),
        *problems,
        Term(counts.conflicts, ngettext("conflict", "conflicts", counts.conflicts), "purple"),
        Term(counts.remaining, "not written" if run.status is RunState.DISCARDED else "remaining", "yellow"),
    ]


def _waiting(groups: Sequence[StepGroup], counts: Counts, unfit: int, ready: str) -> list[Term]:
    """The terms before anything was sent; ``ready`` labels the steps to write."""
    held = _number(groups, StepState.PLANNED, needs_approval=True)
    left_out = _number(groups, StepState.EXCLUDED)
    found = [
        Term(counts.remaining - held, ready, "blue"),
        Term(held, "held", "orange"),
        Term(left_out, "left out", "secondary"),
        Term(counts.skipped - left_out, "skipped", "secondary"),
        Term(unfit, "not fitting", "orange"),
        Term(counts.conflicts, ngettext("conflict", "conflicts", counts.conflicts), "purple"),
    ]
    return [term for term in found if term.number or term.word in (ready, "skipped")]


def _number(
    groups: Sequence[StepGroup], state: StepState, *, needs_approval: bool = False, problems: bool = False
) -> int:
    found = (group for group in groups if group.state is state)
    listed = (group for group in found if group.needs_approval or not needs_approval)
    return sum(group.count for group in listed if not problems or group.operation == PROBLEM)
