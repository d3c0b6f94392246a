"""Rate limits shared through Redis by all processes that use a connection; local to the process without Redis."""

from __future__ import annotations

import logging
import time
from functools import cache

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError
from throttled import RateLimiterType, Throttled, rate_limiter
from throttled.exceptions import StoreUnavailableError
from throttled.store import BaseStore, MemoryStore, RedisStore

from connectors.api.errors import RateLimited, Transient
from connectors.api.protocol import LONGEST_WAIT
from connectors.models import Connection

logger = logging.getLogger(__name__)

LEFT_TO_CLOCKS = 0.98
ASK_AGAIN_SECONDS = 30.0
UNREACHABLE = (RedisError, StoreUnavailableError)
LONGEST_TURN = 3_600.0
NEXT_TURN = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local turn = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
if turn - now > tonumber(ARGV[2]) then return -1 end
redis.call('SET', KEYS[1], string.format('%d', turn + ARGV[1]), 'PX', turn - now + ARGV[1])
return turn - now
"""
"""Milliseconds until the next turn, which is taken; -1 where it is too far away."""


class SharedBudget:
    """A token bucket over all workers: the plan's calls a minute at once, refilled at the same rate.

    While the vendor has told one worker to wait, nobody calls. Until the limit is known nothing else holds them.
    """

    def __init__(self, store: BaseStore, key: str, per_minute: int | None, redis: Redis | None = None) -> None:
        self._store = store
        self._redis = redis
        self._key = key
        self._hold_key = f"syncadmin:hold:{key}"
        self._bucket: Throttled | None = None
        if per_minute:
            self.learn(per_minute)

    def learn(self, per_minute: int) -> None:
        """The vendor's answers name the limit; a little of it is left to the clocks, which never agree quite."""
        if self._bucket is None:
            calls = max(1, int(per_minute * LEFT_TO_CLOCKS))
            self._bucket = Throttled(
                key=f"syncadmin:calls:{self._key}",
                using=RateLimiterType.TOKEN_BUCKET.value,
                quota=rate_limiter.per_min(calls, burst=calls),
                store=self._store,
            )

    def acquire(self, longest_wait: float = LONGEST_WAIT) -> None:
        """Block until one more call may be sent. Raises Transient while the shared count cannot be reached.

        Raises RateLimited where that takes more than ``longest_wait`` seconds, as soon as that is known.
        """
        until = time.monotonic() + longest_wait
        while (wait := self._wait()) > 0:
            if time.monotonic() + wait > until:
                raise RateLimited("The remote system asks us to wait.", retry_after=wait)
            time.sleep(min(wait, 1.0))

    def hold(self, seconds: float) -> None:
        """Nobody calls for that long. The caller itself waits also where the others cannot be told."""
        try:
            self._store.set(self._hold_key, time.time() + seconds, max(1, round(seconds)))
        except UNREACHABLE as error:
            logger.warning("other workers could not be told to wait: %s", error)

    def part(self, name: str) -> SharedBudget:
        """See ``Budget.part``. Its limit is not known."""
        return SharedBudget(self._store, f"{self._key}:{name}", None, self._redis)

    def turn(self, name: str, seconds: float, longest_wait: float) -> float | None:
        """See ``Budget.turn``. Where nobody counts, it is always the caller's turn."""
        if self._redis is None:
            return 0.0
        spans = (round(seconds * 1_000), round(min(longest_wait, LONGEST_TURN) * 1_000))
        try:
            wait = int(str(self._redis.eval(NEXT_TURN, 1, f"syncadmin:turn:{self._key}:{name}", *map(str, spans))))
        except RedisError as error:
            logger.warning("other workers could not be told of a call: %s", error)
            return 0.0
        return None if wait < 0 else wait / 1_000

    def _wait(self) -> float:
        try:
            return self._seconds_to_wait()
        except UNREACHABLE:
            hint = "The run continues automatically once Redis answers."
            raise Transient("Redis, where all workers count their calls, does not answer.", hint) from None

    def _seconds_to_wait(self) -> float:
        held_until = float(self._store.get(self._hold_key) or 0.0)
        if held_until > time.time():
            return held_until - time.time()
        if self._bucket is None:
            return 0.0
        result = self._bucket.limit()
        return max(0.01, result.state.retry_after) if result.limited else 0.0


def shared_budget(connection: Connection) -> SharedBudget:
    """The budget of a connection, with the limit that a test or an earlier run has learned."""
    counter = _counter(settings.REDIS_URL)
    return SharedBudget(counter.store(), str(connection.pk), connection.facts.get("rate_limit"), counter.redis)


class _Counter:
    """Where this process counts: in Redis from the first time that it answers, until then for itself.

    ``--inline`` needs no Redis. A process that started before Redis asks for it again every half minute.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._alone = MemoryStore()
        self._shared: RedisStore | None = None
        self.redis: Redis | None = None
        self._asked: float | None = None

    def store(self) -> BaseStore:
        if self._shared is None and self._is_due() and self._answers():
            self._shared, self.redis = RedisStore(server=self._url), Redis.from_url(self._url, socket_timeout=2)
        return self._alone if self._shared is None else self._shared

    def _is_due(self) -> bool:
        return self._asked is None or time.monotonic() - self._asked >= ASK_AGAIN_SECONDS

    def _answers(self) -> bool:
        self._asked = time.monotonic()
        try:
            with Redis.from_url(self._url, socket_connect_timeout=1) as client:
                return bool(client.ping())
        except RedisError:
            return False


@cache
def _counter(url: str) -> _Counter:
    return _Counter(url)
