"""Automatic updates (S3.14): runs that start by themselves, for syncs that a person has switched on."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import django_rq
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from redis.exceptions import RedisError

from connectors.models import Connection
from mappings.models import Sync
from mappings.rules import hours
from syncadmin.engine.lifecycle import ACTIVE, RunState
from syncadmin.inbox.models import Delivery, DeliveryState
from syncadmin.live import nudge, waiting
from syncadmin.runs.choices import RunDirection, Trigger
from syncadmin.runs.models import Run
from syncadmin.runs.services import health, own_writes
from syncadmin.runs.services import runs as services
from syncadmin.runs.status.run_status import is_outdated_plan
from syncadmin.runs.storage import turns
from syncadmin.runs.storage.complete import ENDED

CLOCK_IS_EARLY = 30
"""Seconds by which a tick of the clock may come too soon."""

logger = logging.getLogger(__name__)


def start_by_clock(now: datetime | None = None) -> int:
    """Start the syncs that are due by their interval. Returns their number."""
    now = now or timezone.now()
    started = 0
    for sync in _automatic():
        if _interval(sync, now) != _interval(sync, sync.updated_automatically_at) and _started(sync):
            Sync.objects.filter(pk=sync.pk).update(updated_automatically_at=now)
            started += 1
    return started


def start_pushed() -> int:
    """Start the syncs that have messages waiting. Returns their number."""
    waiting = Delivery.objects.filter(state=DeliveryState.QUEUED).values("sync")
    return sum(_started(sync) for sync in _automatic().filter(pk__in=waiting))


def start_nudged(sync_id: int) -> Run | None:
    """Create the run that a nudge asked for; None if none was asked for or it has to wait. The caller advances it.

    Blocks for a moment if the last run has only just started.
    """
    try:
        waiting.answer(sync_id)
        sync = _automatic().filter(pk=sync_id).first()
        if sync is None:
            waiting.forget(sync_id)
            return None
        if not _may_start(sync) or turns.is_taken(sync):
            return None
        asked = own_writes.left_out(sync, waiting.begin(sync_id))
        if not asked:
            return None
    except RedisError as error:
        logger.warning("sync %s waits for the next scheduled run: %s", sync_id, error)
        return None
    run = _start(sync, enqueue=False, asked=asked)
    if run is None:  # somebody else's run has begun meanwhile, and may have read already
        nudge.put_back(sync_id, asked)
    return run


def ready_of(syncs: Collection[int]) -> list[int]:
    """Those of these syncs that may run by themselves now."""
    found = _automatic().filter(pk__in=syncs) if syncs else ()
    return [sync.pk for sync in found if _may_start(sync) and not turns.is_taken(sync)]


def start_due() -> int:
    """Start all syncs that may update by themselves, regardless of their interval (S3.1). Returns their number.

    A sync does not start while a connection has no passed test (S3.3), a run is active, a plan waits for approval, or
    its breaker is open. A plan that can no longer be approved, because the mapping changed, is discarded.
    """
    return sum(_started(sync) for sync in _automatic())


def _automatic() -> QuerySet[Sync]:
    return Sync.objects.on().filter(automatic_updates=True).select_related("left", "right")


def _started(sync: Sync) -> bool:
    """Start a run if the sync may update now. Returns whether it did."""
    return _may_start(sync) and _start(sync) is not None


def _may_start(sync: Sync) -> bool:
    if any(not side.enabled or side.last_check_ok is None for side in (sync.left, sync.right)):
        return False  # a test that failed meanwhile is no reason to rest: whether the systems answer, the breaker knows
    now = timezone.now()
    if _by_choice(sync, now):
        return False
    return bool(applied([sync])) and not _is_busy(sync) and health.breaker_of(sync).may_try(now)


def _start(sync: Sync, **how: Any) -> Run | None:
    try:
        direction = RunDirection(sync.writes_by_itself)
        return services.start(sync, write=True, direction=direction, trigger=Trigger.AUTOMATIC, **how)
    except (services.Busy, services.NotYet) as reason:
        logger.info("%s", reason)
        return None


def _interval(sync: Sync, moment: datetime | None) -> int | None:
    """The number of the interval that a moment is in. Clocks that are slightly early are tolerated."""
    return None if moment is None else int((moment.timestamp() + CLOCK_IS_EARLY) // (sync.minutes * 60))


@dataclass(frozen=True, slots=True)
class Rest:
    """Why a sync does not update now: the reason, the plan that waits, and when it continues, if known."""

    reason: str
    plan: Run | None = None
    until: datetime | None = None


def rests(syncs: Sequence[Sync], now: datetime | None = None) -> dict[int, Rest]:
    """Those of these syncs that do not update now, by primary key. Three queries."""
    now = now or timezone.now()
    found = {sync.pk: rest for sync in syncs if (rest := _by_choice(sync, now))}
    written = applied(syncs)
    for sync in syncs:
        if untested := [side for side in (sync.left, sync.right) if side.last_check_ok is None]:
            found[sync.pk] = Rest(f"The connection {untested[0].slug} was not tested. Test it to start updates.")
        if off := [side for side in (sync.left, sync.right) if not side.enabled]:
            found[sync.pk] = Rest(f"The connection {off[0].slug} is switched off. Switch it on to resume updates.")
        if sync.pk not in written:
            found[sync.pk] = Rest("The first run is always manual: make a plan, review it and approve it.")
    for pk, breaker in health.breakers_of(syncs).items():
        if not breaker.may_try(now):
            found[pk] = Rest("A system could not be reached. The next attempt starts automatically.")
    for run in Run.objects.filter(sync__in=syncs, state=RunState.PLANNED).select_related("sync").order_by("pk"):
        if not run.is_outdated:
            found[run.sync_id] = Rest(
                f"The plan of run {run.pk} waits for approval. Approve or discard it to resume updates.", run
            )
    return found


def _by_choice(sync: Sync, now: datetime) -> Rest | None:
    """Whether people have paused the sync, or limited it to other hours; None if not."""
    local, paused = timezone.localtime(now), sync.paused_until
    if paused and paused > now:
        return Rest(f"Paused until {timezone.localtime(paused):%-d %b, %H:%M}.", until=paused)
    if not hours.are_open(sync.hours, local):
        again = hours.next_opening(sync.hours, local)
        return Rest(f"Updates run {hours.in_words(sync.hours)}.", until=again)
    return None


def go_on_after_test(*, connection: Connection, **_: object) -> None:
    """Signal handler: a connection passed its test, so syncs that waited for it start now."""
    if health.note_test(connection):
        transaction.on_commit(_ask_for_start)


def _ask_for_start() -> None:
    try:
        django_rq.get_queue("default").enqueue(start_due, result_ttl=0)
    except RedisError as error:
        logger.warning("automatic updates start with the next schedule check: %s", error)


def applied(syncs: Sequence[Sync]) -> set[int]:
    """Primary keys of the syncs that a person has had written before. The first write is never automatic."""
    written = Run.objects.filter(sync__in=syncs, trigger=Trigger.MANUAL, write=True, state__in=ENDED)
    return set(written.order_by().values_list("sync", flat=True).distinct())


def _is_busy(sync: Sync) -> bool:
    runs = Run.objects.filter(sync=sync, state__in=[*ACTIVE, RunState.PLANNED]).select_related("sync")
    return any(not is_outdated_plan(run) for run in runs)
