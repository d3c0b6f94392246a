"""Starts runs for received changes: at once for the first, together for a burst."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from connectors.api.streams import StreamBatch
from syncadmin.live.listener.state import StreamRows
from syncadmin.live.nudge import nudge

SECONDS_BETWEEN = 0.3
"""Changes of an object that come within this time ask once."""


@dataclass(slots=True)
class Waiting:
    """What came of an object and was not seen to yet."""

    batch: StreamBatch | None = None
    next_at: float = 0.0


class Nudges:
    """Nudges of one connection. A position is kept after what stands before it was asked for, never earlier."""

    def __init__(self, slug: str, rows: StreamRows) -> None:
        self._slug, self._rows = slug, rows
        self._waiting: dict[str, Waiting] = {}

    def add(self, object: str, batch: StreamBatch) -> None:
        held = self._waiting.setdefault(object, Waiting())
        held.batch = batch if held.batch is None else joined(held.batch, batch)

    def everything(self, object: str) -> None:
        """Something may have changed of which nobody has told: whatever it is has to be read."""
        nudge(self._slug, object)

    def due_in(self) -> float | None:
        """Seconds until something has to be seen to; None where nothing waits."""
        times = [held.next_at for held in self._waiting.values() if held.batch is not None]
        return max(0.0, min(times) - time.monotonic()) if times else None

    def flush(self, *, all: bool = False) -> None:
        """See to what is due, or to all of it."""
        now = time.monotonic()
        for object, held in self._waiting.items():
            if held.batch is None or (not all and held.next_at > now):
                continue
            batch, held.batch = held.batch, None
            if batch.records or batch.unnamed:
                nudge(self._slug, object, () if batch.unnamed else batch.records)
                held.next_at = now + SECONDS_BETWEEN
            self._rows.took(object, batch)


def joined(first: StreamBatch, then: StreamBatch) -> StreamBatch:
    """Two batches that followed each other as one."""
    return replace(
        then,
        records=first.records | then.records,
        unnamed=first.unnamed or then.unnamed,
        events=first.events + then.events,
        ours=first.ours + then.ours,
        at=then.at or first.at,
    )
