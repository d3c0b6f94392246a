"""Request limits: the account's bucket, the limits of single endpoints, and their headers and 429 answers."""

from __future__ import annotations

from math import ceil
from typing import Any

from connectors.sandbox.zendesk.answers import Refusal

KEEP = 20_000  # windows kept before the expired ones are swept


class Limits:
    """`rpm` requests a minute for the account: a bucket of that capacity, refilled continuously."""

    def __init__(self, rpm: int, endpoint_limits: bool) -> None:
        self.rpm = rpm
        self.endpoint_limits = endpoint_limits
        self.forget()

    def forget(self) -> None:
        """Nothing used yet."""
        self._tokens = float(self.rpm)
        self._filled_at: float | None = None
        self._windows: dict[tuple[str, object], tuple[float, int]] = {}

    def spend(self, now: float) -> dict[str, str]:
        """Take one request; returns the headers of the answer. Raises Refusal 429 when none is left."""
        passed = 0.0 if self._filled_at is None else now - self._filled_at
        self._filled_at = now
        self._tokens = min(float(self.rpm), self._tokens + passed * self.rpm / 60)
        if self._tokens < 1:
            wait = max(ceil((1 - self._tokens) * 60 / self.rpm), 1)
            body = {
                "error": "APIRateLimitExceeded",
                "description": "Number of allowed API requests per minute exceeded",
            }
            raise Refusal(429, body, {**self._headers(0), "Retry-After": str(wait)})
        self._tokens -= 1
        return self._headers(int(self._tokens))

    def spend_endpoint(self, name: str, key: object, limit: int, seconds: int, now: float, body: Any) -> dict[str, str]:
        """Take one of `limit` calls that `key` has in each `seconds`. Raises Refusal 429 with `body`."""
        if not self.endpoint_limits:
            return {}
        if len(self._windows) > KEEP:
            self._windows = {k: v for k, v in self._windows.items() if v[0] > now}
        ends, used = self._windows.get((name, key), (now + seconds, 0))
        if ends <= now:
            ends, used = now + seconds, 0
        resets = max(ceil(ends - now), 1)
        left = limit - used - 1
        headers = {f"zendesk-ratelimit-{name}": f"total={limit}; remaining={max(left, 0)}; resets={resets}"}
        if left < 0:
            raise Refusal(429, body, {**headers, "Retry-After": str(resets)})
        self._windows[name, key] = (ends, used + 1)
        return headers

    def _headers(self, remaining: int) -> dict[str, str]:
        resets = ceil((self.rpm - remaining) * 60 / self.rpm)
        return {
            "x-rate-limit": str(self.rpm),
            "x-rate-limit-remaining": str(remaining),
            "ratelimit-limit": str(self.rpm),
            "ratelimit-remaining": str(remaining),
            "ratelimit-reset": str(resets),
        }
