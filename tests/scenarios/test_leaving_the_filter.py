"""A record that leaves the filter (A6): its counterpart is never deleted; it may be marked with a tag of ours."""

from __future__ import annotations

from mappings.rules.tags import LEFT_FILTER
from syncadmin.runs import services
from syncadmin.runs.models import Link, MirrorRecord
from tests.scenarios.conftest import Company, advance, plan, run
from tests.scenarios.people_parts import actions, completed, quiet, ready

FILTER = {"field": "Type", "values": ["Customer"]}


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
    assert MirrorRecord.objects.get(sync=sync, remote_id=account).verdict == "out_of_scope"
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
    sync = ready(
        company,
        leaving_scope="mark",
        picklist_filter={"field": "Status__c", "values": ["Current"]},
        tags=["Department"],
    )
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
