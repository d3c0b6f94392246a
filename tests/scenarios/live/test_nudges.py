"""A nudge starts a run within seconds; it brings no data, and nothing hangs on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
from django.utils import timezone
from django_rq import get_queue
from rq import SimpleWorker

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.live import waiting
from syncadmin.live.nudge import nudge
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import automatic, removal
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.runs import run

pytestmark = pytest.mark.redis


def work() -> None:
    """A worker takes what is queued, until nothing is."""
    queue = get_queue("default")
    SimpleWorker([queue], connection=queue.connection).work(burst=True, logging_level="ERROR")


@pytest.fixture
def live(company: Company, valkey: redis.Redis) -> Sync:
    """A sync that somebody has gone live with; nothing waits."""
    company.account("Acme", Description="one")
    sync = company.configure(automatic_updates=True)
    run(sync)
    company.check_connections()
    return sync


def test_many_nudges_become_one_run_that_reads_what_changed(company: Company, live: Sync) -> None:
    company.edit_account(company.accounts()["Acme"]["Id"], Description="two")
    for _ in range(20):
        nudge("sf", "Account")
        nudge("zd", "organization")
    assert len(get_queue("default").jobs) == 1
    work()
    assert company.organizations()["Acme"]["notes"] == "two"
    assert Run.objects.filter(trigger="automatic").count() == 1
    assert waiting.marked() == []


def test_what_concerns_nobody_starts_nothing(company: Company, live: Sync) -> None:
    """Another object, another connection, a sync without automatic updates or one that is off."""
    nudge("sf", "Contact")
    nudge("nobody", "Account")
    for change in ({"automatic_updates": False}, {"automatic_updates": True, "enabled": False}):
        Sync.objects.update(**change)
        nudge("sf", "Account")
    assert get_queue("default").jobs == []
    assert waiting.marked() == []


def test_a_nudge_during_a_run_is_followed_by_one_more(company: Company, live: Sync) -> None:
    """An edit during a bulk run is not lost, and no two runs of a sync work at once."""
    busy = services.start(live, write=True, enqueue=False)
    nudge("sf", "Account")
    work()
    assert Run.objects.filter(trigger="automatic").count() == 0, "one at a time"
    assert waiting.marked() == [live.pk]
    company.edit_account(company.accounts()["Acme"]["Id"], Description="two")
    services.queue.send(busy.pk)
    work()
    busy.refresh_from_db()
    assert busy.status is RunState.COMPLETED
    assert company.organizations()["Acme"]["notes"] == "two"
    assert waiting.marked() == []


def test_a_lost_job_is_asked_for_again_and_an_emptied_queue_is_outlived(
    company: Company, live: Sync, valkey: redis.Redis
) -> None:
    id = company.accounts()["Acme"]["Id"]
    company.edit_account(id, Description="two")
    nudge("sf", "Account")
    get_queue("default").empty()
    valkey.delete(f"{waiting.NUDGED}:asked:{live.pk}")  # the time of the job is over
    jobs.sweep()
    work()
    assert company.organizations()["Acme"]["notes"] == "two"
    company.edit_account(id, Description="three")
    nudge("sf", "Account")
    valkey.flushall()
    work()
    assert company.organizations()["Acme"]["notes"] == "two"
    assert automatic.start_by_clock() == 1
    work()
    assert company.organizations()["Acme"]["notes"] == "three"


def test_without_a_queue_a_nudge_is_forgotten_and_harms_nobody(company: Company) -> None:
    run(company.configure(automatic_updates=True))
    nudge("sf", "Account")


def test_what_was_nudged_waits_for_the_end_of_a_pause_and_ends_with_its_sync(
    company: Company, live: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.edit_account(company.accounts()["Acme"]["Id"], Description="two")
    nudge("sf", "Account")
    Sync.objects.update(paused_until=timezone.now() + timedelta(hours=1))
    work()
    jobs.sweep()
    assert get_queue("default").jobs == []
    assert (company.organizations()["Acme"]["notes"], waiting.marked()) == ("one", [live.pk])
    Sync.objects.update(paused_until=None)
    jobs.sweep()
    work()
    assert company.organizations()["Acme"]["notes"] == "two"

    nudge("sf", "Account", ["001"])
    monkeypatch.setattr(automatic, "_start", lambda *_, **__: None)  # somebody else's run has begun in between
    work()
    assert waiting.marked() == [live.pk], "what no run has taken waits"
    monkeypatch.undo()
    nudge("sf", "Account")
    removal.delete(live, by="a test")
    work()
    assert waiting.marked() == []
