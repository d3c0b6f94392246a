"""Contacts and leads by their account: whose take part (S3.54), and what a lead's look-up brings (S3.57)."""

from __future__ import annotations

import pytest

from mappings.models import Sync
from mappings.scope import counts as scope
from mappings.scope.stored import scope_of
from mappings.services import schemas
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.services import decisions
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready, steps_of
from tests.worlds.runs import run
from tests.worlds.sequences import runs

CUSTOMERS = {"picklist_filter": {"field": "Type", "values": ["Customer"]}}


def standing(id: str) -> tuple[bool, str]:
    row = MirrorRecord.objects.get(side="left", remote_id=id)
    return row.in_scope, row.status


def counted(sync: Sync) -> tuple[int, set[str]]:
    """How many the mapping page counts in scope, and whom it shows as left out by their account."""
    extent = scope.extent(sync, scope_of(sync, schemas(sync)), schemas(sync))
    return extent.inside, {sample.name for sample in extent.samples_out if "account is not synced" in sample.line}


@pytest.mark.parametrize("choice", ["in_scope", "linked"])
def test_contacts_come_and_go_with_their_account(company: Company, choice: str) -> None:
    accounts = company.configure(**CUSTOMERS)
    ours, other = company.account("Ours", Type="Customer"), company.account("Other", Type="Prospect")
    completed(accounts)
    sync = company.configure_people(accounts=choice)
    company.contact("One", "one@test.com", ours)
    two = company.contact("Two", "two@test.com", other)
    nowhere = company.contact("Nobody's", "nobody@test.com")
    completed(sync)
    assert list(company.users()) == ["one@test.com"]
    assert standing(two) == standing(nowhere) == (False, "account_outside")
    assert counted(sync) == (1, {"Two", "Nobody's"})
    quiet(sync)
    company.edit_account(other, Type="Customer")
    completed(accounts)
    completed(sync)
    assert set(company.users()) == {"one@test.com", "two@test.com"}
    assert company.member_of(company.users()["two@test.com"]["id"]) == {"Other": True}
    quiet(sync)
    company.edit_account(other, Type="Prospect")
    run(accounts)
    company.edit(two, Title="Edited")
    run(sync)
    followed = choice == "linked"  # the link of an account outside its filter stays
    assert standing(two)[0] is followed
    assert (company.users()["two@test.com"]["details"] == "Edited") is followed
    company.edit_account(other, Type="Customer")
    completed(accounts), runs(sync, 1)
    assert standing(two)[0]
    assert company.users()["two@test.com"]["details"] == "Edited"


def test_a_contact_that_was_left_alone_comes_back_with_its_account(company: Company) -> None:
    """Nobody was to be asked about it any more; that its account takes part again is something else."""
    accounts = company.configure(**CUSTOMERS)
    account = company.account("Ours", Type="Customer")
    completed(accounts)
    sync = company.configure_people(accounts="in_scope")
    one = company.contact("One", "one@test.com", account)
    completed(sync)
    company.edit_account(account, Type="Prospect")
    run(accounts), run(sync)
    assert standing(one) == (False, "left_scope")
    decisions.ignore(sync, side=Side.LEFT, remote_id=one, by=None)
    run(sync)
    assert standing(one) == (False, "ignored")
    company.edit_account(account, Type="Customer")
    run(accounts), run(sync)
    assert standing(one)[0]


def test_the_choice_is_taken_back(company: Company) -> None:
    sync = ready(company, accounts="linked")
    one = company.contact("One", "a@test.com")
    completed(sync)
    assert (company.users(), standing(one)[0]) == ({}, False)
    sync = company.configure_people(accounts="all")
    completed(sync)
    assert list(company.users()) == ["a@test.com"]


def test_a_record_of_the_email_that_takes_no_part_fills_nobody(company: Company) -> None:
    sync = ready(company, accounts="linked")
    account = company.account("Acme")
    company.contact("Older", "a@test.com")
    two = company.contact("Two", "a@test.com", account)
    completed(Sync.objects.get(slug="accounts"))
    completed(sync)
    assert company.users()["a@test.com"]["external_id"] == two


def test_a_lead_brings_the_organization_of_the_account_that_it_looks_up(company: Company) -> None:
    """S3.57, S1.12-S1.14: as a contact's account does; a changed look-up moves it, an emptied one ends it."""
    field = {"object": "Lead", "field": "Customer__c", "type": "reference", "reference_to": ["Account"]}
    company.control(company.salesforce, "PUT", "schema", field)
    acme, beta = company.account("Acme"), company.account("Beta")
    completed(company.configure())
    sync = company.configure_people("leads", account_field="Customer__c")
    lead = company.lead("Lea", "lea@test.com", Customer__c=acme)
    company.lead("Loose", "loose@test.com")
    completed(sync)
    user = company.users()["lea@test.com"]["id"]
    assert company.member_of(user) == {"Acme": True}
    assert company.member_of(company.users()["loose@test.com"]["id"]) == {}
    company.edit(lead, Customer__c=beta)
    completed(sync)
    assert company.member_of(user) == {"Beta": True}
    late = company.account("Late")
    company.edit(lead, Customer__c=late)
    completed(sync), completed(Sync.objects.get(slug="accounts")), completed(sync)
    assert company.member_of(user) == {"Late": True}
    quiet(sync)
    sync = company.configure_people("leads", account_field="Customer__c", accounts="linked")
    completed(sync, unresolved=1)
    assert MirrorRecord.objects.filter(sync=sync, side="left", in_scope=False).count() == 1
    assert counted(sync)[0] == 1
    company.configure_people("leads", account_field="Customer__c", accounts="in_scope")
    assert counted(Sync.objects.get(pk=sync.pk))[0] == 1
    sync = company.configure_people("leads", account_field="Customer__c", accounts="linked")
    company.edit(lead, Customer__c=None)
    run(sync)
    assert standing(lead)[0] is False


def test_who_is_left_out_by_the_account_is_in_no_later_plan(company: Company) -> None:
    """Reading its group wakes a contact while it still seems to take part; and a changed mapping judges all anew."""
    accounts = company.configure(**CUSTOMERS)
    other = company.account("Other", Type="Prospect")
    completed(accounts)
    sync = company.configure_people(accounts="in_scope")
    company.configure_people("leads")
    company.contact("Two", "two@test.com", other)
    company.contact("Nobody's", "nobody@test.com")
    run(sync)
    quiet(sync)
    company.configure_people(accounts="in_scope", mappings=[{"left": "Title", "right": "fields.title"}])
    assert {"Two", "Nobody's"}.isdisjoint(label for _, label, _ in steps_of(run(sync)))
