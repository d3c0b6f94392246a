"""Automatic updates, and what happens when a system cannot be talked to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape

import django_rq
import pytest
import redis
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from connectors import services as connections
from connectors.models import Connection
from mappings.models import Sync
from syncadmin.engine.breaker import LASTS_TOO_LONG, TRIES_AGAIN_AFTER
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs import queue
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import Health, Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import automatic
from syncadmin.runs.services import runs as services
from syncadmin.web.roles import Role
from tests.personas import person
from tests.worlds.company import Company
from tests.worlds.runs import plan, run


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that were handed to the workers; there are none here."""
    found: list[int] = []
    monkeypatch.setattr(queue, "send", found.append)
    return found


def work(sent: list[int]) -> None:
    while sent:
        jobs.advance_run(sent.pop())


def break_credentials(sync: Sync) -> None:
    connection = Connection.objects.get(pk=sync.right_id)
    connections.save_settings(connection, {**connection.settings, "client_secret": "revoked"})
    connection.save()


def mend_credentials(company: Company, sync: Sync) -> None:
    connection = Connection.objects.get(pk=sync.right_id)
    secret = company.zendesk.credentials["client_secret"]
    connections.save_settings(connection, {**connection.settings, "client_secret": secret})
    connection.save()


def test_nothing_starts_by_itself_before_a_person_has_gone_live(company: Company, sent: list[int]) -> None:
    company.account("Acme")
    sync = company.configure(automatic_updates=True)
    plan(sync)
    assert automatic.start_due() == 0


def test_nothing_starts_by_itself_over_a_connection_that_was_not_tested_since_it_changed(
    company: Company, sent: list[int]
) -> None:
    """S3.3: a file may ask for automatic updates before anybody has tested its connections."""
    company.account("Acme")
    run(company.configure(automatic_updates=True))
    assert automatic.start_due() == 0
    company.check_connections()
    assert automatic.start_due() == 1


def test_a_change_is_written_by_itself_once_live(company: Company, sent: list[int]) -> None:
    """S3.14."""
    id = company.account("Acme", Description="one")
    run(company.configure(automatic_updates=True))
    company.check_connections()
    company.edit_account(id, Description="two")
    assert automatic.start_due() == 1
    work(sent)
    assert company.organizations()["Acme"]["notes"] == "two"
    assert Run.objects.first().trigger == Trigger.AUTOMATIC


def test_each_sync_is_updated_at_its_own_interval(company: Company, sent: list[int], as_ada: Client) -> None:
    """By the clock, whenever the last start was; what a passed test starts waits for no interval."""
    company.account("Acme")
    sync = company.configure(automatic_updates=True, interval=60)
    run(sync)
    company.check_connections()
    noon = datetime(2026, 11, 30, 12, 0, 4, tzinfo=UTC)
    assert automatic.start_by_clock(noon) == 1
    work(sent)
    started = [automatic.start_by_clock(noon + timedelta(minutes=minutes)) for minutes in range(5, 60, 5)]
    assert started == [0] * 11
    assert automatic.start_by_clock(noon + timedelta(minutes=60, seconds=-3)) == 1, "a clock is a little early"
    work(sent)
    assert "every hour" in as_ada.get(sync.get_absolute_url()).content.decode()
    answer = as_ada.post(f"{sync.get_absolute_url()}automatic/", {"automatic_updates": "yes", "interval": "10"})
    assert answer.status_code == 302
    assert automatic.start_by_clock(noon + timedelta(minutes=70)) == 1
    work(sent)
    assert automatic.start_due() == 1


def test_an_automatic_run_that_finds_nothing_leaves_no_trace(company: Company, sent: list[int]) -> None:
    company.account("Acme")
    run(company.configure(automatic_updates=True))
    company.check_connections()
    before = Run.objects.count()
    automatic.start_due()
    work(sent)
    assert Run.objects.count() == before


def test_revoked_credentials_send_exactly_one_alert_and_one_recovery(company: Company, sent: list[int]) -> None:
    """S3.C1, acceptance test 18."""
    person("ada", Role.ADMINISTRATOR)
    company.account("Acme")
    sync = company.configure(automatic_updates=True)
    run(sync)
    company.check_connections()
    mail.outbox.clear()
    break_credentials(sync)
    for _ in range(6):
        automatic.start_due()
        work(sent)
    assert [message.subject for message in mail.outbox] == ["SyncAdmin · Error syncing Accounts and organizations"]
    assert "contact your administrator" not in mail.outbox[0].body
    assert Run.objects.filter(state=RunState.FAILED).count() == 3, "an open breaker starts nothing more"
    mend_credentials(company, sync)
    Health.objects.update(last_failure=timezone.now() - TRIES_AGAIN_AFTER)
    automatic.start_due()
    work(sent)
    assert [message.subject for message in mail.outbox[1:]] == [
        "SyncAdmin · Syncing Accounts and organizations works again"
    ]


