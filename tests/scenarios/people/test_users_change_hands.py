"""A user passes from one contact to another and back: nobody's name, email, edit or tag goes to somebody else."""

from __future__ import annotations

import pytest

from tests.worlds.company import Company
from tests.worlds.people import completed, ready
from tests.worlds.sequences import FILTER, TITLE, accounts, runs


def test_a_contact_that_lost_its_email_takes_the_user_of_its_successor(company: Company) -> None:
    """S1.5-S1.9, A14, organizations.md ("its email moves it to another user")."""
    sync = ready(company)
    c = company.contact("One", "a@test.com")
    d = company.contact("Two", "a@test.com")
    completed(sync)
    company.edit(c, Email=None)
    runs(sync, 1)  # Two takes the user over
    company.edit(c, Email="c@test.com")
    runs(sync, 1)  # and gets one of its own
    company.edit(d, Department="Sales")
    runs(sync, 1)
    company.edit(c, Department="Support")
    runs(sync, 1)
    assert {email: user["name"] for email, user in company.users().items()} == {
        "a@test.com": "Two",
        "c@test.com": "One",
    }


def test_a_lone_contact_that_lost_its_email(company: Company) -> None:
    sync = ready(company)
    c = company.contact("One", "info@test.com")
    completed(sync)
    company.edit(c, Email=None)
    runs(sync, 1)
    company.contact("Two", "info@test.com")
    runs(sync, 1)
    company.edit(c, Email="one@test.com")
    runs(sync, 3)
    found = {email: user["name"] for email, user in company.users().items()}
    assert found == {"info@test.com": "Two", "one@test.com": "One"}


@pytest.mark.parametrize("way", ["filter", "email"])
def test_the_filler_goes_and_comes_back(company: Company, way: str) -> None:
    """S1.22: a duplicate is never used to sync fields; S1.12: contacts keep independent CRM entries."""
    sync = ready(company, details="", mappings=[TITLE], **(FILTER if way == "filter" else {}))
    c = company.contact("One", "a@test.com", Status__c="Current", Title="T1")
    d = company.contact("Two", "a@test.com", Status__c="Current", Title="T2")
    completed(sync)
    company.edit(c, **({"Status__c": "Left"} if way == "filter" else {"Email": None}))
    runs(sync, 1)
    company.edit(c, **({"Status__c": "Current"} if way == "filter" else {"Email": "a@test.com"}))
    runs(sync, 2)
    rows = company.contacts()
    assert (rows[c]["Title"], rows[d]["Title"]) == ("T1", "T2")


def test_a_contact_is_deleted_replaced_and_restored(company: Company) -> None:
    sync = ready(company, details="", mappings=[TITLE])
    c = company.contact("One", "a@test.com", Title="T1")
    completed(sync)
    company.remove(c)
    completed(sync, unresolved=1)
    d = company.contact("Two", "a@test.com", Title="T2")
    runs(sync, 1)
    company.salesforce.store.undelete(c)
    runs(sync, 2)
    rows = company.contacts()
    assert (rows[c]["Title"], rows[d]["Title"]) == ("T1", "T2")


def test_leads_are_switched_off_and_on(company: Company) -> None:
    """ADR 28: "take them back when leads are on again"."""
    contacts = ready(company, details="", mappings=[TITLE])
    leads = company.configure_people("leads", mappings=[TITLE])
    company.lead("Lea", "a@test.com", Title="TL")
    completed(leads)
    company.control(company.salesforce, "POST", "clock", {"advance": 60})  # the lead is the older one
    company.contact("Con", "a@test.com", Title="TC")
    runs(contacts, 1), runs(leads, 1)
    company.configure_people("leads", mappings=[TITLE], enabled=False)
    contacts.refresh_from_db()
    runs(contacts, 1)
    leads = company.configure_people("leads", mappings=[TITLE], enabled=True)
    for _ in range(2):
        runs(leads, 1), runs(contacts, 1)
    assert [row["Title"] for row in company.salesforce.store.rows("Lead")] == ["TL"]


def test_an_agents_edit_reaches_the_record_that_fills_the_user(company: Company) -> None:
    """S1.15."""
    sync = ready(company, details="", mappings=[TITLE], **FILTER)
    a = company.account("Acme")
    completed(accounts())
    d = company.contact("Two", "a@test.com", Status__c="Current", Title="T2")
    completed(sync)
    c = company.contact("One", "a@test.com", a, Status__c="Current", Title="T1")  # goes before Two
    runs(sync, 1)
    company.edit(c, Status__c="Left")
    runs(sync, 1)  # Two fills the user again
    company.edit_user(company.users()["a@test.com"]["id"], user_fields={"title": "Agent"})
    runs(sync, 2)
    assert company.contacts()[d]["Title"] == "Agent"


@pytest.mark.parametrize("way", ["filter", "email"])
def test_tags_of_the_one_who_filled_meanwhile_go(company: Company, way: str) -> None:
    """S3.19."""
    sync = ready(company, **(FILTER if way == "filter" else {}))
    c = company.contact("One", "a@test.com", Status__c="Current", Department="Sales")
    company.contact("Two", "a@test.com", Status__c="Current", Department="Support")
    completed(sync)
    company.edit(c, **({"Status__c": "Left"} if way == "filter" else {"Email": None}))
    runs(sync, 1)
    company.edit(c, **({"Status__c": "Current"} if way == "filter" else {"Email": "a@test.com"}))
    runs(sync, 2)
    user = company.users()["a@test.com"]
    assert user["tags"] == [{"One": "sales", "Two": "support"}[user["name"]]]  # both are there
