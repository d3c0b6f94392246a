"""The way from a pressed button to a worker: on commit, lost without harm, found again by the sweeper."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import timedelta

import pytest
import redis
from django.db import transaction
from django.utils import timezone
from django_rq import get_queue
from django_rq.cron import DjangoCronScheduler
from pytest_django import Settings
from rq import SimpleWorker

from syncadmin.engine.lifecycle import ACTIVE, RunState
from syncadmin.runs import queue
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import jobs, progress
from syncadmin.runs.pipeline.processes import this_process
from syncadmin.runs.pipeline.progress import take_lease
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company

pytestmark = pytest.mark.redis

NOBODY = "redis://127.0.0.1:1/0"


def queued() -> list[int]:
    """The runs that workers are asked to advance, in order."""
    return [job.args[0] for job in get_queue("default").jobs if job.func_name.endswith("advance_run")]


def work() -> None:
    """A worker takes what is queued, until nothing is."""
    queue = get_queue("default")
    SimpleWorker([queue], connection=queue.connection).work(burst=True, logging_level="ERROR")


def grow_old(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - jobs.LOST_AFTER)


def test_workers_are_asked_when_the_start_is_committed_and_not_before(company: Company, valkey: redis.Redis) -> None:
    sync = company.configure()
    with transaction.atomic():
        run = services.start(sync)
        assert queued() == []
    assert queued() == [run.pk]


def test_a_start_that_is_rolled_back_asks_nobody(company: Company, valkey: redis.Redis) -> None:
    sync = company.configure()
    with transaction.atomic():
        services.start(sync)
        transaction.set_rollback(True)
    assert queued() == []
    assert not Run.objects.exists()


def test_a_worker_takes_a_run_to_its_end(company: Company, valkey: redis.Redis) -> None:
    company.account("Acme")
    run = services.start(company.configure(), write=True)
    work()
    run.refresh_from_db()
    assert run.status is RunState.COMPLETED
    assert "Acme" in company.organizations()


def test_a_job_that_is_delivered_twice_works_once(company: Company, valkey: redis.Redis) -> None:
    company.account("Acme")
    run = services.start(company.configure(), write=True)
    queue.enqueue(run.pk)
    work()
    calls = company.calls(company.zendesk)
    assert calls["POST /api/v2/organizations/create_many"] == 1


def test_a_second_worker_leaves_a_run_that_one_is_working_on_alone(company: Company) -> None:
    company.account("Acme")
    run = services.start(company.configure(), write=True, enqueue=False)
    assert take_lease(run.pk) is not None
    before = Run.objects.filter(pk=run.pk).values().get()
    jobs.advance_run(run.pk)
    assert Run.objects.filter(pk=run.pk).values().get() == before
    assert not company.calls(company.zendesk)


def test_a_paused_run_is_not_woken_before_its_time_by_a_stray_job(company: Company) -> None:
    run = services.start(company.configure(), write=True, enqueue=False)
    until = timezone.now() + timedelta(hours=1)
    Run.objects.filter(pk=run.pk).update(state=RunState.PAUSED, paused_until=until)
    jobs.advance_run(run.pk)
    run.refresh_from_db()
    assert run.status is RunState.PAUSED
    assert run.lease_until is None


def test_without_a_queue_a_run_stays_queued_and_the_log_says_so(
    company: Company, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.RQ_QUEUES = {"default": {**settings.RQ_QUEUES["default"], "URL": NOBODY}}
    sync = company.configure()
    with caplog.at_level(logging.ERROR):
        run = services.start(sync)
    run.refresh_from_db()
    assert run.status is RunState.QUEUED
    assert f"run {run.pk} waits" in caplog.text


def test_the_sweeper_finds_a_run_that_was_lost_on_the_way_to_the_queue(company: Company, valkey: redis.Redis) -> None:
    company.account("Acme")
    run = services.start(company.configure(), write=True)
    valkey.flushall()
    assert jobs.sweep() == 0, "a young one may be on its way"
    grow_old(run)
    assert jobs.sweep() == 1
    work()
    run.refresh_from_db()
    assert run.status is RunState.COMPLETED


def test_the_sweeper_finds_a_run_whose_worker_died(company: Company, valkey: redis.Redis) -> None:
    run = services.start(company.configure(), write=True, enqueue=False)
    grow_old(run)
    assert take_lease(run.pk) is not None
    assert jobs.sweep() == 0, "its worker may live"
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now())
    assert jobs.sweep() == 1
    assert queued() == [run.pk]


def test_the_sweeper_cuts_the_lease_of_a_command_that_was_killed(company: Company, valkey: redis.Redis) -> None:
    """Of one on this machine alone: whether others live nobody knows before their lease is over."""
    run = services.start(company.configure(), write=True, enqueue=False)
    held, lease = Run.objects.filter(pk=run.pk), timezone.now() + timedelta(hours=1)
    assert take_lease(run.pk) is not None
    held.update(lease_until=lease)
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    machine = this_process().rpartition(" ")[0]
    for holder in (this_process(), f"process elsewhere {ended.pid}", "the id of a job", ""):
        held.update(leased_by=holder)
        jobs.sweep()
        assert held.get().lease_until == lease, holder
    held.update(leased_by=f"{machine} {ended.pid}")
    jobs.sweep()
    assert timezone.now() < held.get().lease_until < lease, "what it sent may still arrive"


def test_the_sweeper_wakes_a_paused_run_when_its_time_has_come(company: Company, valkey: redis.Redis) -> None:
    run = services.start(company.configure(), write=True, enqueue=False)
    grow_old(run)
    pause = Run.objects.filter(pk=run.pk)
    pause.update(state=RunState.PAUSED, paused_until=timezone.now() + timedelta(minutes=1))
    assert jobs.sweep() == 0
    pause.update(paused_until=timezone.now())
    assert jobs.sweep() == 1
    work()
    run.refresh_from_db()
    assert run.status is RunState.COMPLETED


@pytest.mark.parametrize("state", sorted(set(RunState) - ACTIVE))
def test_the_sweeper_lets_runs_rest_that_wait_for_a_person_or_are_over(
    company: Company, valkey: redis.Redis, state: RunState
) -> None:
    run = Run.objects.create(sync=company.configure(), state=state)
    grow_old(run)
    assert jobs.sweep() == 0


def test_the_sweeper_and_the_automatic_updates_are_on_the_clock(
    valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "syncadmin.runs.cron", raising=False)  # its import is what registers
    scheduler = DjangoCronScheduler()
    scheduler.load_config_from_file("syncadmin.runs.cron")
    clock = {job.func_name: (job.interval, job.cron) for job in scheduler.get_jobs()}
    sweep_seconds, _ = clock["syncadmin.runs.pipeline.jobs.sweep"]
    assert sweep_seconds + progress.ARRIVES_WITHIN.total_seconds() < 30, "a dead process is noticed within 30 s"
    assert sweep_seconds + jobs.LOST_AFTER.total_seconds() < 30, "and so is a lost job"
    assert "syncadmin.runs.services.automatic.start_by_clock" in clock
