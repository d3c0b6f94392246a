"""The sandbox's time: the machine's clock plus whatever was skipped, so that a test never waits.

A stopped clock moves only when it is advanced: what a test counts then does not depend on the machine's speed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

CENTURY = 100 * 366 * 86_400.0
LAST = 32_503_680_000.0  # the first second of the year 3000


class Clock:
    """Seconds since 1970. It never runs backwards; `advance` skips ahead."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._skipped = 0.0
        self._latest = 0.0
        self._stopped_at: float | None = None

    def now(self) -> float:
        running = self._source() if self._stopped_at is None else self._stopped_at
        self._latest = max(self._latest, running + self._skipped)
        return self._latest

    def advance(self, seconds: float) -> float:
        """Skip `seconds` (not negative) and return the new time. Raises ValueError for a step back."""
        if not 0 <= seconds <= CENTURY:
            raise ValueError("the sandbox clock goes ahead by a century at most, and never back")
        if self.now() + seconds > LAST:
            raise ValueError("the sandbox clock ends with the year 2999")
        self._skipped += seconds
        return self.now()

    def stop(self) -> None:
        """Stand still until `start`; `advance` still moves it."""
        self._stopped_at = self._source()

    def start(self) -> None:
        """Run again, from now on."""
        self._stopped_at = None
