"""The progress of an active run: phase, counts, heartbeat; and its signals: cancelled, or the lease is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from connectors.api.values import Awaited
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline.processes import this_process
from syncadmin.runs.storage import bulk

PHASES: dict[str, str] = {
    "read_left": "Read {left}",
    "read_right": "Read {right}",
    "match": "Match",
    "plan": "Plan",
    "write": "Write",
}
# How much there is to look through is estimated beforehand: what is settled along with another is not looked at.
LOOKED_THROUGH = frozenset({"match", "plan"})
LEASE = timedelta(seconds=settings.RUN_LEASE_SECONDS)
# How long what a dead process has sent may still take to arrive; looked up earlier, it would be sent again.
ARRIVES_WITHIN = timedelta(seconds=15)
BEAT_SECONDS = 1.0


class Cancelled(Exception):
    """A person cancelled the run or switched off a connection. Calls in flight have been finished."""


class LostLease(Exception):
    """Another worker has taken the run over. Nothing more may be written."""


class Progress:
    """Holds the lease of a run while it is active. Writes to the row at most once a second."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.cancelled = False
        self.stop_reason = ""
        self._phase = ""
        self._beaten = 0.0
        self._started = 0.0

    @contextmanager
    def phase(self, name: str, total: int | None = None) -> Iterator[None]:
        """Context manager: what happens inside counts for this phase. A phase that is entered again continues its
        count.
        """
        entry = self.run.phases.setdefault(name, {"done": 0, "total": total, "seconds": 0.0, "state": "working"})
        entry.update(state="working", total=total if total is not None else entry["total"])
        entry["since"] = timezone.now().isoformat()
        before = entry["seconds"]
        self._phase, self._started = name, time.monotonic()
        self.run.phase = name
        self.beat(force=True)
        try:
            yield
        finally:
            entry["seconds"] = round(before + time.monotonic() - self._started, 3)
            for word in ("since", "waits", "asks"):
                entry.pop(word, None)
        entry["state"] = "done"
        if entry["total"] is None or name in LOOKED_THROUGH:
            entry["total"] = entry["done"]
        self.beat(force=True)

    def start_over(self, total: int | None = None) -> None:
        """Reset the count of the phase; ``total`` is the number of records ahead."""
        self._entry.update(done=0, total=total)

    def expect(self, total: int) -> None:
        """Set the number of records in the phase."""
        self._entry["total"] = total

    def expect_more(self, count: int) -> None:
        """Add to the number of records in the phase."""
        self._entry["total"] = (self._entry["total"] or 0) + count

    def advance(self, count: int) -> None:
        """Count records as done. Raises Cancelled or LostLease if the run must stop."""
        self._entry["done"] += count
        self._entry["last"] = timezone.now().isoformat()
        self.beat()

    def count(self, done: int) -> None:
        """Count records as done without ever raising, for results that must all be stored."""
        self._entry["done"] += done
        self._entry["last"] = timezone.now().isoformat()

    def note(self, **values: Any) -> None:
        """Store values with the phase, beside its counts."""
        self._entry.update(values)

    def waits(self, system: str, awaited: Awaited | None) -> None:
        """Show what the system has not answered yet; None when nothing is awaited any more."""
        if awaited is None:
            self._entry.pop("waits", None)
            return
        since = timezone.now() - timedelta(seconds=awaited.seconds)
        asked = {"system": system, "what": awaited.what, "number": awaited.number, "since": since.isoformat()}
        self._entry["waits"] = asked
        self._write()

    def asks(self, system: str, about: str) -> None:
        """Show what a system is being asked about, one call each. The same question continues its count."""
        if self._entry.get("asks", {}).get("about") != about:
            self._entry["asks"] = {"system": system, "about": about, "done": 0}

    def answered(self) -> None:
        """Count one more answer. Raises Cancelled or LostLease if the run must stop."""
        self._entry["asks"]["done"] += 1
        self._entry["last"] = timezone.now().isoformat()
        self.beat()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """A transaction during which nobody can take the run over. Raises LostLease if somebody has."""
        with transaction.atomic():
            now = timezone.now()
            keep(self.run, heartbeat_at=now, lease_until=now + LEASE)  # no heartbeat gets through before the end
            yield

    def keep_going(self) -> bool:
        """Whether new writes may be sent. Connectors ask between batches."""
        if time.monotonic() - self._beaten >= BEAT_SECONDS:
            self._write()
        return not self.cancelled

    def beat(self, *, force: bool = False) -> None:
        """Extend the lease. Raises Cancelled or LostLease if the run must stop."""
        if force or time.monotonic() - self._beaten >= BEAT_SECONDS:
            self._write()
        if self.cancelled:
            raise Cancelled

    @property
    def _entry(self) -> dict:
        return self.run.phases[self._phase]

    def _write(self) -> None:
        self._beaten = time.monotonic()
        now = timezone.now()
        if self._phase and self._entry["state"] == "working":
            self._entry["clock"] = round(self._entry["seconds"] + self._beaten - self._started, 3)
        keep(self.run, heartbeat_at=now, lease_until=now + LEASE, phase=self.run.phase, phases=self.run.phases)
        mine = Run.objects.filter(pk=self.run.pk)
        asked, *switched_on = mine.values_list("cancel_requested", "sync__left__enabled", "sync__right__enabled").get()
        self.cancelled = asked or not all(switched_on)
        self.stop_reason = "Cancelled" if asked else "Stopped, since a connection was switched off"


def keep(run: Run, **values: Any) -> None:
    """Store values on a run and its row. Raises LostLease, and stores nothing, if another worker has taken it over."""
    if not bulk.update(Run, values, {"id": run.pk, "lease": run.lease}):
        raise LostLease
    for name, value in values.items():
        setattr(run, name, value)


@transaction.atomic
def take_lease(run_id: int, job_id: str = "") -> Run | None:
    """Take the lease of a run, unless another worker's lease is valid. Increments the fencing number. None if not
    taken.
    """
    now = timezone.now()
    free = Run.objects.filter(pk=run_id).exclude(lease_until__gt=now)
    holder = job_id or this_process()
    if not free.update(lease=F("lease") + 1, lease_until=now + LEASE, leased_by=holder, heartbeat_at=now):
        return None
    return Run.objects.select_related("sync__left", "sync__right", "started_by").get(pk=run_id)


def is_held(run: Run) -> bool:
    """Whether the run exists and this worker holds its lease."""
    return Run.objects.filter(pk=run.pk, lease=run.lease).exists()


def release(run: Run) -> None:
    """Give the lease back, so that the next attempt need not wait until it expires."""
    Run.objects.filter(pk=run.pk, lease=run.lease).update(lease_until=None)


def cut_short(holder: str) -> None:
    """Expire the lease of the run whose job or process has died."""
    soon = timezone.now() + ARRIVES_WITHIN
    Run.objects.filter(leased_by=holder, lease_until__gt=soon).update(lease_until=soon)
