"""Reads one subscription in its own thread, without database access or sign-in."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass

from connectors.api.errors import ConnectorError, Transient
from connectors.api.streams import StreamBatch, Subscription

MOST_WAITING = 20
"""Batches that wait at most; with more of them the system is asked for no further events."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a subscription brought: a batch, or why it is over."""

    object: str
    reader: Reader | None = None
    batch: StreamBatch | None = None
    error: ConnectorError | None = None


Inbox = queue.Queue[Arrival]


class Reader(threading.Thread):
    """Puts what comes into the inbox. ``silent_for``: seconds since the last sign of life."""

    def __init__(self, object: str, subscription: Subscription, inbox: Inbox) -> None:
        super().__init__(name=f"changes of {object}", daemon=True)
        self.object = object
        self._subscription, self._inbox = subscription, inbox
        self._heard = time.monotonic()
        self._closed = threading.Event()
        self.start()

    def run(self) -> None:
        error: ConnectorError = Transient("The subscription ended.", "It is opened again by itself.")
        try:
            for batch in self._subscription.batches():
                self._heard = time.monotonic()
                self._put(Arrival(self.object, self, batch))
        except ConnectorError as ended:
            error = ended
        finally:
            self._put(Arrival(self.object, self, error=error))

    def close(self) -> None:
        """Nothing of it comes any more."""
        self._closed.set()
        self._subscription.cancel()

    @property
    def silent_for(self) -> float:
        return time.monotonic() - self._heard

    def _put(self, arrival: Arrival) -> None:
        while not self._closed.is_set():
            try:
                self._inbox.put(arrival, timeout=1.0)
                return
            except queue.Full:
                continue
