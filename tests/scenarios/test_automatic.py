"""Automatic updates, and what happens when a system cannot be talked to."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone

from connectors import services as connections
from connectors.models import Connection
from mappings.models import Sync
from syncadmin.engine.breaker import TRIES_AGAIN_AFTER
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs import automatic
from syncadmin.runs.models import Health, Run, Trigger
from syncadmin.runs.pipeline import jobs
from syncadmin.web.roles import Role
from tests.personas import person
from tests.scenarios.conftest import Company, plan, run


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that were handed to the workers; there are none here."""
    found: list[int] = []
    monkeypatch.setattr(jobs, "_send", found.append)
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
