"""The background jobs. A job gets the id of a run and advances it; it is safe to run twice."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import DatabaseError, OperationalError, close_old_connections, connection
from django.db.models import Q
from django.utils import timezone
from rq import get_current_job

from syncadmin.engine.lifecycle import WORKING, RunState
from syncadmin.live import nudge
from syncadmin.runs import queue
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import control
from syncadmin.runs.pipeline.processes import has_died
from syncadmin.runs.pipeline.progress import cut_short, is_held, take_lease
from syncadmin.runs.services import automatic
from syncadmin.runs.storage import turns
from syncadmin.web.database import LOCKED, is_locked

logger = logging.getLogger(__name__)
# A fresh run that no worker has taken after this time was lost on the way to the queue.
LOST_AFTER = timedelta(seconds=15)


def advance_run(run_id: int) -> None:
    """Job: advance a run. Its outcome is in the run's row. If the job is lost, the sweep finds the run again."""
    try:
        advance_here(run_id)
    except OperationalError as error:
        if not is_locked(error):
            raise
        logger.error("run %s waits for the next sweep: %s", run_id, LOCKED)


def run_nudged(sync_id: int) -> None:
    """Job: after a nudge, run the sync at once with what changed.

    If another run is active, the nudge waits for its end or for the sweep.
    """
    if run := automatic.start_nudged(sync_id):
        advance_run(run.pk)


def advance_here(run_id: int) -> None:
    """Advance a run in this process. Raises OperationalError if the database stays locked.

    The one place that catches all other exceptions. An exception about a run that another worker has taken over, or
    that was deleted, is ignored.
    """
    job = get_current_job()
    run = take_lease(run_id, job.id if job else "")
    if run is None:
        return
    try:
        if control.advance(run) and job:
            for next_in_turn in turns.waiting(run):
                queue.send(next_in_turn)
            for sync_id in turns.sharing(run.sync).values_list("pk", flat=True):
                nudge.ask_again(sync_id)
    except Exception as error:
        if is_locked(error):
            raise
        close_old_connections()  # an alarm that rings inside a statement leaves its connection of no use
        if not is_held(run):
            logger.warning("run %s was taken over by another worker, or is gone", run_id)
            return
        logger.exception("run %s failed", run_id)
        control.fail_unexpectedly(run, error)


def process_died(job_id: str) -> None:
    """Called by a worker when the process of a job died: the next sweep but one takes the run over.

    Closes its database connection, because workers fork. Without a database the lease expires by itself.
    """
    try:
        cut_short(job_id)
    except DatabaseError as error:
        logger.error("the run of job %s waits for its lease to run out: %s", job_id, error)
    finally:
        connection.close()


def sweep() -> int:
    """Queue every run that should be active and is not: lost jobs, dead workers, pauses that are over."""
    now = timezone.now()
    Run.objects.filter(state=RunState.PAUSED, paused_until__lte=now).update(
        state=RunState.QUEUED, paused_until=None, lease_until=None
    )
    for holder in Run.objects.filter(lease_until__gt=now).values_list("leased_by", flat=True):
        if has_died(holder):
            cut_short(holder)
    forgotten = Q(lease_until__isnull=True, created_at__lte=now - LOST_AFTER) | Q(lease_until__lte=now)
    found = list(Run.objects.filter(forgotten, state__in=sorted(WORKING)).values_list("pk", flat=True))
    for run_id in found:
        queue.send(run_id)
    for sync_id in automatic.ready_of(nudge.waiting_now()):
        nudge.ask_again(sync_id)
    return len(found)
