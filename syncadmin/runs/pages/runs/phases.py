"""The five phases of a running run: progress, rate and remaining time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from mappings.rules.texts import plural
from syncadmin.engine.lifecycle import WORKING, RunState
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline.progress import PHASES
from syncadmin.runs.status.labels import names_of
from syncadmin.runs.storage import summary

# After this long without a sign of life the page says so (S3.C9).
QUIET_AFTER = timedelta(minutes=2)
# A fresh run that no worker takes: usually no worker runs.
UNTAKEN_AFTER = timedelta(seconds=30)
_UNDO_PHASES = ("plan", "write")
_RATE_NEEDS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class AwaitedAnswers:
    """What a system has not answered yet, and how long the oldest call has waited."""

    system: str
    what: str
    number: int
    seconds: float

    @property
    def words(self) -> str:
        """For example "30 jobs in Zendesk"."""
        return f"{plural(self.number, self.what)} in {self.system}"


@dataclass(frozen=True, slots=True)
class Phase:
    """A line of the status page. ``total`` is None while unknown; ``rate`` is in records per second."""

    name: str
    label: str
    state: str
    done: int = 0
    total: int | None = None
    seconds: float = 0.0
    rate: float | None = None
    left: float | None = None
    waits: AwaitedAnswers | None = None
    asks: str = ""
    """What another system is asked of many records, and how far that is."""

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
        """Percentage, rounded down, so that 100 means all."""
        return 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Activity:
    """Whether a run is alive. At most one of the three problems is true."""

    last_at: datetime | None
    quiet_for: timedelta | None = None
    untaken: bool = False
    abandoned: bool = False


def phases(run: Run, groups: Sequence[summary.StepGroup] = (), now: datetime | None = None) -> list[Phase]:
    """All phases of the run in order. No query.

    The number of written steps comes from ``groups``, as all other numbers of the page; the rest from the run's row.
    """
    names = _UNDO_PHASES if run.undo_of_id else tuple(PHASES)
    return [_phase(run, name, groups, now or timezone.now()) for name in names]


def current(found: list[Phase]) -> Phase | None:
    """The active phase, or the one in which the run stopped."""
    return next((phase for phase in found if phase.state in ("working", "stopped")), None)


def activity(run: Run, now: datetime) -> Activity:
    """The activity of a run. Abandoned: its worker's lease has expired, and another worker may take it over."""
    last = _last_record(run)
    if run.status not in WORKING:
        return Activity(last)
    if run.lease_until is not None and run.lease_until < now:
        return Activity(last, abandoned=True)
    if run.heartbeat_at is None or run.status is RunState.QUEUED:
        waited = now - (run.heartbeat_at or run.created_at)
        return Activity(last, untaken=run.lease_until is None and waited > UNTAKEN_AFTER)
    quiet = now - run.heartbeat_at
    return Activity(last, quiet_for=quiet if quiet > QUIET_AFTER else None)


def _phase(run: Run, name: str, groups: Sequence[summary.StepGroup], now: datetime) -> Phase:
    entry: dict[str, Any] = run.phases.get(name, {})
    state = entry.get("state", "waiting")
    at_work = run.status in WORKING - {RunState.QUEUED} and not (run.lease_until and run.lease_until < now)
    if state == "working" and not at_work:
        state = "stopped"
    done, total = entry.get("done", 0), entry.get("total")
    if name == "write" and groups and state != "waiting":
        done, total = summary.written(groups)
    seconds = _seconds(entry, now if state == "working" else None)
    rate = done / seconds if done and seconds >= _RATE_NEEDS_SECONDS else None
    left = max(0, total - done) / rate if rate and total and state == "working" else None
    waits = _waits(entry, now) if state == "working" else None
    names = names_of(run.sync)
    word = PHASES[name].format(left=names.left_system, right=names.right_system)
    asks = _asks(entry) if state == "working" else ""
    return Phase(name, word, state, done, total, seconds, rate, left, waits, asks)


def _seconds(entry: Mapping[str, Any], now: datetime | None) -> float:
    """How long the phase has been active; up to ``now`` while it is."""
    worked: float = entry.get("seconds", 0.0)
    if now and "since" in entry:
        return worked + max(0.0, (now - datetime.fromisoformat(entry["since"])).total_seconds())
    return max(worked, entry.get("clock", 0.0))


def _waits(entry: Mapping[str, Any], now: datetime) -> AwaitedAnswers | None:
    if not (asked := entry.get("waits")):
        return None
    seconds = (now - datetime.fromisoformat(asked["since"])).total_seconds()
    return AwaitedAnswers(asked["system"], asked["what"], asked["number"], max(0.0, seconds))


def _asks(entry: Mapping[str, Any]) -> str:
    """What is being asked, and how far that is."""
    if not (asked := entry.get("asks")):
        return ""
    return f"Asking {asked['system']} what hangs on {asked['about']}: {asked['done']:,}"


def _last_record(run: Run) -> datetime | None:
    # what was read for a plan that then waited for a person is no sign of life of its writing
    entries = [run.phases.get("write", {})] if _writes(run) else run.phases.values()
    return max((datetime.fromisoformat(entry["last"]) for entry in entries if "last" in entry), default=None)


def _writes(run: Run) -> bool:
    """Whether the plan is made and approved."""
    return run.write and run.planned_at is not None
