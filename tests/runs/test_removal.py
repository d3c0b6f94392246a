"""Deleting a sync, and removing the demo in one step: what is said before, what goes, what stays."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from connectors.models import Connection
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.steps import Side, Verb
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import Decision, Link, MirrorRecord, Run, SideState, Step, StepOutcome
from syncadmin.runs.services import removal
from syncadmin.runs.status.run_status import state_word
from syncadmin.runs.storage import email_groups
from tests.runs.stored import NOW, stored_outcome, stored_record, stored_run, stored_step, stored_sync


def page(client: Client, path: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(path).content.decode()))


@pytest.fixture
def used(db: None) -> Sync:
    """A sync of accounts with a link, a run with a written step, a decision, and contacts beside it."""
    sync = stored_sync()
    stored_sync("contacts", kind="contacts_users")
    stored_record(sync, "left", "001A", "Acme")
    Link.objects.create(sync=sync, left_id="001A", right_id="7")
    Decision.objects.create(sync=sync, left_id="001B")
    SideState.objects.create(sync=sync, side="left")
    step = stored_step(stored_run(sync, RunState.COMPLETED), "Acme", Verb.CREATE.on(Side.RIGHT), state=StepState.DONE)
    stored_outcome(step)
    LogEntry.objects.create(at=NOW, level="info", sync=sync, message="Created Acme")
    return sync


def test_deleting_says_first_what_is_forgotten_and_who_notices(as_ada: Client, used: Sync) -> None:
    text = page(as_ada, "/syncs/accounts/delete/")
    for words in (
        "Nothing is changed or deleted in Salesforce or Zendesk",
        "1 link between accounts and organizations",
        "1 run with every step: none of them can be undone any more",
        "1 decision that people made",
        "contacts builds on it: no new run of it starts until accounts are synced",
    ):
        assert words in text
    assert Sync.objects.count() == 2


def test_a_deleted_sync_leaves_nothing_but_its_log_and_the_others(as_ada: Client, used: Sync) -> None:
    other = Sync.objects.get(slug="contacts")
    kept = stored_record(other, "left", "003A", "Ann")
    assert as_ada.post("/syncs/accounts/delete/").url == "/kinds/accounts_organizations/"
    assert list(Sync.objects.all()) == [other]
    assert list(MirrorRecord.objects.all()) == [kept]
    for model in (Link, Decision, SideState, Run, Step, StepOutcome):
        assert not model._default_manager.exists(), model
    assert [entry.sync for entry in LogEntry.objects.all()] == [None]
    assert Connection.objects.count() == 2


@pytest.mark.parametrize("state", [RunState.WRITING, RunState.PAUSED])
def test_a_sync_at_work_is_not_deleted(as_ada: Client, used: Sync, state: RunState) -> None:
    run = stored_run(used, state)
    assert f"Run {run.pk} is {state_word(run)}. Cancel it first." in page(as_ada, "/syncs/accounts/delete/")
    answer = as_ada.post("/syncs/accounts/delete/", follow=True).content.decode()
    assert f"Run {run.pk} of accounts is" in answer
    assert Link.objects.exists()


def test_those_that_share_its_users_decide_anew(db: None) -> None:
    contacts, leads = stored_sync("contacts", kind="contacts_users"), stored_sync("leads", kind="leads_users")
    Sync.objects.filter(pk=contacts.pk).update(switched=1)
    contacts.refresh_from_db()
    Link.objects.create(sync=leads, left_id="00Q1", right_id="5", role=LinkRole.DUPLICATE)
    before = email_groups.switches(leads)
    removal.delete(contacts, by="ada")
    assert email_groups.switches(leads) != before


@pytest.mark.parametrize("client", ["as_olaf", "as_vera"])
def test_only_administrators_delete(client: str, used: Sync, request: pytest.FixtureRequest) -> None:
    by: Client = request.getfixturevalue(client)
    for path in ("/syncs/accounts/delete/", "/demo/remove/"):
        assert by.get(path).status_code == by.post(path).status_code == 403


def own_sync() -> Sync:
    sides: dict[str, Any] = {
        side: Connection.objects.create(
            slug=f"own-{kind}", name=f"Own {kind}", kind=kind, base_url="https://own.example"
        )
        for side, kind in (("left", "salesforce"), ("right", "zendesk"))
    }
    return Sync.objects.create(slug="ours", kind="accounts_organizations", **sides)


def test_the_demo_is_marked_and_removed_in_one_step_and_own_systems_stay(as_ada: Client, used: Sync) -> None:
    assert "Start with your own accounts" not in page(as_ada, "/")
    Connection.objects.update(demo=True)
    ours = own_sync()
    for path in ("/kinds/accounts_organizations/", "/syncs/accounts/", "/connections/", "/connections/sf/", "/people/"):
        assert " Demo " in page(as_ada, path), path
    assert "Start with your own accounts" in page(as_ada, "/")
    asked = page(as_ada, "/demo/remove/")
    for words in (
        "The sync accounts with 1 link and 1 run",
        "The sync contacts",
        "The connection Zendesk",
    ):
        assert words in asked
    assert "The sync ours" not in asked
    answer = as_ada.post("/demo/remove/", follow=True).content.decode()
    assert "The demo is removed" in answer
    assert list(Sync.objects.all()) == [ours]
    assert [row.slug for row in Connection.objects.order_by("slug")] == ["own-salesforce", "own-zendesk"]
    assert as_ada.get("/demo/remove/").url == "/"


def test_a_demo_at_work_is_removed_as_a_whole_or_not_at_all(as_ada: Client, used: Sync) -> None:
    Connection.objects.update(demo=True)
    stored_run(used, RunState.READING)
    as_ada.post("/demo/remove/")
    assert (Sync.objects.count(), Connection.objects.count(), Link.objects.count()) == (2, 2, 1)


def test_the_first_steps_lead_from_own_connections_to_an_own_sync_and_its_plan(as_ada: Client, used: Sync) -> None:
    """What the demo has done is no step of one's own."""
    Connection.objects.update(demo=True)
    Sync.objects.update(automatic_updates=True)
    Run.objects.update(write=True)
    Connection.objects.update(last_check_ok=True)
    assert "The way to go live" not in page(as_ada, "/")
    Connection.objects.create(slug="o", name="Own", kind="salesforce", base_url="https://a.example", last_check_ok=True)
    assert "1 of 2 systems connected" in page(as_ada, "/")
    Connection.objects.create(slug="p", name="Our", kind="zendesk", base_url="https://b.example", last_check_ok=True)
    text = as_ada.get("/").content.decode()
    assert 'href="/kinds/accounts_organizations/add/">Add a sync of accounts' in text
    left, right = Connection.objects.filter(demo=False).order_by("kind")
    ours = Sync.objects.create(slug="ours", kind="accounts_organizations", left=left, right=right)
    assert 'href="/syncs/ours/">Map the fields' in as_ada.get("/").content.decode()
    ours.mappings.create(position=0, left="Type", right="fields.type")
    assert 'action="/runs/plan/ours/"' in as_ada.get("/").content.decode()
    run = stored_run(ours)
    assert f'href="/runs/{run.pk}/">Read the plan' in as_ada.get("/").content.decode()
