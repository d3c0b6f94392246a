"""Stores the circuit breaker of each sync, and sends its two mails (S3.C1).

Syncs that share a connection share its mails: one tells that it cannot be used, one that it can again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker

from connectors.api.errors import AuthError, ConnectorError, OutcomeUnknown, Transient
from connectors.models import Connection
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.selectors import heading
from syncadmin.engine.breaker import Breaker, after_failure, after_pause, after_test
from syncadmin.logs import notifications
from syncadmin.runs.models import Health, Run

ASK_AGAIN_SECONDS = 3
# An idle worker gives a sign of life every 30 seconds, one that works every 5.
SILENT_AFTER = timedelta(seconds=60)
_KEPT = tuple(field.name for field in fields(Breaker))
_CONCERNS_ALL = (AuthError, Transient, OutcomeUnknown)


def breaker_of(sync: Sync) -> Breaker:
    """The breaker as it stands."""
    return breakers_of([sync]).get(sync.pk, Breaker())


def breakers_of(syncs: Sequence[Sync]) -> dict[int, Breaker]:
    """The breakers of these syncs by their keys, as far as they have met any trouble. One query."""
    rows = Health.objects.filter(sync__in=syncs).values("sync", *_KEPT)
    return {row.pop("sync"): Breaker(**row) for row in rows}


def note_failure(run: Run, error: ConnectorError) -> None:
    """A run failed because a system could not be reached. Side effect: one alert when the breaker opens."""
    _note_trouble(run, error, *after_failure(breaker_of(run.sync), timezone.now()))


def note_pause(run: Run, error: ConnectorError, *, worked_before: bool) -> None:
    """A run waits for a system that does not answer. Side effect: one alert when this has lasted too long."""
    before = breaker_of(run.sync)
    _note_trouble(run, error, *after_pause(before, timezone.now(), worked_before=worked_before))


@transaction.atomic
def note_success(run: Run) -> None:
    """A run reached both systems. Side effect: one notice if this ends an alert."""
    row = Health.objects.select_related("connection").filter(sync=run.sync).first()
    if row is None or breaker_of(run.sync) == Breaker():
        return
    must_alert = row.alerted or _sharing(row.connection).filter(alerted=True).exists()
    _sharing(row.connection).update(alerted=False, last_failure=None)
    _keep(run.sync, Breaker(), cause="", connection=None, alerted=False)
    if must_alert:
        title = f"Syncing {heading(run.sync)} works again"
        text = "Both systems answer again, and automatic updates continue."
        transaction.on_commit(lambda: _mail(title, text, reverse("runs:list")))


def note_test(connection: Connection) -> list[Sync]:
    """A connection test passed: syncs that waited because of it are due. Returns them."""
    own = Q(sync__left=connection) | Q(sync__right=connection)
    about_it = Q(connection=connection) | Q(connection=None)
    resting = list(Health.objects.filter(own & about_it, open_since__isnull=False).select_related("sync"))
    for row in resting:
        _keep(row.sync, after_test(breaker_of(row.sync)))
    return [row.sync for row in resting]


def background_trouble() -> str:
    """Why no worker can process runs now, "" if one can. Asks Redis at most once in a few seconds."""
    found = caches["memo"].get_or_set("background_trouble", _ask_for_workers, timeout=ASK_AGAIN_SECONDS)
    return str(found)


def _ask_for_workers() -> str:
    """Ask for workers that gave a sign of life recently: a killed one stays listed for a while."""
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=2) as client:
            workers = Worker.all(connection=client)
    except RedisError:
        return "The job queue does not answer. The run continues when Redis is back."
    alive = timezone.now() - SILENT_AFTER
    if any(worker.last_heartbeat and worker.last_heartbeat > alive for worker in workers):
        return ""
    return "No worker is running. The run continues when a worker starts."


@transaction.atomic
def _note_trouble(run: Run, error: ConnectorError, state: Breaker, opens: bool) -> None:
    connection = _unusable(run.sync, error)
    if connection:  # of two workers that fail at once, one is the first
        Connection.objects.select_for_update().get(pk=connection.pk)
    alerted = _sharing(connection).filter(alerted=True, sync__in=Sync.objects.on()).exists()
    alerts: dict[str, Any] = {"alerted": True} if opens and not alerted else {}
    _keep(run.sync, state, cause=error.message, connection=connection, **alerts)
    if alerts:
        title, path = f"Error syncing {heading(run.sync)}", run.get_absolute_url()
        text = f"{error}\n\n{_for_how_long(state)} {_also_concerned(run.sync, connection)}".strip()
        transaction.on_commit(lambda: _mail(title, text, path))


def _unusable(sync: Sync, error: ConnectorError) -> Connection | None:
    """The connection that no sync can use. None if the failure may concern this sync only."""
    if not isinstance(error, _CONCERNS_ALL):
        return None
    named = [side for side in {sync.left, sync.right} if side.spec.label in error.message]
    return named[0] if len(named) == 1 else None


def _sharing(connection: Connection | None) -> QuerySet[Health]:
    return Health.objects.filter(connection=connection) if connection else Health.objects.none()


def _for_how_long(state: Breaker) -> str:
    if state.failures > 1:
        failed = f"It failed {state.failures} times in a row; automatic updates wait."
        return f"{failed} They resume when a test of the connection passes."
    return "This has lasted for 15 minutes. The run continues when the system answers again."


def _also_concerned(sync: Sync, connection: Connection | None) -> str:
    if connection is None:
        return ""
    others = Sync.objects.on().filter(Q(left=connection) | Q(right=connection)).exclude(pk=sync.pk)
    titles = sorted({kind_of(kind).title for kind in others.values_list("kind", flat=True)})
    also = f" {', '.join(titles)} use it too; no separate mail is sent." if titles else ""
    return f"The connection is {connection.name}.{also}"


def _mail(title: str, text: str, path: str) -> None:
    notifications.notify_administrators(title=title, text=text, path=path)


def _keep(sync: Sync, state: Breaker, **more: Any) -> None:
    Health.objects.update_or_create(sync=sync, defaults=asdict(state) | more)
