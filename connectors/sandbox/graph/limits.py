"""What a mailbox takes: so many requests at a time, and so many in ten minutes."""

from __future__ import annotations

from collections import Counter, deque
from math import ceil

from connectors.sandbox.graph.answers import Refusal

WINDOW = 600.0
CONCURRENT_WAIT = 1


class Limits:
    """By mailbox: `in_flight` requests that are being answered, and when each of the last ten minutes came."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.in_flight: Counter[str] = Counter()
        self._came: dict[str, deque[float]] = {}

    def enter(self, mailbox: str, now: float, at_a_time: int, in_ten_minutes: int) -> None:
        """Begin a request, to be ended by `leave`. Raises Refusal 429; a refused request counts, too."""
        came = self._came.setdefault(mailbox, deque())
        while came and came[0] <= now - WINDOW:
            came.popleft()
        came.append(now)
        if len(came) > in_ten_minutes:
            after = max(ceil(came[0] + WINDOW - now), 1)
            raise _throttled("Application is over its request quota.", after)
        if self.in_flight[mailbox] >= at_a_time:
            raise _throttled("Application is over its MailboxConcurrency limit.", CONCURRENT_WAIT)
        self.in_flight[mailbox] += 1

    def leave(self, mailbox: str) -> None:
        self.in_flight[mailbox] -= 1


def _throttled(message: str, after: int) -> Refusal:
    return Refusal(429, "ApplicationThrottled", message, {"Retry-After": str(after)})
