"""Extends the lease of a run from a thread while its worker waits for a slow answer."""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, connection
from django.utils import timezone

from syncadmin.runs.models import Run
from syncadmin.runs.pipeline.progress import LEASE

logger = logging.getLogger(__name__)
EVERY_SECONDS = LEASE.total_seconds() / 4


class Heartbeat:
    """Context manager: extends the lease of a run until the block ends. It never takes a lease."""

    def __init__(self, run: Run) -> None:
        self._mine = Run.objects.filter(pk=run.pk, lease=run.lease)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{run.pk}", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._over.wait(EVERY_SECONDS):
                self._extend()
        finally:
            connection.close()

    def _extend(self) -> None:
        try:
            self._mine.update(lease_until=timezone.now() + LEASE)
        except DatabaseError as error:
            logger.warning("the lease could not be extended: %s", error)
