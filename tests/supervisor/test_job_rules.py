"""Whoever writes to the queue without being SyncAdmin reaches nothing: no code runs, in no process."""

from __future__ import annotations

import json
import os
import pickle
import zlib
from pathlib import Path
from typing import Any

import django_rq
import pytest
import redis
from django.db import connections
from django.test import Client
from django_rq.cron import DjangoCronScheduler
from rq.group import Group
from rq.job import Job, JobStatus

from syncadmin.runs.pipeline import jobs
from syncadmin.supervisor import job_rules
from syncadmin.supervisor.worker import PromptWorker

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]

SWEEP = "syncadmin.runs.pipeline.jobs.sweep"
NOW = b"2026-01-01T00:00:00.000000Z"


class Payload:
    """Leaves a file behind wherever it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = str(trace)

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.trace,)


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "somebody_was_here"


def plant(valkey: redis.Redis, name: str, data: bytes, *, queued: bool = True, **fields: Any) -> None:
    """A job as somebody writes it who can reach the server's port and has no RQ."""
    own = {"origin": "default", "created_at": NOW, "enqueued_at": NOW, "status": "queued", "timeout": 60}
    valkey.hset(f"rq:job:{name}", mapping={**own, "data": zlib.compress(data), **fields})
    if queued:
        valkey.sadd("rq:queues", "rq:queue:default")
        valkey.rpush("rq:queue:default", name)


def call(function: Any, *arguments: object, bound_to: object = None) -> bytes:
    return json.dumps([function, bound_to, arguments, {}]).encode()


def work() -> None:
    queue = django_rq.get_queue("default")
    connections.close_all()  # the worker forks
    PromptWorker([queue], connection=queue.connection).work(burst=True, logging_level="CRITICAL")


def status(name: str) -> JobStatus | None:
    return Job.fetch(name, connection=django_rq.get_connection("default")).get_status()


def test_planted_jobs_are_refused_and_our_own_runs(valkey: redis.Redis, trace: Path) -> None:
    folder = str(trace)
    evil = pickle.dumps(Payload(trace))
    planted = {
        "pickled": (evil, {}),
        "foreign": (call("os.mkdir", folder), {}),
        "builtin": (call("eval", f"__import__('os').mkdir({folder!r})"), {}),
        "neighbour": (call("syncadmin.runs.pipeline.jobs.logger.parent.__class__", folder), {}),
        "method": (call("format", folder, bound_to="{0}"), {}),
        "no-name": (call([SWEEP]), {}),
        "no-call": (b'{"func": "os.mkdir"}', {}),
        "callback": (call(SWEEP), {"success_callback_name": "os.mkdir", "failure_callback_name": "os.mkdir"}),
        "pickled-meta": (call("os.mkdir", folder), {"meta": evil}),
    }
    for name, (data, fields) in planted.items():
        plant(valkey, name, data, **fields)
    own = django_rq.get_queue("default").enqueue(jobs.sweep)
    work()
    assert not trace.exists()
    assert {name: status(name) for name in planted} == dict.fromkeys(planted, JobStatus.FAILED)
    assert own.get_status() is JobStatus.FINISHED
    assert json.loads(own.data)[0] == SWEEP


def test_looking_after_and_looking_at_the_queue_runs_no_planted_code(
    valkey: redis.Redis, trace: Path, as_ada: Client
) -> None:
    """RQ fetches abandoned jobs, groups and results with classes of its own, also in the pages."""
    evil = pickle.dumps(Payload(trace))
    for name in ("abandoned", "grouped"):
        fields = {"status": "started", "failure_callback_name": "os.mkdir", "meta": evil, "result": evil}
        plant(valkey, name, evil, queued=False, **fields)
    valkey.zadd("rq:wip:default", {"abandoned:1": 1})
    valkey.zadd("rq:finished:default", {"grouped": 9_999_999_999})
    valkey.sadd("rq:groups", "rq:group:one")
    valkey.sadd("rq:group:one", "grouped")
    Group.clean_registries(connection=valkey)
    pages = ("/rq/", "/rq/stats.json", "/rq/queues/0/started/", "/rq/queues/0/finished/")
    assert {as_ada.get(path).status_code for path in pages} == {200}
    assert "cannot be shown" in as_ada.get("/rq/queues/0/grouped/").content.decode()
    work()
    assert not trace.exists()


def test_what_the_clock_starts_is_allowed_and_travels_as_json(valkey: redis.Redis) -> None:
    scheduler = DjangoCronScheduler()
    scheduler.load_config_from_file("syncadmin.runs.cron")
    on_the_clock = scheduler.get_jobs()
    assert {job.func_name for job in on_the_clock} < job_rules.ALLOWED
    for job in on_the_clock:
        enqueued = job.enqueue(valkey)
        stored = valkey.hget(enqueued.key, "data")
        assert json.loads(zlib.decompress(stored))[0] == job.func_name
        job_rules.check(enqueued)
