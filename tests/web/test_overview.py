"""The first page of a fresh installation, and of one that is on its way."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from model_bakery import baker

from connectors.models import Connection
from mappings.models import FieldMapping, Sync
from syncadmin.firststeps import facts as facts_of
from syncadmin.firststeps import on_the_way
from syncadmin.runs.models import Run
from syncadmin.web.firststeps import Facts, StepProgress, first_steps


def _connected(ok: bool | None) -> list[Connection]:
    return [
        Connection.objects.create(slug=kind, name=kind, kind=kind, base_url="https://example.com", last_check_ok=ok)
        for kind in ("salesforce", "zendesk")
    ]


def facts() -> Facts:
    return facts_of(*on_the_way())


def _next() -> str:
    return next((step.name for step in first_steps(facts()) if step.state is StepProgress.NEXT), "")


def test_a_fresh_installation_begins_with_connecting(as_vera: Client) -> None:
    page = as_vera.get("/").content.decode()
    assert "0 of 2 systems connected" in page
    assert "Add a connection" in page


@pytest.mark.django_db
def test_two_connections_of_one_system_are_one_side() -> None:
    for slug in ("a", "b"):
        Connection.objects.create(slug=slug, name=slug, kind="zendesk", base_url="https://example.com")
    assert facts().sides_connected == 1
    assert _next() == "Connect"


def test_the_path_stays_until_a_sync_updates_automatically_or_it_is_hidden(as_vera: Client) -> None:
    left, right = _connected(ok=True)
    sync = Sync.objects.create(slug="accounts", kind="accounts_organizations", left=left, right=right)
    baker.make(Run, sync=sync, state="completed", write=True, planned_at=timezone.now(), counts={"written": 3})
    assert "Changes can be written automatically from now on." in as_vera.get("/").content.decode()
    Sync.objects.update(automatic_updates=True)
    Connection.objects.update(last_check_ok=False)
    assert "The way to go live" not in as_vera.get("/").content.decode()
    Sync.objects.update(automatic_updates=False)
    as_vera.post("/first-steps/hide/")
    assert "The way to go live" not in as_vera.get("/").content.decode()


@pytest.mark.django_db
def test_the_path_follows_what_is_true() -> None:
    left, right = _connected(ok=None)
    assert _next() == "Check"
    Connection.objects.update(last_check_ok=True)
    assert _next() == "Scope"
    sync = Sync.objects.create(slug="accounts", kind="accounts_organizations", left=left, right=right)
    assert _next() == "Map"
    FieldMapping.objects.create(sync=sync, position=0, left="Name", right="fields.name")
    assert _next() == "Plan"
    run = baker.make(Run, sync=sync, state="planned", planned_at=timezone.now())
    assert _next() == "Plan"
    run.state, run.write = "completed_with_rejections", True
    run.save()
    assert _next() == "Go live"
    contacts = Sync.objects.create(slug="contacts", kind="contacts_users", left=left, right=right)
    assert (facts().upcoming, facts().applied) == ("Contacts and users", ("Accounts and organizations",))
    Sync.objects.filter(pk=contacts.pk).update(automatic_updates=True)
    assert _next() == "Go live"
    Sync.objects.filter(pk=sync.pk).update(automatic_updates=True)
    assert _next() == ""


@pytest.mark.django_db
def test_a_connection_that_is_switched_off_does_not_count() -> None:
    _connected(ok=True)
    Connection.objects.filter(kind="zendesk").update(enabled=False)
    assert _next() == "Connect"
