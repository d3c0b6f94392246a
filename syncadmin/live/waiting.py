"""Keeps in Redis which syncs were nudged and have not run since. Raises RedisError; data never depends on it."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime
from threading import Event

import django_rq
from redis import Redis

# A sync is not run by nudges more often than this.
SECONDS_BETWEEN_STARTS = 1.0
# Nor more often because of what other syncs write.
SECONDS_BETWEEN_FOLLOWING = 10
# A job that was lost is asked for again after this time.
ASKED_FOR_SECONDS = 15
# Of more records than this it is cheaper to ask what changed.
MOST_RECORDS = 1_000
NUDGED = "syncadmin:nudged"
# Records have to be planned again, though nothing has to be read.
PLAN_AGAIN = "plan_again"
SIDES = ("left", "right", PLAN_AGAIN)
EVERYTHING = "*"
# Of a nudge that does not say when: nothing of ours was written after it.
NO_MOMENT = 1e11


def mark(sync_id: int, side: str, records: Collection[str] = (), at: datetime | None = None) -> None:
    """Note that something may have changed. The time of the first nudge since the last run stays."""
    moment = at.timestamp() if at else NO_MOMENT
    with _redis().pipeline() as pipe:
        pipe.zadd(_changed(sync_id, side), dict.fromkeys(records or (EVERYTHING,), moment), gt=True)
        pipe.zadd(NUDGED, {str(sync_id): time.time()}, nx=True)
        pipe.execute()


def since(sync_id: int) -> float | None:
    """When a sync was first nudged since its last run by a nudge began; None where it was not."""
    found = _redis().zscore(NUDGED, str(sync_id))
    return None if found is None else float(found)


def marked() -> list[int]:
    """The syncs that were nudged and not run since, the one that waits longest first."""
    return [int(str(member, "ascii")) for member in _redis().zrange(NUDGED, 0, -1) if isinstance(member, bytes)]


def ask(sync_id: int) -> bool:
    """Whether a job has to be sent: none is on its way. Side effect: from now on one is."""
    return bool(_redis().set(_requested(sync_id), 1, nx=True, ex=ASKED_FOR_SECONDS))


def may_follow(sync_id: int) -> bool:
    """Whether this sync may run at once after another one. Side effect: no further time for ten seconds."""
    return bool(_redis().set(f"{NUDGED}:followed:{sync_id}", 1, nx=True, ex=SECONDS_BETWEEN_FOLLOWING))


def forget(sync_id: int) -> None:
    """The sync is gone, or runs by itself no longer."""
    with _redis().pipeline() as pipe:
        pipe.zrem(NUDGED, str(sync_id))
        pipe.delete(*(_changed(sync_id, side) for side in SIDES))
        pipe.execute()


def answer(sync_id: int) -> None:
    """The job was taken. Blocks until the last start of this sync is long enough ago."""
    redis = _redis()
    last = redis.get(_started(sync_id))
    left = float(last) + SECONDS_BETWEEN_STARTS - time.time() if last else 0.0
    if left > 0:
        Event().wait(min(left, SECONDS_BETWEEN_STARTS))
    redis.delete(_requested(sync_id))


def begin(sync_id: int) -> dict[str, dict[str, float]]:
    """A run is about to begin: the sides that were nudged, each with the ids of the records that changed,
    and when they last did, in seconds since 1970.

    No ids: whatever changed there. Empty where nobody asked for a run; from now on nobody has.
    """
    with _redis().pipeline() as pipe:
        for side in SIDES:
            pipe.zrange(_changed(sync_id, side), 0, -1, withscores=True)
        pipe.delete(*(_changed(sync_id, side) for side in SIDES))
        pipe.zrem(NUDGED, str(sync_id))
        pipe.set(_started(sync_id), time.time(), ex=60)
        *changed, _, _, _ = pipe.execute()
    return {side: _ids(members) for side, members in zip(SIDES, changed, strict=True) if members}


def _ids(members: Collection[tuple[bytes, float]]) -> dict[str, float]:
    found = {str(member, "utf-8"): moment for member, moment in members}
    return {} if EVERYTHING in found or len(found) > MOST_RECORDS else found


def _redis() -> Redis:
    found: Redis = django_rq.get_connection("default")
    return found


def _requested(sync_id: int) -> str:
    return f"{NUDGED}:asked:{sync_id}"


def _started(sync_id: int) -> str:
    return f"{NUDGED}:started:{sync_id}"


def _changed(sync_id: int, side: str) -> str:
    return f"{NUDGED}:changed:{sync_id}:{side}"
