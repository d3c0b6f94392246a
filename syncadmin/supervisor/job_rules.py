"""Restricts the job queue to our own job functions with JSON arguments, as anybody with Redis access could add jobs.

Whoever can write to Redis chooses what RQ imports, calls and unpickles, in workers and in the pages that list jobs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rq import job as rq_job
from rq import serializers
from rq.exceptions import DeserializationError
from rq.job import Job
from rq.utils import import_attribute

ALLOWED = frozenset({
    "syncadmin.runs.services.automatic.start_by_clock",
    "syncadmin.runs.services.automatic.start_due",
    "syncadmin.runs.services.automatic.start_pushed",
    "syncadmin.inbox.services.empty_old_messages",
    "syncadmin.live.lag.forget_old",
    "syncadmin.live.webhooks.keep_all",
    "syncadmin.runs.cron.clear_expired_sessions",
    "syncadmin.runs.pipeline.jobs.advance_run",
    "syncadmin.runs.pipeline.jobs.run_nudged",
    "syncadmin.runs.pipeline.jobs.sweep",
})  # fmt: skip


class RefusedJob(ValueError):
    """A job that SyncAdmin did not enqueue. ``str()`` says what is wrong with it."""


def restrict_rq() -> None:
    """Side effect: nothing in this process unpickles a job, or imports a function that is not ALLOWED.

    RQ's settings reach the worker and its queues, but not groups, executions and the registries of the dashboard. All
    of them end in these two places.
    """
    # types: RQ declares these two as classes, and says nothing of their being replaced
    serializers.PickleSerializer = serializers.DefaultSerializer = serializers.JSONSerializer  # type: ignore[misc,assignment]
    serializers.SERIALIZER_ALIASES["pickle"] = serializers.JSONSerializer
    rq_job.import_attribute = _import_allowed


def check(job: Job) -> None:
    """Raises RefusedJob for anything but a plain call of an allowed function. Imports nothing."""
    try:
        name, bound_to = job.func_name, job.instance
    except DeserializationError:
        raise RefusedJob("The job is not JSON in the form that SyncAdmin writes.") from None
    _check_name(name)
    if bound_to is not None:
        raise RefusedJob("The job calls a method, which SyncAdmin's jobs never do.")
    if job._success_callback_name or job._failure_callback_name or job._stopped_callback_name or job.webhooks:
        raise RefusedJob("The job brings callbacks or webhooks, which SyncAdmin's jobs never do.")


def _check_name(name: object) -> None:
    if not isinstance(name, str) or name not in ALLOWED:
        raise RefusedJob(f"{str(name)[:100]!r} is not one of SyncAdmin's job functions.")


def _import_allowed(name: str) -> Callable[..., Any]:
    _check_name(name)
    return import_attribute(name)
