"""A nudge: something of an object has changed at a connection. What has changed is read by the run that follows.

Nothing of a record is kept, so a nudge that is lost, doubled, late or forged costs calls at most; runs by the clock
find what no nudge told of.
"""

from __future__ import annotations

import logging

import django_rq
from django.db.models import Q
from redis.exceptions import RedisError

from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.live import waiting

logger = logging.getLogger(__name__)
RUN = "syncadmin.runs.pipeline.jobs.run_nudged"


def nudge(connection_slug: str, object_name: str) -> None:
    """Ask for a run of every sync with automatic updates that reads this object at this connection.

    It starts at once, or as soon as the present run of the sync has ended; many nudges become one run. Never raises for
    a queue that cannot be reached. Side effect: a mark and a job for each of these syncs in Redis.
    """
    ask_for(concerned(connection_slug, object_name))


def ask_for(syncs: list[int]) -> None:
    """The same for these syncs."""
    if not syncs:
        return
    try:
        for sync_id in syncs:
            waiting.mark(sync_id)
            _send(sync_id)
    except RedisError as error:
        logger.warning("a change waits for the next run by the clock: the job queue cannot be reached (%s)", error)


def ask_again(sync_id: int) -> None:
    """A run of this sync has ended: ask for the next one where somebody has nudged it meanwhile."""
    try:
        if waiting.since(sync_id) is not None:
            _send(sync_id)
    except RedisError as error:
        logger.warning("sync %s waits for the next run by the clock: %s", sync_id, error)


def waiting_now() -> list[int]:
    """The syncs that were nudged and not run since; none while that cannot be asked."""
    try:
        return waiting.marked()
    except RedisError:
        return []


def concerned(connection_slug: str, object_name: str) -> list[int]:
    """The keys of the syncs with automatic updates that read this object there."""
    syncs = Sync.objects.on().filter(automatic_updates=True).select_related("left", "right")
    at_it = syncs.filter(Q(left__slug=connection_slug) | Q(right__slug=connection_slug))
    return [sync.pk for sync in at_it if object_name in objects_read(sync, connection_slug)]


def objects_read(sync: Sync, connection_slug: str) -> set[str]:
    """The names of the objects that a sync reads at a connection, without the part that is only its own."""
    kind = kind_of(sync.kind)
    sides = ((sync.left, kind.left), (sync.right, kind.right))
    return {side.object for connection, side in sides if connection.slug == connection_slug}


def _send(sync_id: int) -> None:
    """One job at a time: whoever comes after it was taken asks anew."""
    if waiting.ask(sync_id):
        # before what has been waiting anyway: somebody has just changed something
        django_rq.get_queue("default").enqueue(RUN, sync_id, result_ttl=0, failure_ttl=3_600, at_front=True)
