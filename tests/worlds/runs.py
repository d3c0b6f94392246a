"""Runs as a worker makes them, one job after the other."""

from __future__ import annotations

from typing import Any

from mappings.models import Sync
from syncadmin.engine.lifecycle import ACTIVE, RunState
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import runs as services
from syncadmin.runs.services.report import report


def plan(sync: Sync, **options: Any) -> Run:
    """A run that stopped at its plan."""
    return advance(services.start(sync, enqueue=False, **options))


def run(sync: Sync, **options: Any) -> Run:
    """A run that was planned and written."""
    return advance(services.start(sync, write=True, enqueue=False, **options))


def advance(run: Run) -> Run:
    """One job, as a worker does it."""
    jobs.advance_run(run.pk)
    run.refresh_from_db()
    return run


def wake(run: Run) -> Run:
    """A paused run goes on, as when its time has come."""
    assert run.status is RunState.PAUSED, run.message
    return advance(services.resume(run, enqueue=False))


def counts(run: Run) -> dict[str, int]:
    """The run's counts; they must add up whatever happened."""
    found = report(run)["counts"]
    assert found["planned"] == sum(number for word, number in found.items() if word != "planned"), found
    assert run.status not in ACTIVE or run.status is RunState.PAUSED
    return found
