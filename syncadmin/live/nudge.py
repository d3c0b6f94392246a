"""A nudge: a notification that some record of an object has changed. A run then reads the change.

Nothing of a record but its id is kept, so a nudge that is lost, doubled, late or forged costs calls at most; runs by
the clock find what no nudge told of.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import datetime

import django_rq
from django.db.models import Q, QuerySet
from redis.exceptions import RedisError

from connectors.models import Connection
from mappings.models import Sync
from syncadmin.live import waiting

logger = logging.getLogger(__name__)
RUN = "syncadmin.runs.pipeline.jobs.run_nudged"


def nudge(connection_slug: str, object_name: str, records: Collection[str] = (), *, at: datetime | None = None) -> None:
    """Ask for a run of every sync with automatic updates that reads this object at this connection.

    It starts at once, or as soon as the present run of the sync has ended; many nudges become one run. With the ids of
    the ``records`` that changed it reads these alone, without them all that changed since the last run; what we have
    written ourselves until ``at``, when they changed, is left out. Never raises for a queue that cannot be reached.
    Side effect: a mark and a job for each of these syncs in Redis.
    """
    try:
        for sync_id, sides in concerned(connection_slug, object_name).items():
            for side in sides:
                waiting.mark(sync_id, side, records, at)
            _send(sync_id)
    except RedisError as error:
        logger.warning("a change waits for the next scheduled run: the job queue cannot be reached (%s)", error)


def nudge_others(connection_slug: str, object_name: str, records: Collection[str], but: Collection[int]) -> None:
    """Ask for runs because of what one of our own runs has written; not of the syncs whose keys are in ``but``.

    A sync starts at once for this reason at most every ten seconds, and else with the next sweep: two that overwrite
    each other's values do not keep the systems busy.
    """
    try:
        for sync_id, sides in concerned(connection_slug, object_name).items():
            if sync_id in but:
                continue
            for side in sides:
                waiting.mark(sync_id, side, records)
            if waiting.may_follow(sync_id):
                _send(sync_id)
    except RedisError as error:
        logger.info("what was written is read by other syncs with their next run by the clock: %s", error)


def put_back(sync_id: int, asked: Mapping[str, Collection[str]]) -> None:
    """What was asked for waits again: its run could not be made. The sweep asks for it."""
    try:
        for side, records in asked.items():
            waiting.mark(sync_id, side, records)
    except RedisError as error:
        logger.warning("sync %s waits for the next scheduled run: %s", sync_id, error)


def plan_again(sync_id: int) -> None:
    """Records of this sync have to be planned again because of what became of others; nothing has to be read."""
    try:
        waiting.mark(sync_id, waiting.PLAN_AGAIN)
        _send(sync_id)
    except RedisError as error:
        logger.info("sync %s waits for the next run by the clock: %s", sync_id, error)


def ask_again(sync_id: int) -> None:
    """A run of this sync has ended: ask for the next one where somebody has nudged it meanwhile."""
    try:
        if waiting.since(sync_id) is not None:
            _send(sync_id)
    except RedisError as error:
        logger.warning("sync %s waits for the next scheduled run: %s", sync_id, error)


def waiting_now() -> list[int]:
    """The syncs that were nudged and not run since; none while that cannot be asked."""
    try:
        return waiting.marked()
    except RedisError:
        return []


def concerned(connection_slug: str, object_name: str) -> dict[int, list[str]]:
    """The keys of the syncs with automatic updates that read this object there, each with the side that it is on."""
    found = {sync.pk: sides_of(sync, connection_slug, object_name) for sync in _at(connection_slug)}
    return {key: sides for key, sides in found.items() if sides}


def objects_read(connection: Connection) -> set[str]:
    """The objects that syncs with automatic updates read at a connection."""
    sides = ((sync, name) for sync in _at(connection.slug) for name in ("left", "right"))
    return {sync.parted.side(name).object for sync, name in sides if getattr(sync, f"{name}_id") == connection.pk}


def _at(connection_slug: str) -> QuerySet[Sync]:
    syncs = Sync.objects.on().filter(automatic_updates=True).select_related("left", "right").order_by()
    read = ("kind", "options", "left__slug", "right__slug")  # all columns would take most of the time of a message
    return syncs.only(*read).filter(Q(left__slug=connection_slug) | Q(right__slug=connection_slug))


def sides_of(sync: Sync, connection_slug: str, object_name: str) -> list[str]:
    """The sides on which a sync reads this object: all of it, or the part that is named."""
    kind = sync.parted
    sides = {"left": (sync.left, kind.left), "right": (sync.right, kind.right)}
    return [
        name
        for name, (connection, side) in sides.items()
        if connection.slug == connection_slug and object_name in (side.object, side.object.partition("/")[0])
    ]


def _send(sync_id: int) -> None:
    """One job at a time: whoever comes after it was taken asks anew."""
    if waiting.ask(sync_id):
        # before what has been waiting anyway: somebody has just changed something
        django_rq.get_queue("default").enqueue(RUN, sync_id, result_ttl=0, failure_ttl=3_600, at_front=True)
