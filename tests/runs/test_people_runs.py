"""Runs of contacts and leads: their words, their memberships, and what stands between a plan and its approval."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from django.test import Client

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, CHANGE_PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.steps import SKIP, Side, Verb
from syncadmin.runs.models import Run
from syncadmin.runs.services import runs as services
from tests.options import choose
from tests.runs.stored import change, sealed, stored_record, stored_run, stored_step, stored_sync

EMAIL = "a@test.com"


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


@pytest.fixture
def contacts(quiet_sync: Sync) -> Sync:
    return stored_sync("contacts", kind="contacts_users", create_left="leads")


@pytest.fixture
def plan(contacts: Sync) -> Run:
    """A new user, a duplicate that brings an organization, a membership that ended, a primary one, a new lead."""
    run = stored_run(contacts)
    name = change("name", None, "Ann")
    stored_step(run, "Ann", Verb.CREATE.on(Side.RIGHT), name, left_id="003A", role="syncing", group=EMAIL)
    org = change("organization_id", None, "42", "Beta Org: Its account is synced")
    stored_step(run, "Ann Beta", ADD_MEMBERSHIP, org, left_id="003B", role="duplicate", group=EMAIL)
    gone = change("organization_id", "43", None, "Gamma Org: it ended")
    stored_step(run, "Bob", REMOVE_MEMBERSHIP, gone, left_id="003C", right_id="72", role="syncing")
    main = change("organization_id", "43", "44", "Delta Org: it moved")
    stored_step(run, "Bob", CHANGE_PRIMARY, main, left_id="003C", right_id="72", role="syncing")
    stored_step(run, "Zoe", Verb.CREATE.on(Side.LEFT), change("LastName", None, "Zoe"), right_id="79")
    stored_step(
        run, "Agent", SKIP, state=StepState.SKIPPED, right_id="80", reason_code="staff", reason="Works in Zendesk"
    )
    return sealed(run)


def test_the_page_of_a_run_has_the_name_that_people_know(as_vera: Client, contacts: Sync) -> None:
    """S3.52: Contacts/Leads Sync Status; S3.49 for accounts."""
    run = stored_run(contacts, RunState.COMPLETED)
    assert "Contacts/Leads Sync Status" in page(as_vera, f"/runs/{run.pk}/")
    accounts = stored_run(Sync.objects.get(slug="accounts"), RunState.COMPLETED)
    assert "Account Sync Status" in page(as_vera, f"/runs/{accounts.pk}/")


def test_the_button_names_users_leads_and_memberships(as_olaf: Client, plan: Run) -> None:
    """S3.51: what Salesforce does not know becomes leads, if so chosen."""
    wanted = (
        "Create 1 user in Zendesk; add 1 and remove 1 membership in Zendesk; make 1 membership primary; "
        "create 1 lead in Salesforce"
    )
    assert services.button(plan) == wanted
    assert wanted in page(as_olaf, f"/runs/{plan.pk}/")


def test_memberships_have_a_tile_and_groups_of_their_own(as_vera: Client, plan: Run) -> None:
    text = page(as_vera, f"/runs/{plan.pk}/?tile=membership")
    assert "3 Memberships" in text
    for title in (
        "New memberships in Zendesk",
        "Memberships removed in Zendesk",
        "Another membership becomes primary in Zendesk",
    ):
        assert title in text
    assert "New leads in Salesforce" in page(as_vera, f"/runs/{plan.pk}/")


def test_a_row_shows_its_role_and_leads_to_its_group(as_vera: Client, plan: Run) -> None:
    html = as_vera.get(f"/runs/{plan.pk}/?shape=add_membership:organization_id").content.decode()
    assert "Duplicate record" in html
    assert f'href="/people/emails/contacts/{EMAIL}/"' in html
    assert "Add a membership in Zendesk" in html


def test_the_csv_file_has_role_and_email_group(as_vera: Client, plan: Run) -> None:
    response = as_vera.get(f"/runs/{plan.pk}/rows.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    found = {(row["action"], row["role"], row["email_group"]) for row in rows}
    assert ("add_membership", "duplicate", EMAIL) in found
    assert ("create_right", "syncing", EMAIL) in found


@pytest.mark.parametrize(
    "on, text", [(True, "Multiple organizations are on"), (False, "Multiple organizations are off")]
)
def test_the_page_says_whether_users_may_be_in_several_organizations(
    as_vera: Client, plan: Run, on: bool, text: str
) -> None:
    """S1.17; a run of accounts has nothing to do with it."""
    right = plan.sync.right
    right.facts = {"multiple_organizations": on}
    right.save(update_fields=["facts"])
    assert text in page(as_vera, f"/runs/{plan.pk}/")
    accounts = stored_run(Sync.objects.get(slug="accounts"))
    assert "Multiple organizations" not in page(as_vera, f"/runs/{accounts.pk}/")


def test_whether_several_are_allowed_comes_with_the_part_that_is_polled(as_vera: Client, plan: Run) -> None:
    """S1.16: the run itself reads the setting, while its page stands open. What has ended tells nothing of it."""
    part = as_vera.get(f"/runs/{plan.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "lets a user be in several" in part
    ended = stored_run(plan.sync, RunState.COMPLETED)
    assert "several organizations" not in page(as_vera, f"/runs/{ended.pk}/")


def test_rows_name_organizations_and_emails(as_vera: Client, plan: Run) -> None:
    stored_record(Sync.objects.get(slug="accounts"), "right", "42", "Beta Org")
    text = page(as_vera, f"/runs/{plan.pk}/?shape=add_membership:organization_id")
    assert f"Ann Beta {EMAIL} Duplicate record" in text
    assert "organization – Beta Org" in text.replace("Organization id", "organization")


def test_a_plan_before_its_turn_says_so(as_vera: Client, plan: Run) -> None:
    """S3.43: who reads the plan need not be who wanted it."""
    assert "Planned before a complete run of Accounts and organizations" in page(as_vera, f"/runs/{plan.pk}/")
    stored_run(Sync.objects.get(slug="accounts"), RunState.COMPLETED, write=True)
    assert "Planned before" not in page(as_vera, f"/runs/{plan.pk}/")


def test_a_plan_that_would_send_welcome_mails_has_no_button(as_olaf: Client, plan: Run) -> None:
    """S3.C4: said where the button would stand, and refused if posted all the same."""
    choose(plan.sync, welcome_mail="zendesk")
    text = page(as_olaf, f"/runs/{plan.pk}/")
    assert "This plan cannot be approved yet" in text
    assert "welcome mail to every user" in text
    assert 'id="approve-run"' not in as_olaf.get(f"/runs/{plan.pk}/").content.decode()
    seen = f"{plan.plan_hash}:5"
    response = as_olaf.post(f"/runs/{plan.pk}/approve/", {"seen": seen}, follow=True)
    assert "welcome mail to every user" in response.content.decode()
    assert Run.objects.get(pk=plan.pk).status is RunState.PLANNED
