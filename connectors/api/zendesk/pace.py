"""Limits the rate of calls that Zendesk throttles separately from the account's limit."""

import threading
import time
from collections.abc import Callable


class Pace:
    """Several threads may ask; each is let through ``seconds`` after the one before it."""

    def __init__(self, seconds: float, sleep: Callable[[float], None]) -> None:
        self._seconds = seconds
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Block until it is the caller's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._seconds
        if turn > now:
            self._sleep(turn - now)
