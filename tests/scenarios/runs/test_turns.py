"""Syncs that share records take turns: a run of one waits while a run of another reads, plans and writes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.pipeline.progress import release, take_lease
from syncadmin.runs.services import runs as services
from syncadmin.runs.storage import turns
from tests.worlds.company import Company
from tests.worlds.people import completed, ready
from tests.worlds.runs import advance, run

pytestmark = pytest.mark.postgres


def at_work(sync_run: Run) -> Run:
    """A worker has this run and its turn."""
    held = take_lease(sync_run.pk)
    assert held is not None
    assert turns.take(held) is None
    return held


def test_a_run_waits_for_another_of_the_same_records_and_says_for_which(company: Company) -> None:
    contacts = ready(company)
    leads = company.configure_people("leads")
    first = at_work(services.start(contacts, enqueue=False))
    second = advance(services.start(leads, write=True, enqueue=False, out_of_order=True))
    assert second.status is RunState.QUEUED
    assert second.message == (
        f"Waits for run {first.pk} of contacts, which uses the same records. It starts automatically after that."
    )
    assert second.planned_at is None
    assert turns.waiting(first) == [second.pk]
    assert advance(second).status is RunState.QUEUED, "however often a worker asks"
    release(first)
    ended = advance(second)
    assert (ended.status, ended.message) == (RunState.COMPLETED, "")
    assert turns.waiting(first) == []


def test_the_turn_of_a_dead_worker_runs_out(company: Company) -> None:
    contacts = ready(company)
    leads = company.configure_people("leads")
    dead = at_work(services.start(contacts, enqueue=False))
    waiting = advance(services.start(leads, enqueue=False, out_of_order=True))
    Run.objects.filter(pk=dead.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert advance(waiting).status is RunState.COMPLETED
    jobs.advance_run(dead.pk)
    dead.refresh_from_db()
    assert dead.status is RunState.COMPLETED


def test_who_waits_can_be_cancelled_at_once(company: Company) -> None:
    contacts = ready(company)
    accounts = run(company.configure()).sync
    at_work(services.start(contacts, enqueue=False))
    waiting = advance(services.start(accounts, enqueue=False))
    assert waiting.status is RunState.QUEUED, "contacts stand at accounts"
    assert services.cancel(waiting).status is RunState.CANCELLED


def test_a_plan_that_waits_for_approval_holds_nobody_up(company: Company) -> None:
    contacts = ready(company)
    company.contact("One", "one@test.com")
    waiting = advance(services.start(contacts, enqueue=False))
    assert waiting.status is RunState.PLANNED
    completed(company.configure())
    assert advance(services.approve(waiting, enqueue=False)).status is RunState.COMPLETED
