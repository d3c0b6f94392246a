"""Which syncs were nudged and not run since, kept in Redis. Raises RedisError; no correctness hangs on any of it."""

from __future__ import annotations

import time
from threading import Event

import django_rq
from redis import Redis

# A sync is not run by nudges more often than this.
SECONDS_BETWEEN_STARTS = 1.0
# A job that was lost is asked for again after this time.
ASKED_FOR_SECONDS = 15
NUDGED = "syncadmin:nudged"


def mark(sync_id: int) -> None:
    """Note that something may have changed. The time of the first nudge since the last run stays."""
    _redis().zadd(NUDGED, {str(sync_id): time.time()}, nx=True)


def since(sync_id: int) -> float | None:
    """When a sync was first nudged since its last run by a nudge began; None where it was not."""
    found = _redis().zscore(NUDGED, str(sync_id))
    return None if found is None else float(found)


def marked() -> list[int]:
    """The syncs that were nudged and not run since, the one that waits longest first."""
    return [int(str(member, "ascii")) for member in _redis().zrange(NUDGED, 0, -1) if isinstance(member, bytes)]


def ask(sync_id: int) -> bool:
    """Whether a job has to be sent: none is on its way. Side effect: from now on one is."""
    return bool(_redis().set(_asked(sync_id), 1, nx=True, ex=ASKED_FOR_SECONDS))


def answer(sync_id: int) -> None:
    """The job was taken. Blocks until the last start of this sync is long enough ago."""
    redis = _redis()
    last = redis.get(_started(sync_id))
    left = float(last) + SECONDS_BETWEEN_STARTS - time.time() if last else 0.0
    if left > 0:
        Event().wait(min(left, SECONDS_BETWEEN_STARTS))
    redis.delete(_asked(sync_id))


def begin(sync_id: int) -> bool:
    """A run is about to read what changed. Returns whether one was asked for; from now on none is."""
    redis = _redis()
    redis.set(_started(sync_id), time.time(), ex=60)
    return bool(redis.zrem(NUDGED, str(sync_id)))


def _redis() -> Redis:
    found: Redis = django_rq.get_connection("default")
    return found


def _asked(sync_id: int) -> str:
    return f"{NUDGED}:asked:{sync_id}"


def _started(sync_id: int) -> str:
    return f"{NUDGED}:started:{sync_id}"
