"""The listening process: one listener for each connection that has streams."""

from __future__ import annotations

import logging
import threading

from django.db import Error, close_old_connections

from syncadmin.live.listener.connection import ConnectionListener
from syncadmin.live.listener.targets import ListenTarget, targets

logger = logging.getLogger(__name__)

CHECK_SECONDS = 2.0
STOP_SECONDS = 2.0


class ListenerProcess:
    """One process for all connections. A change of a connection or of a sync is followed within two seconds."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._running: dict[int, ConnectionListener] = {}

    def run(self) -> None:
        """Until ``stopping`` is set; what is going on then is finished. A database that is away is waited for."""
        while not self.stopping.is_set():
            close_old_connections()
            try:
                self.follow(targets())
            except Error as error:
                logger.warning("the database does not answer: %s", type(error).__name__)
            self.stopping.wait(CHECK_SECONDS)
        self.follow({})

    def follow(self, wanted: dict[int, ListenTarget]) -> None:
        """Listen to these connections and to no others."""
        ended = [key for key, running in self._running.items() if self._is_over(running, wanted.get(key))]
        for key in ended:
            self._running[key].stop()
        for key in ended:
            self._running.pop(key).join(STOP_SECONDS)
        for key, target in wanted.items():
            running = self._running.get(key)
            if running is None:
                self._running[key] = ConnectionListener(target)
                self._running[key].start()
            elif running.target != target:
                running.want(target)

    def _is_over(self, running: ConnectionListener, target: ListenTarget | None) -> bool:
        if not running.is_alive():
            logger.warning("the listener of %s ended: it is started again", running.target.slug)
            return True
        return target is None or running.target.opens_with != target.opens_with or running.target.slug != target.slug
