"""Mails are kept to be read, also those that were not sent; administrators choose which they get."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from pytest_django import Settings

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.steps import Side, Verb
from syncadmin.logs import mails, notifications
from syncadmin.logs.models import Mail, MailChoice
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import MirrorRecord, Run
from syncadmin.runs.services.refusal_mail import mail_refusals
from syncadmin.supervisor.parts import environment
from tests.runs.stored import stored_record, stored_run, stored_step


def alert(title: str = "Error syncing Accounts") -> None:
    notifications.notify_administrators(title=title, text="Zendesk refuses the secret.", path="/runs/1/")


def test_a_mail_can_be_read_on_a_page_by_administrators(as_ada: Client, as_olaf: Client) -> None:
    alert()
    sent = Mail.objects.get()
    assert "Error syncing Accounts" in as_ada.get("/logs/mails/").content.decode()
    shown = as_ada.get(f"/logs/mails/{sent.pk}/").content.decode()
    assert "Zendesk refuses the secret." in shown
    assert "ada@example.com" in shown
    assert as_olaf.get("/logs/mails/").status_code == 403
    assert as_olaf.get(f"/logs/mails/{sent.pk}/").status_code == 403


def test_a_mail_that_could_not_be_sent_is_shown_until_one_can_be(
    as_ada: Client, as_vera: Client, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    alert()
    for path in ("/", "/settings/"):
        assert "A mail could not be sent" in as_ada.get(path).content.decode(), path
        assert "A mail could not be sent" not in as_vera.get(path).content.decode(), path
    assert "Not sent" in as_ada.get("/logs/mails/").content.decode()
    assert "Connection refused" in as_ada.get(f"/logs/mails/{Mail.objects.get().pk}/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    alert()
    assert "A mail could not be sent" not in as_ada.get("/settings/").content.decode()


def test_the_demo_keeps_every_mail_once_and_delivers_none(as_ada: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = environment({}, Path("demo"), {"web": 1})["EMAIL_BACKEND"]
    alert()
    Client().post("/account/password/reset/", {"email": "ada@example.com"})
    assert [row.to for row in Mail.objects.all()] == ["ada@example.com"] * 2
    assert "delivers none" in as_ada.get("/logs/mails/").content.decode()


def test_only_the_latest_mails_are_kept(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mails, "KEPT", 3)
    for number in range(5):
        alert(f"Error {number}")
    assert [row.subject for row in Mail.objects.all()] == [f"SyncAdmin · Error {number}" for number in (4, 3, 2)]


def test_an_administrator_chooses_which_mails_come(as_ada: Client, ada: User) -> None:
    assert 'name="alerts"' in as_ada.get("/logs/mails/choose/").content.decode()
    assert as_ada.post("/logs/mails/choose/", {"refused": "on"}).status_code == 302
    alert()
    assert mail.outbox == []
    notifications.notify_of_refused(title="one", text="x", path="/")
    assert [message.to for message in mail.outbox] == [["ada@example.com"]]
    ada.groups.clear()
    notifications.notify_of_refused(title="two", text="x", path="/")
    assert len(mail.outbox) == 1, "who is administrator no longer gets none"


def refused_run(sync: Sync, *lefts: str) -> Run:
    run = stored_run(sync, RunState.REJECTIONS, trigger=Trigger.AUTOMATIC)
    for left in lefts:
        stored_step(run, f"Company {left}", Verb.UPDATE.on(Side.RIGHT), state=StepState.REJECTED, left_id=left)
        stored_record(sync, "left", left, f"Company {left}", status="rejected")
    return run


def test_refused_records_of_automatic_updates_are_mailed_once_for_each_change(quiet_sync: Sync, ada: User) -> None:
    MailChoice.objects.create(person=ada, refused=True)
    told = []
    for lefts in (["a", "b"], ["a", "b"], ["b", "a"], ["a"], [], ["a"]):
        before = len(mail.outbox)
        MirrorRecord.objects.filter(sync=quiet_sync).delete()
        mail_refusals(refused_run(quiet_sync, *lefts))
        told.append(len(mail.outbox) - before)
    assert told == [1, 0, 0, 1, 0, 1]
    assert "Company a" in mail.outbox[0].body


def test_a_record_that_rests_and_is_tried_again_is_no_change(quiet_sync: Sync, ada: User) -> None:
    MailChoice.objects.create(person=ada, refused=True)
    mail_refusals(refused_run(quiet_sync, "a"))
    mail_refusals(refused_run(quiet_sync))  # it rests, and still stands refused
    MirrorRecord.objects.filter(sync=quiet_sync).delete()
    mail_refusals(refused_run(quiet_sync, "a"))
    assert len(mail.outbox) == 1


def test_who_starts_a_run_without_an_address_reads_beside_the_button_that_no_mail_comes(
    as_olaf: Client, olaf: User, quiet_sync: Sync
) -> None:
    quiet = "No mail is sent when the run has ended"
    working = stored_run(quiet_sync, RunState.READING, started_by=olaf)
    assert quiet not in as_olaf.get(quiet_sync.get_absolute_url()).content.decode()
    assert "A mail goes to olaf@example.com" in as_olaf.get(working.get_absolute_url()).content.decode()
    User.objects.filter(pk=olaf.pk).update(email="")
    assert quiet in as_olaf.get(working.get_absolute_url()).content.decode()
    working.delete()
    assert quiet in as_olaf.get("/").content.decode()


def test_who_approves_a_plan_reads_whether_its_starter_gets_a_mail(as_ada: Client, olaf: User, plan: Run) -> None:
    Run.objects.filter(pk=plan.pk).update(started_by=olaf)
    assert "A mail goes to olaf@example.com" in as_ada.get(plan.get_absolute_url()).content.decode()
    User.objects.filter(pk=olaf.pk).update(email="")
    assert "olaf has no e-mail address" in as_ada.get(plan.get_absolute_url()).content.decode()
