"""Automatic updates (S3.14): runs of their own accord, for syncs that a person has gone live with."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import django_rq
from django.db import transaction
from django.utils import timezone
from redis.exceptions import RedisError

from connectors.models import Connection
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.engine.lifecycle import ACTIVE, RunState
from syncadmin.runs.choices import RunDirection, Trigger
from syncadmin.runs.models import Run
from syncadmin.runs.services import health
from syncadmin.runs.services import runs as services
from syncadmin.runs.status.run_status import is_outdated_plan
from syncadmin.runs.storage.complete import ENDED

logger = logging.getLogger(__name__)


def start_due() -> int:
    """Start what is due, the ways that the kind writes by itself (S3.1); returns how many.

    A sync rests while a connection lacks a passed test (S3.3: a file may ask for automatic updates before there is
    one, and a connection may change later), while a run works, a plan waits, or its breaker is open. A plan that nobody
    can approve any more, since the mapping was changed, is no reason to rest: it is discarded.
    """
    started = 0
    for sync in Sync.objects.on().filter(automatic_updates=True).select_related("left", "right"):
        if any(not side.enabled or side.last_check_ok is None for side in (sync.left, sync.right)):
            continue  # a test that failed meanwhile is no reason to rest: whether the systems answer, the breaker knows
        if _live([sync]) and not _is_busy(sync) and health.breaker_of(sync).may_try(timezone.now()):
            try:
                direction = RunDirection(kind_of(sync.kind).automatic)
                services.start(sync, write=True, direction=direction, trigger=Trigger.AUTOMATIC)
            except (services.Busy, services.NotYet) as reason:
                logger.info("%s", reason)
                continue
            started += 1
    return started


@dataclass(frozen=True, slots=True)
class Rest:
    """Why a sync with automatic updates does not update now, and the plan that waits, if that is why."""

    why: str
    plan: Run | None = None


def rests(syncs: Sequence[Sync]) -> dict[int, Rest]:
    """Those of these syncs that do not update now, by their keys. Three queries, however many there are."""
    found: dict[int, Rest] = {}
    live = _live(syncs)
    for sync in syncs:
        if sync.pk not in live:
            found[sync.pk] = Rest("The first time is never automatic: make a plan, read it and approve it.")
    for pk, breaker in health.breakers_of(syncs).items():
        if not breaker.may_try(timezone.now()):
            found[pk] = Rest("A system could not be reached; the next attempt starts automatically.")
    for run in Run.objects.filter(sync__in=syncs, state=RunState.PLANNED).select_related("sync").order_by("pk"):
        if not run.is_outdated:
            found[run.sync_id] = Rest(f"The plan of run {run.pk} waits: approve or discard it, and updates go on.", run)
    return found


def go_on_after_test(*, connection: Connection, **_: object) -> None:
    """A connection passed its test: what rested because of it starts now, not with the next attempt of its own."""
    if health.note_test(connection):
        transaction.on_commit(_ask_for_start)


def _ask_for_start() -> None:
    try:
        django_rq.get_queue("default").enqueue(start_due, result_ttl=0)
    except RedisError as error:
        logger.warning("automatic updates start with the next look at the clock: %s", error)


def _live(syncs: Sequence[Sync]) -> set[int]:
    """Those that somebody has had written before, from a page or a shell: the first time is never automatic."""
    written = Run.objects.filter(sync__in=syncs, trigger=Trigger.MANUAL, write=True, state__in=ENDED)
    return set(written.order_by().values_list("sync", flat=True).distinct())


def _is_busy(sync: Sync) -> bool:
    runs = Run.objects.filter(sync=sync, state__in=[*ACTIVE, RunState.PLANNED]).select_related("sync")
    return any(not is_outdated_plan(run) for run in runs)
