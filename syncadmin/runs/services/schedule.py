"""Automatic updates of a sync for its pages: on or off, last and next run, what delays them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from mappings.models import Sync
from mappings.rules import hours
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import Run
from syncadmin.runs.services import automatic


@dataclass(frozen=True, slots=True)
class Schedule:
    """``may_be_on``: a plan of the sync was written before, so that updates can be switched on.

    ``next`` is None if something delays updates without a known end; ``reason`` says what, ``plan`` is the plan that
    waits.
    """

    on: bool
    may_be_on: bool
    last: datetime | None = None
    next: datetime | None = None
    reason: str = ""
    plan: Run | None = None


def schedules(syncs: Sequence[Sync], now: datetime) -> dict[int, Schedule]:
    """The schedules of these syncs, by primary key. A fixed number of queries."""
    written, updating = automatic.applied(syncs), [sync for sync in syncs if sync.automatic_updates]
    rests = automatic.rests(updating, now) if updating else {}
    last = _last_runs(updating) if updating else {}
    return {
        sync.pk: _schedule(sync, rests.get(sync.pk), last.get(sync.pk), now)
        if sync.automatic_updates
        else Schedule(on=False, may_be_on=sync.pk in written)
        for sync in syncs
    }


def _last_runs(syncs: Sequence[Sync]) -> dict[int, datetime]:
    runs = Run.objects.filter(sync__in=syncs, trigger=Trigger.AUTOMATIC).order_by()
    return dict(runs.values("sync").annotate(last=Max("created_at")).values_list("sync", "last"))


def _schedule(sync: Sync, rest: automatic.Rest | None, run_at: datetime | None, now: datetime) -> Schedule:
    known = [moment for moment in (run_at, sync.updated_automatically_at) if moment]
    last = max(known) if known else None
    if rest is None:
        return Schedule(on=True, may_be_on=True, last=last, next=_by_clock(sync, now))
    return Schedule(on=True, may_be_on=True, last=last, next=rest.until, reason=rest.reason, plan=rest.plan)


def _by_clock(sync: Sync, now: datetime) -> datetime:
    """The start of the next interval, or of the next allowed hours."""
    seconds = sync.minutes * 60
    begins = timezone.localtime(datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, tz=now.tzinfo))
    return begins if hours.are_open(sync.hours, begins) else hours.next_opening(sync.hours, begins)


PAUSES = (("1", "for 1 hour"), ("4", "for 4 hours"), ("24", "for a day"), ("168", "for a week"))
"""Hours for which updates can be paused, as offered."""


def pause_end(chosen: str, now: datetime) -> datetime | None:
    """When a chosen pause ends; None to continue at once. Raises ValueError for a choice that is not offered."""
    if not chosen:
        return None
    if chosen not in dict(PAUSES):
        raise ValueError(chosen)
    return now + timedelta(hours=int(chosen))
