"""The sandbox's time: the machine's clock plus whatever was skipped, so that a test never waits."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Seconds since 1970. It never runs backwards; `advance` skips ahead."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._skipped = 0.0
        self._latest = 0.0

    def now(self) -> float:
        self._latest = max(self._latest, self._source() + self._skipped)
        return self._latest

    def advance(self, seconds: float) -> float:
        """Skip `seconds` (not negative) and return the new time. Raises ValueError for a step back."""
        if seconds < 0:
            raise ValueError("the sandbox clock cannot go back")
        self._skipped += seconds
        return self.now()
