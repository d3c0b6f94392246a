"""A name that a rename, a deletion or our own write sets free is taken by whoever waited for it."""

from __future__ import annotations

from syncadmin.runs.models import Link
from tests.worlds.company import Company
from tests.worlds.people import completed, ready
from tests.worlds.sequences import accounts, runs


def test_an_account_is_renamed_and_another_takes_its_name(company: Company) -> None:
    """S3.40; ADR 15: "Renaming one of two namesakes frees the other one: the look-up goes by key, old and new"."""
    sync = company.configure()
    old = company.account("Acme")
    completed(sync)
    company.edit_account(old, Name="Acme Old")
    company.account("Acme")
    runs(sync, 4)
    assert set(company.organizations()) == {"Acme Old", "Acme"}


def test_a_linked_twin_is_renamed(company: Company) -> None:
    sync = company.configure()
    old = company.account("Acme")
    completed(sync)
    company.account("Acme")
    runs(sync, 1)
    company.edit_account(old, Name="Beta")
    runs(sync, 3)
    assert set(company.organizations()) == {"Beta", "Acme"}


def test_an_agent_renames_an_organization_to_the_name_of_a_new_account(company: Company) -> None:
    sync = company.configure()
    company.account("Acme")
    completed(sync)
    company.edit_organization(company.organizations()["Acme"]["id"], name="Beta")
    company.account("Beta")
    runs(sync, 3)
    assert set(company.organizations()) == {"Beta", "Acme"}


def test_an_account_that_was_made_again_gets_its_organization_back(company: Company) -> None:
    """S3.39: the organization is that of a living account, not of the deleted one that it was made of."""
    sync = company.configure()
    old = company.account("Acme")
    completed(sync)
    company.remove(old)
    completed(sync, unresolved=1)
    new = company.account("Acme")
    runs(sync, 3)
    assert Link.objects.filter(left_id=new, active=True).exists()
    assert company.organizations()["Acme"]["external_id"] == new


def test_a_user_of_an_organization_whose_account_is_gone_becomes_a_contact(company: Company) -> None:
    """creating-in-salesforce.md: "at the account of its primary organization if that is synced"."""
    sync = ready(company, create_left="contacts")
    old = company.account("Acme")
    completed(accounts())
    org = company.organizations()["Acme"]["id"]
    company.remove(old)
    completed(accounts(), unresolved=1)
    company.user("Ann Lee", "ann@test.com", organization_id=org)
    runs(sync, 6)
    assert len(company.contacts()) == 1