def test_one_dead_credential_sends_one_mail_for_all_syncs_and_a_passed_test_ends_the_rest(
    company: Company, sent: list[int], valkey: redis.Redis, as_ada: Client
) -> None:
    """The first sync that gives up tells of it, the first that works again tells of that."""
    company.account("Acme")
    syncs = [company.configure(automatic_updates=True)]
    syncs += [company.configure_people(slug, automatic_updates=True) for slug in ("contacts", "leads")]
    for sync in syncs:
        run(sync)
    company.check_connections()
    mail.outbox.clear()
    break_credentials(syncs[0])
    Connection.objects.update(last_check_ok=True)  # nobody has noticed
    for _ in range(6):
        automatic.start_due()
        work(sent)
    assert Health.objects.filter(open_since__isnull=False).count() == 3
    [alert] = mail.outbox
    assert alert.subject.startswith("SyncAdmin · Error syncing ")
    told = alert.subject + alert.body
    assert all(kind in told for kind in ("Accounts and", "Contacts and", "Leads and")), "who else is concerned"
    overview = as_ada.get("/").content.decode()
    assert "Zendesk" in Health.objects.values_list("cause", flat=True)[0]
    assert Health.objects.values_list("cause", flat=True)[0] in unescape(overview), "a refused secret is called that"
    assert "could not be reached" not in overview
    mend_credentials(company, syncs[0])
    assert automatic.start_due() == 0, "it rests"
    company.check_connections()
    assert [job.func_name for job in django_rq.get_queue().jobs] == ["syncadmin.runs.services.automatic.start_due"]
    assert "Automatic updates paused" not in as_ada.get("/").content.decode()
    assert automatic.start_due() == 3
    work(sent)
    [recovery] = mail.outbox[1:]
    assert recovery.subject.endswith(" works again")
    assert not Health.objects.filter(alerted=True).exists()


def test_a_system_that_does_not_answer_for_a_quarter_of_an_hour_is_told_once(
    company: Company, sent: list[int], ada: User
) -> None:
    """Its run waits and tries again, so no run fails for the better part of an hour."""
    company.account("Acme")
    sync = company.configure()
    company.fault(
        company.zendesk,
        {"method": "GET", "path": "*", "times": 99, "answer": {"status": 503, "headers": {}, "body": {}}},
    )
    waiting = services.start(sync, write=True)
    work(sent)
    waiting.refresh_from_db()
    assert waiting.status is RunState.PAUSED
    assert mail.outbox == []
    for _ in range(2):
        Health.objects.update(failing_since=timezone.now() - LASTS_TOO_LONG)
        services.resume(Run.objects.get(pk=waiting.pk), by_itself=True)
        work(sent)
    assert [message.subject for message in mail.outbox] == ["SyncAdmin · Error syncing Accounts and organizations"]
    assert "The run continues when the system answers again" in mail.outbox[0].body
    company.fault(company.zendesk)
    services.resume(Run.objects.get(pk=waiting.pk))
    work(sent)
    subjects = [message.subject for message in mail.outbox[1:]]
    assert "SyncAdmin · Syncing Accounts and organizations works again" in subjects


def test_a_waiting_plan_is_never_discarded_by_an_automatic_run(company: Company, sent: list[int]) -> None:
    id = company.account("Acme")
    sync = company.configure(automatic_updates=True)
    run(sync)
    company.check_connections()
    company.edit_account(id, Description="two")
    waiting = plan(sync)
    assert automatic.start_due() == 0
    waiting.refresh_from_db()
    assert waiting.status is RunState.PLANNED


def test_a_plan_that_nobody_can_approve_any_more_does_not_stop_automatic_updates(
    company: Company, sent: list[int], as_vera: Client
) -> None:
    """It is discarded with a word on why; one that can be approved makes them rest, and its page says so."""
    id = company.account("Acme", Description="one")
    sync = company.configure(automatic_updates=True)
    run(sync)
    company.check_connections()
    company.edit_account(id, Description="two")
    assert "rest" not in as_vera.get("/runs/rests/accounts/").content.decode()
    assert "Automatic updates on" in as_vera.get("/kinds/accounts_organizations/").content.decode()
    waiting = plan(sync)
    assert automatic.start_due() == 0
    assert waiting.get_absolute_url() in as_vera.get("/runs/rests/accounts/").content.decode()
    for page in ("/kinds/accounts_organizations/", "/syncs/accounts/"):
        shown = as_vera.get(page).content.decode()
        assert ("Automatic updates on" in shown, "Automatic updates paused" in shown) == (False, True), page
    assert "Automatic updates of this sync are paused" in as_vera.get(f"/runs/{waiting.pk}/").content.decode()
    assert "Automatic updates are paused until" in as_vera.get("/").content.decode()
    company.configure(automatic_updates=True, tags=[])
    assert "The next automatic update replaces it" in as_vera.get(f"/runs/{waiting.pk}/").content.decode()
    assert automatic.start_due() == 1
    waiting.refresh_from_db()
    assert waiting.status is RunState.DISCARDED
    assert "the mapping was changed" in waiting.message
    work(sent)
    assert company.organizations()["Acme"]["notes"] == "two"
