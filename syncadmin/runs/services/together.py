"""Runs of the syncs of one configuration, reported as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from syncadmin.runs.services.report import report

# Of several runs the one that needs somebody most says how it went.
_WORST_FIRST = (
    RunState.FAILED, RunState.CANCELLED, RunState.PAUSED, RunState.REJECTIONS, RunState.PLANNED, RunState.COMPLETED,
)  # fmt: skip
_SUMS = ("counts", "actions", "calls", "seconds")


def worst(runs: Sequence[Run]) -> RunState:
    """The state that represents all of them."""
    states = {run.status for run in runs}
    return next((state for state in _WORST_FIRST if state in states), RunState.FAILED)


def report_together(group: str, runs: Sequence[Run]) -> dict[str, Any]:
    """The keys of a run's report, with sums; ``runs`` holds the report of each."""
    each = [report(run) for run in runs]
    sums = {key: _summed(one[key] for one in each) for key in _SUMS}
    unresolved = sum(one["unresolved"] for one in each)
    return {"sync": group, "state": worst(runs), **sums, "unresolved": unresolved, "runs": each}


def _summed(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    found: Counter[str] = Counter()
    for part in parts:
        found.update(part)
    return {name: round(number, 3) for name, number in found.items()}
