"""The job queue. A job is the id of a run and the name of a function, so that enqueuing imports no pipeline code."""

from __future__ import annotations

import logging

import django_rq
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
ADVANCE = "syncadmin.runs.pipeline.jobs.advance_run"


def enqueue(run_id: int) -> None:
    """Ask the workers to advance a run, after the present transaction commits.

    Without Redis the run stays queued in the database, and the sweep asks again.
    """
    transaction.on_commit(lambda: send(run_id))


def send(run_id: int) -> None:
    """Ask at once. A queue that cannot be reached is logged, never raised."""
    try:
        queue = django_rq.get_queue("default")
        # no retry by RQ: it would meet the lease of the dead worker, the sweeper asks again once that has run out
        queue.enqueue(ADVANCE, run_id, result_ttl=300, failure_ttl=86_400)
    except RedisError as error:
        logger.error("run %s waits: the job queue cannot be reached (%s)", run_id, error)


def answers() -> bool:
    """Whether the queue can be reached."""
    try:
        return bool(django_rq.get_connection("default").ping())
    except RedisError:
        return False
