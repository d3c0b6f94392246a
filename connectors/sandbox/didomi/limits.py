"""100 requests in 15 seconds for the organization; calls of /consents are exempt."""

from __future__ import annotations

from math import ceil

from connectors.sandbox.didomi.answers import Refusal

CALLS, SECONDS = 100, 15


class Limits:
    def __init__(self, on: bool) -> None:
        self.on = on
        self.forget()

    def forget(self) -> None:
        """Nothing used yet."""
        self._ends, self._used = 0.0, 0

    def spend(self, now: float) -> dict[str, str]:
        """Take one call; gives the headers of the answer. Raises Refusal 429 when none is left."""
        if now >= self._ends:
            self._ends, self._used = now + SECONDS, 0
        self._used += 1
        resets = max(ceil(self._ends - now), 1)
        left = CALLS - self._used
        headers = {
            "ratelimit": f"limit={CALLS}, remaining={max(left, 0)}, reset={resets}",
            "ratelimit-policy": f"{CALLS};w={SECONDS}",
        }
        if left < 0 and self.on:
            raise Refusal(429, "Too many requests", {**headers, "Retry-After": str(resets)})
        return headers
