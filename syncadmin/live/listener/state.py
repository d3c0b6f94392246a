"""Stores the state of each stream, for the next start and for pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from connectors.api.errors import ConnectorError
from connectors.api.streams import StreamBatch, StreamOffer
from syncadmin.live.streams import ObjectStream, StreamState

SEEN_SECONDS = 60
"""A listener that has not been at work for so long is taken for stopped."""


@dataclass(frozen=True, slots=True)
class StreamReport:
    """How it stands with the changes of one object, for people.

    ``connected``: changes are received now. ``offered``: the system sends them, or would if we listened. ``reason``
    and ``remedy`` say why not and what to do.
    """

    object: str
    connected: bool
    offered: bool
    connected_since: datetime | None
    last_event_at: datetime | None
    events: int
    ours: int
    reason: str
    remedy: str
    last_error: str
    failed_at: datetime | None


def reports(connection_id: int, objects: Collection[str] | None = None) -> tuple[StreamReport, ...]:
    """One for each object, of these objects or of all that were listened to."""
    rows = {row.object: row for row in ObjectStream.objects.filter(connection=connection_id)}
    names = sorted(rows if objects is None else objects)
    return tuple(_report(rows.get(name) or ObjectStream(object=name)) for name in names)


def _report(row: ObjectStream) -> StreamReport:
    running = row.seen_at is not None and row.seen_at > timezone.now() - timedelta(seconds=SEEN_SECONDS)
    connected = running and row.state == StreamState.CONNECTED
    reason, remedy = row.reason, row.remedy
    if not running:
        reason = "The listener is not running: changes are found by polling."
        remedy = "Start it: manage.py listen."
    return StreamReport(
        object=row.object,
        connected=connected,
        offered=row.state != StreamState.NOT_OFFERED,
        connected_since=row.connected_since if connected else None,
        last_event_at=row.event_at,
        events=row.events,
        ours=row.ours,
        reason="" if connected else reason,
        remedy="" if connected else remedy,
        last_error=row.last_error,
        failed_at=row.failed_at,
    )


class StreamRows:
    """The rows of one connection, as its listener writes them."""

    def __init__(self, connection_id: int) -> None:
        self._connection_id = connection_id

    def position(self, object: str) -> bytes:
        """Where to go on; empty where nothing was heard of it, or too long ago."""
        row, _ = ObjectStream.objects.get_or_create(connection_id=self._connection_id, object=object)
        return bytes(row.position)

    def connecting(self, object: str) -> None:
        self._set(object, state=StreamState.CONNECTING, reason="", remedy="", connected_since=None)

    def connected(self, object: str) -> None:
        """The system has taken the subscription."""
        now = timezone.now()
        self._set(object, state=StreamState.CONNECTED, connected_since=now, heard_at=now, reason="", remedy="")

    def took(self, object: str, batch: StreamBatch) -> None:
        """All that came up to this position has been seen to."""
        counts: dict[str, Any] = {}
        if batch.events:
            counts = {"events": F("events") + batch.events, "ours": F("ours") + batch.ours, "event_at": timezone.now()}
        self._set(object, position=batch.position, heard_at=timezone.now(), **counts)

    def missed(self, object: str) -> None:
        """The position is good no longer."""
        self._set(object, position=b"", missed=F("missed") + 1)

    def offered(self, object: str, offer: StreamOffer) -> None:
        if not offer.available:
            ObjectStream.objects.get_or_create(connection_id=self._connection_id, object=object)
            kept = {"reason": offer.reason, "remedy": offer.remedy, "connected_since": None}
            self._set(object, state=StreamState.NOT_OFFERED, **kept)

    def failed(self, objects: Iterable[str], error: ConnectorError) -> None:
        now, names = timezone.now(), list(objects)
        for name in names:
            ObjectStream.objects.get_or_create(connection_id=self._connection_id, object=name)
        self._rows(*names).update(
            state=StreamState.RETRYING,
            connected_since=None,
            reason=error.message,
            remedy=error.hint,
            last_error=error.message,
            failed_at=now,
            seen_at=now,
        )

    def stopped(self, objects: Iterable[str]) -> None:
        self._rows(*objects).update(state=StreamState.STOPPED, connected_since=None, seen_at=None)

    def at_work(self, objects: Iterable[str]) -> None:
        self._rows(*objects).update(seen_at=timezone.now())

    def _set(self, object: str, **values: Any) -> None:
        self._rows(object).update(seen_at=timezone.now(), **values)

    def _rows(self, *objects: str) -> Any:
        return ObjectStream.objects.filter(connection_id=self._connection_id, object__in=objects)
