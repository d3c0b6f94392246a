"""Records of contacts, leads and users: the reports they share, and who may be named a counterpart (S3.C11)."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from mappings.models import Sync
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import SKIP
from syncadmin.runs.models import Link
from tests.runs.stored import sealed, stored_record, stored_run, stored_step, stored_sync

REPORT = "/records/?sync=contacts&standing=without"


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


@pytest.fixture
def contacts(db: None) -> Sync:
    sync = stored_sync("contacts", kind="contacts_users")
    stored_record(sync, "right", "71", "Ann", match_key="ann@test.com", status="unmatched")
    stored_record(sync, "right", "72", "Bob", match_key="bob@test.com", status="unmatched")
    return sync


@pytest.fixture
def leads(contacts: Sync) -> Sync:
    """Ann has no lead either; Bob has one."""
    sync = stored_sync("leads", kind="leads_users")
    stored_record(sync, "right", "71", "Ann", match_key="ann@test.com", status="unmatched")
    stored_record(sync, "right", "72", "Bob", match_key="bob@test.com", status="in_sync")
    return sync


def test_a_user_in_the_reports_of_both_syncs_says_so(as_vera: Client, leads: Sync) -> None:
    html = as_vera.get(REPORT).content.decode()
    assert html.count('<a href="/records/?sync=leads&amp;standing=without">Also without a lead</a>') == 1
    assert "Also without a contact" in page(as_vera, "/records/?sync=leads&standing=without")
    assert "Leave it alone in each of them" in page(as_vera, REPORT)


def test_without_the_other_sync_there_is_no_other_report(as_vera: Client, contacts: Sync) -> None:
    assert "Also without" not in page(as_vera, REPORT)


def test_a_plan_says_that_the_other_one_may_list_the_same_users(as_vera: Client, leads: Sync) -> None:
    contacts = Sync.objects.get(slug="contacts")
    run = stored_run(contacts)
    stored_step(run, "Ann", SKIP, state=StepState.SKIPPED, right_id="71", reason_code="unmatched")
    text = page(as_vera, f"/runs/{sealed(run).pk}/")
    assert "One that has no lead either is listed in the plans of both syncs." in text
    leads.delete()
    assert "in the plans of both syncs" not in page(as_vera, f"/runs/{run.pk}/")


def test_a_candidate_that_would_be_refused_says_why_instead_of_offering_a_button(
    as_olaf: Client, contacts: Sync
) -> None:
    names = {"003F": "free@test.com", "003L": "linked@test.com"}
    for left_id, email in names.items():
        stored_record(contacts, "left", left_id, "Ann", match_key=email, lookalike_key="ann")
    stored_record(
        contacts,
        "left",
        "003N",
        "Ann",
        match_key="",
        lookalike_key="ann",
        in_scope=False,
        status="no_email",
        reason="It has no email",
    )
    Link.objects.create(sync=contacts, left_id="003L", right_id="79", how="key")
    path = "/records/contacts/right/71/?find=Ann"
    text = page(as_olaf, path)
    assert "Ann 003L linked@test.com Linked to another user already" in text
    assert "Ann 003N Not synced: It has no email" in text
    assert "Ann 003F free@test.com Link with this : Ann 003F" in text
    assert as_olaf.get(path).content.decode().count('name="verb" value="link"') == 1


def test_a_user_that_other_records_of_its_email_share_may_be_named_again(as_olaf: Client, contacts: Sync) -> None:
    """S1.22."""
    stored_record(contacts, "left", "003A", "Ann", match_key="ann@test.com", status="ambiguous")
    Link.objects.create(sync=contacts, left_id="003B", right_id="71", how="key")
    Link.objects.create(sync=contacts, left_id="003C", right_id="72", how="key")
    text = page(as_olaf, "/records/contacts/left/003A/?find=Ann")
    assert "Link with this : Ann 71" in text
    assert "Linked to another contact already" in page(as_olaf, "/records/contacts/left/003A/?find=Bob")
