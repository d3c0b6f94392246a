"""A run as a plain object, as commands print it and scripts read it. The keys are a stable contract."""

from __future__ import annotations

from typing import Any

from syncadmin.engine.steps import Operation
from syncadmin.runs.models import Run
from syncadmin.runs.services import guards
from syncadmin.runs.status.run_status import is_outdated_plan
from syncadmin.runs.storage.summary import tally
from syncadmin.runs.storage.unresolved import unresolved

_STAGES = {"read_left": "extract", "read_right": "extract", "match": "match", "plan": "plan", "write": "apply"}


def report(run: Run) -> dict[str, Any]:
    """The run's state, its counts, steps by operation, calls by system, and seconds by stage.

    ``guards``: those that hold its plan, or held it until they were lifted. ``unresolved``: records of its sync that
    need a person now, whichever run left them.
    """
    seconds: dict[str, float] = {}
    for phase, entry in run.phases.items():
        stage = _STAGES.get(phase, phase)
        seconds[stage] = round(seconds.get(stage, 0.0) + entry.get("seconds", 0.0), 3)
    return {
        "run": run.pk,
        "sync": run.sync.slug,
        "state": run.state,
        "outdated": is_outdated_plan(run),
        "counts": tally(run).as_dict(),
        "unresolved": unresolved(run.sync),
        "guards": guards.reported(run),
        "actions": {operation.word: run.actions.get(operation.word, 0) for operation in Operation.known()},
        "calls": {run.sync.left.kind: 0, run.sync.right.kind: 0, **run.calls},
        "seconds": seconds,
    }


def message(run: Run) -> str:
    """What else the run reports, and what to do; empty for most."""
    return " ".join(filter(None, [run.message, run.hint]))
