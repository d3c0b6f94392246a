"""The five phases of a working run as its page shows them: how far, how fast, how long still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from syncadmin.engine.lifecycle import WORKING, RunState
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline.progress import PHASES

# After this long without a sign of life the page says so (S3.C9).
QUIET_AFTER = timedelta(minutes=2)
# A fresh run that no worker takes: usually no worker runs.
UNTAKEN_AFTER = timedelta(seconds=30)
_UNDO_PHASES = ("plan", "write")
_RATE_NEEDS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Phase:
    """One line of the status page. ``total`` is None while nobody knows; rate is records a second."""

    name: str
    label: str
    state: str
    done: int = 0
    total: int | None = None
    seconds: float = 0.0
    rate: float | None = None
    left: float | None = None

    @property
    def tone(self) -> str:
        return {"done": "green", "working": "blue", "stopped": "yellow"}.get(self.state, "secondary")

    @property
    def icon(self) -> str:
        icons = {"done": "circle-check", "working": "loader-2", "stopped": "player-pause"}
        return icons.get(self.state, "circle-dashed")

    @property
    def word(self) -> str:
        return {"done": "Done", "working": "Working", "stopped": "Stopped"}.get(self.state, "Waiting")

    @property
    def percent(self) -> int:
        """Of 100, rounded down, so that 100 means all of them."""
        return 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Pulse:
    """The sign of life. At most one of the three troubles is true."""

    last_at: datetime | None
    quiet_for: timedelta | None = None
    untaken: bool = False
    abandoned: bool = False


def phases(run: Run) -> list[Phase]:
    """All phases of the run in order, from its row alone."""
    names = _UNDO_PHASES if run.undo_of_id else tuple(PHASES)
    return [_phase(run, name) for name in names]


def current(found: list[Phase]) -> Phase | None:
    """The phase that is at work, or was when the run stopped."""
    return next((phase for phase in found if phase.state in ("working", "stopped")), None)


def pulse(run: Run, now: datetime) -> Pulse:
    """How alive a working run is. ABANDONED: its worker's lease ran out, somebody may take it over."""
    last = _last_record(run) or (None if _writes(run) else run.heartbeat_at)
    if run.status not in WORKING:
        return Pulse(last)
    if run.lease_until is not None and run.lease_until < now:
        return Pulse(last, abandoned=True)
    if run.heartbeat_at is None or run.status is RunState.QUEUED:
        waited = now - (run.heartbeat_at or run.created_at)
        return Pulse(last, untaken=run.lease_until is None and waited > UNTAKEN_AFTER)
    quiet = now - run.heartbeat_at
    return Pulse(last, quiet_for=quiet if quiet > QUIET_AFTER else None)


def _phase(run: Run, name: str) -> Phase:
    entry: dict[str, Any] = run.phases.get(name, {})
    state = entry.get("state", "waiting")
    if state == "working" and run.status not in WORKING:
        state = "stopped"
    seconds = max(entry.get("seconds", 0.0), entry.get("clock", 0.0))
    done, total = entry.get("done", 0), entry.get("total")
    rate = done / seconds if done and seconds >= _RATE_NEEDS_SECONDS else None
    left = (total - done) / rate if rate and total and state == "working" else None
    return Phase(name, PHASES[name], state, done, total, seconds, rate, left)


def _last_record(run: Run) -> datetime | None:
    # what was read for a plan that then waited for a person is no sign of life of its writing
    entries = [run.phases.get("write", {})] if _writes(run) else run.phases.values()
    return max((datetime.fromisoformat(entry["last"]) for entry in entries if "last" in entry), default=None)


def _writes(run: Run) -> bool:
    """Whether the plan is made and approved."""
    return run.write and run.planned_at is not None
