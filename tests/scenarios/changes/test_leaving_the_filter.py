"""A record that leaves the filter (A6): its counterpart is never deleted; it may be marked with a tag of ours."""

from __future__ import annotations

import pytest

from mappings.rules.tags import LEFT_FILTER
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import actions, completed, quiet, ready
from tests.worlds.runs import advance, plan, run

FILTER = {"field": "Type", "values": ["Customer"]}
CURRENT = {"field": "Status__c", "values": ["Current"]}


def tags(company: Company) -> list[str]:
    return sorted(company.organizations()["Acme"]["tags"])


def test_an_organization_is_marked_once_and_the_mark_goes_when_its_account_comes_back(company: Company) -> None:
    account = company.account("Acme", Type="Customer", Description="ours")
    company.organization("Acme", tags=["vip"])
    sync = company.configure(picklist_filter=FILTER, leaving_scope="mark", tags=[])
    run(sync)
    company.edit_account(account, Type="Other", Description="not synced any more")
    waiting = plan(sync)
    assert tags(company) == ["vip"], "seen in the plan first"
    ended = advance(services.approve(waiting, enqueue=False))
    assert actions(ended)["update_right"] == 1
    assert tags(company) == [LEFT_FILTER, "vip"]
    assert company.organizations()["Acme"]["notes"] == "ours"
    assert Link.objects.get(sync=sync).active
    assert MirrorRecord.objects.get(sync=sync, remote_id=account).status == "out_of_scope"
    quiet(sync)
    company.edit_account(account, Type="Customer")
    completed(sync)
    assert tags(company) == ["vip"]
    assert company.organizations()["Acme"]["notes"] == "not synced any more"
    quiet(sync)


def test_an_undo_takes_the_mark_back(company: Company) -> None:
    account = company.account("Acme", Type="Customer")
    sync = company.configure(picklist_filter=FILTER, leaving_scope="mark")
    run(sync)
    company.edit_account(account, Type="Other")
    marked = completed(sync)
    assert LEFT_FILTER in tags(company)
    advance(services.undo(marked, write=True, enqueue=False))
    assert LEFT_FILTER not in tags(company)


def test_a_user_is_marked_for_the_contact_that_fills_it_and_not_for_a_duplicate(company: Company) -> None:
    sync = ready(company, leaving_scope="mark", picklist_filter=CURRENT, tags=["Department"])
    one = company.contact("One", "a@test.com", Status__c="Current", Department="Sales")
    two = company.contact("Two", "a@test.com", Status__c="Current")
    completed(sync)
    company.edit(two, Status__c="Left")
    run(sync)
    assert company.users()["a@test.com"]["tags"] == ["sales"]
    company.edit(one, Status__c="Left")
    run(sync)
    assert sorted(company.users()["a@test.com"]["tags"]) == [LEFT_FILTER, "sales"]
    quiet(sync)


def named(company: Company) -> tuple[str, list[str]]:
    user = company.users()["a@test.com"]
    return user["name"], user["tags"]


@pytest.mark.parametrize("known", [True, False], ids=["a duplicate", "a new contact"])
def test_a_user_that_another_contact_takes_over_is_not_marked(company: Company, known: bool) -> None:
    """ADR 25: the mark says that nobody keeps the user up to date."""
    sync = ready(company, leaving_scope="mark", picklist_filter=CURRENT)
    one = company.contact("One", "a@test.com", Status__c="Current")
    if known:
        company.contact("Two", "a@test.com", Status__c="Current")
    completed(sync)
    if not known:
        company.contact("Two", "a@test.com", Status__c="Current")
    company.edit(one, Status__c="Left")
    completed(sync)
    assert named(company) == ("Two", [])
    quiet(sync)


def test_a_user_that_a_lead_takes_over_is_not_marked(company: Company) -> None:
    sync = ready(company, leaving_scope="mark", picklist_filter=CURRENT)
    leads = company.configure_people("leads")
    one = company.contact("One", "a@test.com", Status__c="Current")
    company.lead("Two", "a@test.com")
    completed(sync)
    completed(leads)
    company.edit(one, Status__c="Left")
    completed(sync)
    completed(leads)
    assert named(company) == ("Two", [])
    completed(sync)
    quiet(leads)
    quiet(sync)
    assert named(company) == ("Two", [])


def test_the_mark_goes_when_another_contact_takes_the_user_over_later(company: Company) -> None:
    sync = ready(company, leaving_scope="mark", picklist_filter=CURRENT)
    one = company.contact("One", "a@test.com", Status__c="Current")
    completed(sync)
    company.edit(one, Status__c="Left")
    completed(sync)
    assert named(company) == ("One", [LEFT_FILTER])
    two = company.contact("Two", "a@test.com", Status__c="Current")
    completed(sync)
    assert named(company) == ("Two", [])
    company.edit(two, Status__c="Left")
    completed(sync)
    assert named(company) == ("Two", [LEFT_FILTER])
    quiet(sync)


def test_what_is_ours_is_still_known_when_a_forgotten_link_is_made_again(company: Company) -> None:
    """S3.19: a tag that no longer holds is removed although the link was forgotten; what people added stays."""
    account = company.account("Acme", Type="Customer", Industry="Energy", Domains__c="old.example")
    sync = company.configure(picklist_filter=FILTER, leaving_scope="unlink")
    completed(sync)
    acme = company.organizations()["Acme"]
    company.edit_organization(acme["id"], tags=[*acme["tags"], "vip"])
    company.edit_account(account, Type="Other")
    completed(sync)
    assert not Link.objects.filter(sync=sync).exists()
    assert tags(company) == ["energy", "vip"]
    company.edit_account(account, Type="Customer", Industry="Banking", Domains__c="new.example")
    completed(sync)
    assert tags(company) == ["banking", "vip"]
    assert company.organizations()["Acme"]["domain_names"] == ["new.example"]
    quiet(sync)


def test_memberships_of_a_forgotten_contact_end_when_it_comes_back_without_its_account(company: Company) -> None:
    acme = company.account("Acme")
    sync = ready(company, leaving_scope="unlink", picklist_filter=CURRENT, tags=["Department"])
    contact = company.contact("One", "a@test.com", acme, Status__c="Current", Department="Sales")
    completed(sync)
    user = company.users()["a@test.com"]["id"]
    company.edit(contact, Status__c="Left")
    completed(sync)
    assert list(company.member_of(user)) == ["Acme"]
    company.edit(contact, Status__c="Current", AccountId=None, Department="Support")
    completed(sync)
    assert company.member_of(user) == {}
    assert company.users()["a@test.com"]["tags"] == ["support"]
    quiet(sync)
