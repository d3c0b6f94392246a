"""Manages all streams of one connection: opens, monitors and reopens them."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import Error, close_old_connections, connections

from connectors.api.errors import AuthError, ConfigError, ConnectorError, RateLimited, WatermarkExpired
from connectors.api.streams import ChangeStream
from connectors.models import Connection
from connectors.services import connection_settings
from syncadmin.live.listener.nudging import Nudges
from syncadmin.live.listener.reading import MOST_WAITING, Arrival, Inbox, Reader
from syncadmin.live.listener.retries import Retries
from syncadmin.live.listener.state import StreamRows
from syncadmin.live.listener.targets import ListenTarget

logger = logging.getLogger(__name__)
T = TypeVar("T")

SILENT_SECONDS = 330.0
"""A stream that gave no sign of life for so long is dead: the systems give one every 270 seconds."""
OFFERS_SECONDS = 300.0
"""How often objects that send no changes are asked for again."""
AT_WORK_SECONDS = 15.0
ACCEPTED_SECONDS = 3.0
"""A subscription that was not refused within this time is one; a system may say nothing before its first event."""
NOTIFY = ""
"""An arrival of no object: there is something else to see to."""


@dataclass(slots=True)
class Line:
    """What is known of one object in this process. ``begins``: it had no position, so what came before is unknown."""

    retries: Retries = field(default_factory=Retries)
    reader: Reader | None = None
    due: float = 0.0
    opened: float = 0.0
    accepted: bool = False
    offered: bool | None = None
    begins: bool = False
    renewed: bool = False


class ConnectionListener(threading.Thread):
    """Listens at one connection until it is told to stop. ``want`` and ``stop`` may be called from any thread."""

    def __init__(self, target: ListenTarget) -> None:
        super().__init__(name=f"listener of {target.slug}", daemon=True)
        self.target = target
        self._wanted = target.objects
        self._inbox: Inbox = queue.Queue(MOST_WAITING)
        self._stopping = threading.Event()
        self._rows = StreamRows(target.connection_id)
        self._nudges = Nudges(target.slug, self._rows)
        self._lines: dict[str, Line] = {}
        self._stream: ChangeStream | None = None
        self._retries = Retries()
        self._open_at = self._offers_at = self._at_work_at = 0.0

    def want(self, target: ListenTarget) -> None:
        """Listen to these objects from now on."""
        self.target, self._wanted = target, target.objects
        self._notify()

    def stop(self) -> None:
        self._stopping.set()
        self._notify()

    def run(self) -> None:
        try:
            while not self._stopping.is_set():
                close_old_connections()
                self._step()
            self._nudges.flush(all=True)
            self._rows.stopped(self._lines)
        except Error as error:
            # what was not seen to comes again: its position was not kept
            logger.warning("%s: the database does not answer (%s)", self.target.slug, type(error).__name__)
        finally:
            self._close()
            connections.close_all()

    def _step(self) -> None:
        """See to everything that is due, then wait for what comes."""
        self._follow_wanted()
        if self._stream is None and time.monotonic() >= self._open_at:
            self._open()
        if self._stream is not None:
            self._ask_for_offers(self._stream)
            self._subscribe(self._stream)
        self._take(self._wait())
        self._nudges.flush()
        self._watch()

    def _follow_wanted(self) -> None:
        gone = self._lines.keys() - self._wanted
        for object in gone:
            self._drop(self._lines.pop(object))
        self._rows.stopped(gone)
        for object in self._wanted - self._lines.keys():
            self._lines[object] = Line()
            self._offers_at = 0.0

    def _open(self) -> None:
        """Side effect: where that cannot be done, each object says why."""
        try:
            connection = Connection.objects.get(pk=self.target.connection_id)
            opener = connection.spec.stream
            self._stream = opener(connection_settings(connection)) if opener else None
        except ConnectorError as error:
            self._fail(error)
        else:
            self._offers_at = 0.0

    def _ask_for_offers(self, stream: ChangeStream) -> None:
        """Which objects the system tells of. Where nobody answers, all is opened anew later."""
        asked = [object for object, line in self._lines.items() if not line.offered]
        if not asked or time.monotonic() < self._offers_at:
            return
        self._offers_at = time.monotonic() + OFFERS_SECONDS
        try:
            offers = self._signed_in(stream, lambda: stream.offers(asked))
        except ConnectorError as error:
            self._fail(error)
            return
        self._retries.worked()
        for object, offer in offers.items():
            self._lines[object].offered = offer.available
            self._rows.offered(object, offer)
            if not offer.available:
                logger.info("%s: %s Its changes are found by polling.", self.target.slug, offer.reason)

    def _subscribe(self, stream: ChangeStream) -> None:
        for object, line in self._lines.items():
            if self._stream is None or line.reader or not line.offered or time.monotonic() < line.due:
                continue
            self._rows.connecting(object)
            position = self._rows.position(object)
            try:
                subscription = stream.subscribe(object, position)
            except ConnectorError as error:
                self._fail(error)
                return
            line.begins, line.opened, line.accepted = not position, time.monotonic(), False
            line.reader = Reader(object, subscription, self._inbox)
            logger.info("%s: listening to changes of %s", self.target.slug, object)
            if line.begins:
                self._nudges.everything(object)

    def _wait(self) -> Arrival | None:
        """What came, or None after a second, or when something is due."""
        now = time.monotonic()
        until = [line.due - now for line in self._lines.values() if line.offered and line.reader is None]
        until += [self._open_at - now] if self._stream is None else []
        nudge_in = self._nudges.due_in()
        until += [] if nudge_in is None else [nudge_in]
        try:
            return self._inbox.get(timeout=max(0.01, min([1.0, *until])))
        except queue.Empty:
            return None

    def _take(self, arrival: Arrival | None) -> None:
        """This arrival, and what else is there already."""
        while arrival is not None:
            line = self._lines.get(arrival.object)
            if line is not None and line.reader is arrival.reader:
                self._arrived(arrival, line)
            try:
                arrival = self._inbox.get_nowait()
            except queue.Empty:
                return

    def _arrived(self, arrival: Arrival, line: Line) -> None:
        if arrival.batch is not None:
            line.retries.worked()
            line.renewed = False
            self._accepted(arrival.object, line)
            self._nudges.add(arrival.object, arrival.batch)
            if line.begins:
                line.begins = False
                self._nudges.everything(arrival.object)
        elif arrival.error is not None:
            self._nudges.flush(all=True)  # it goes on behind what it has brought
            self._ended(arrival.object, line, arrival.error)

    def _accepted(self, object: str, line: Line) -> None:
        if not line.accepted:
            line.accepted = True
            self._rows.connected(object)

    def _ended(self, object: str, line: Line, error: ConnectorError) -> None:
        """Decide when it is opened again."""
        self._drop(line)
        if isinstance(error, WatermarkExpired):
            self._rows.missed(object)
            logger.warning("%s: %s All of %s is read once.", self.target.slug, error.message, object)
            line.due = 0.0
            return
        logger.info("%s: changes of %s: %s", self.target.slug, object, error.message)
        if isinstance(error, AuthError) and not line.renewed and self._stream is not None:
            line.renewed, line.due = True, 0.0
            try:
                self._stream.renew()
                return
            except ConnectorError as refused:
                error = refused
        self._rows.failed([object], error)
        line.due = time.monotonic() + _rest(error, line.retries)
        if isinstance(error, ConfigError):
            line.offered, self._offers_at = None, line.due

    def _fail(self, error: ConnectorError) -> None:
        """Nothing can be done at this connection: all of it is opened anew later."""
        logger.info("%s: %s", self.target.slug, error)
        self._close()
        self._rows.failed(self._lines, error)
        self._open_at = time.monotonic() + _rest(error, self._retries)

    def _signed_in(self, stream: ChangeStream, act: Callable[[], T]) -> T:
        """Once more with a new token where the present one was refused."""
        try:
            return act()
        except AuthError:
            stream.renew()
            return act()

    def _watch(self) -> None:
        for object, line in self._lines.items():
            if line.reader is not None and line.reader.silent_for > SILENT_SECONDS:
                logger.info("%s: no sign of life of %s", self.target.slug, object)
                self._drop(line)
            elif line.reader is not None and time.monotonic() > line.opened + ACCEPTED_SECONDS:
                self._accepted(object, line)
        if time.monotonic() >= self._at_work_at:
            self._at_work_at = time.monotonic() + AT_WORK_SECONDS
            self._rows.at_work(self._lines)

    def _close(self) -> None:
        for line in self._lines.values():
            self._drop(line)
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _drop(self, line: Line) -> None:
        if line.reader is not None:
            line.reader.close()
            line.reader = None

    def _notify(self) -> None:
        try:
            self._inbox.put_nowait(Arrival(NOTIFY))
        except queue.Full:
            return  # it is awake


def _rest(error: ConnectorError, retries: Retries) -> float:
    """Seconds until the next try: what we were told, a minute at least where only a person can help."""
    pause = retries.pause()
    if isinstance(error, RateLimited):
        return max(pause, error.retry_after)
    return max(pause, 60.0) if isinstance(error, ConfigError) else pause
