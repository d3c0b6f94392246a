"""Calls of which Zendesk wants no more than one in so many seconds, whatever the plan allows otherwise."""

import math
import threading
import time
from collections.abc import Callable

from connectors.api.protocol import Budget


class Pace:
    """Several threads may ask; each is let through ``seconds`` after the one before it, of whatever process."""

    def __init__(self, name: str, seconds: float, sleep: Callable[[float], None], budget: Budget | None = None) -> None:
        self._name = name
        self._seconds = seconds
        self._sleep = sleep
        self._budget = budget
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, longest: float = math.inf) -> bool:
        """Block until it is the caller's turn. False, at once, where that takes longer than so many seconds."""
        pause = self._turn(longest) if self._budget is None else self._budget.turn(self._name, self._seconds, longest)
        if pause is None:
            return False
        if pause > 0:
            self._sleep(pause)
        return True

    def _turn(self, longest: float) -> float | None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            if turn - now > longest:
                return None
            self._next = turn + self._seconds
        return turn - now
