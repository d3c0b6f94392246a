"""The People page: the home of contacts and leads, in the order that people are synced in (S3.43)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from tests.runs.stored import stored_record, stored_run, stored_sync


def page(client: Client, path: str = "/people/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def accounts(db: None) -> Sync:
    return stored_sync()


@pytest.fixture
def contacts(accounts: Sync) -> Sync:
    return stored_sync("contacts", kind="contacts_users")


def complete(sync: Sync) -> Run:
    return stored_run(sync, RunState.COMPLETED, write=True)


def test_without_any_sync_it_leads_to_setting_both_up(as_ada: Client, as_vera: Client) -> None:
    html = as_ada.get("/people/").content.decode()
    assert 'href="/kinds/contacts_users/add/"' in html
    assert 'href="/kinds/leads_users/add/"' in html
    assert "An administrator can set it up." in page(as_vera)


def test_each_sync_of_people_has_a_card_with_its_places(as_vera: Client, contacts: Sync) -> None:
    complete(Sync.objects.get(slug="accounts"))
    complete(contacts)
    html = as_vera.get("/people/").content.decode()
    for address in ("/syncs/contacts/", "/runs/check/contacts/", "/runs/?sync=contacts"):
        assert f'href="{address}"' in html
    assert 'href="/records/?sync=contacts&amp;standing=without"' in html
    assert "Contacts and users" in html
    assert "Set up leads and users" not in html
    assert "Not set up: no lead is synced." in html


def test_a_sync_waits_until_the_organizations_are_complete(as_olaf: Client, contacts: Sync) -> None:
    """S3.43: the button itself says what it waits for."""
    text = page(as_olaf)
    assert "Waits for a complete run of Accounts and organizations" in text
    assert "Make a plan" not in text
    complete(Sync.objects.get(slug="accounts"))
    text = page(as_olaf)
    assert "Waits for" not in text
    assert "Make a plan" in text


def test_the_overview_says_so_too(as_olaf: Client, contacts: Sync) -> None:
    assert "Waits for a complete run of Accounts and organizations" in page(as_olaf, "/")


def test_planning_before_its_turn_is_refused_and_explained(as_olaf: Client, contacts: Sync) -> None:
    response = as_olaf.post("/runs/plan/contacts/", follow=True)
    assert response.redirect_chain[-1][0] == "/people/"
    assert "Accounts and organizations must be synced first" in response.content.decode()
    assert not Run.objects.exists()


@pytest.mark.redis
def test_planning_anyway_says_what_goes_wrong_first(as_olaf: Client, contacts: Sync, valkey: object) -> None:
    assert "No user becomes a member of an organization" in page(as_olaf)
    as_olaf.post("/runs/plan/contacts/", {"out_of_order": "1"})
    assert Run.objects.get().sync == contacts


def test_shared_emails_are_counted_once_for_contacts_and_leads(as_vera: Client, contacts: Sync) -> None:
    leads = stored_sync("leads", kind="leads_users")
    stored_record(contacts, "left", "003A", "Ann", match_key="a@test.com")
    stored_record(leads, "left", "00QA", "Ann", match_key="a@test.com")
    stored_record(contacts, "left", "003B", "Bob", match_key="b@test.com")
    html = as_vera.get("/people/").content.decode()
    assert page(as_vera).count("1 email with several records") == 1
    assert 'href="/people/emails/contacts/"' in html


def test_shared_emails_are_not_counted_before_anybody_was_read(as_vera: Client, contacts: Sync) -> None:
    assert "Not known before the first plan" in page(as_vera)
    complete(contacts)
    assert "No two records have the same email" in page(as_vera)


@pytest.mark.parametrize(
    "facts, text",
    [
        ({"multiple_organizations": True}, "Multiple organizations are on in Zendesk"),
        ({"multiple_organizations": False}, "Multiple organizations are off in Zendesk"),
        ({}, "Multiple organizations: not checked yet"),
    ],
)
def test_it_says_whether_users_may_be_in_several_organizations(
    as_vera: Client, contacts: Sync, facts: dict[str, bool], text: str
) -> None:
    """S1.16, S1.17."""
    contacts.right.facts = facts
    contacts.right.save(update_fields=["facts"])
    assert text in page(as_vera)


def test_the_page_costs_the_same_queries_for_many_runs_and_records(
    as_vera: Client, contacts: Sync, django_assert_max_num_queries
) -> None:
    stored_sync("leads", kind="leads_users")
    for number in range(30):
        stored_run(contacts, RunState.COMPLETED)
        stored_record(contacts, "left", f"003{number}", "Ann", match_key="a@test.com", status="ambiguous")
    with django_assert_max_num_queries(12):
        page(as_vera)


@pytest.mark.parametrize("path", ["/people/emails/contacts/", "/runs/check/contacts/", "/syncs/contacts/"])
def test_the_navigation_stands_at_people_on_every_page_about_them(as_vera: Client, contacts: Sync, path: str) -> None:
    html = as_vera.get(path).content.decode()
    assert 'href="/people/" aria-current="page"' in html
    assert 'href="/runs/" aria-current="page"' not in html
    assert '<li class="breadcrumb-item"><a href="/people/">People</a></li>' in html


def test_the_check_of_accounts_stands_at_accounts(as_vera: Client, accounts: Sync) -> None:
    page = as_vera.get("/runs/check/accounts/").content.decode()
    assert 'href="/kinds/accounts_organizations/" aria-current="page"' in page
