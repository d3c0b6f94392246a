"""Records that lose what they are synced with are told in the plan, and listed until somebody has decided."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord, Run, Step
from syncadmin.runs.services import decisions
from syncadmin.runs.status.labels import names_of
from syncadmin.runs.status.record_status import advice_of
from syncadmin.runs.storage.unresolved import unresolved, unresolved_records
from tests.worlds.company import Company
from tests.worlds.people import completed, ready
from tests.worlds.runs import counts, run

FILTER = {"field": "Type", "values": ["Customer"]}


def listed(sync: Sync, client: Client) -> list[tuple[str, str, str]]:
    """What needs a person: side, state and label; each with a reason and advice, and on the page of records."""
    html = client.get(f"/records/?sync={sync.slug}").content.decode()
    rows = list(unresolved_records([sync]).order_by("side", "pk"))
    for row in rows:
        assert row.reason, row
        assert advice_of(row.status, names_of(sync)), row
        assert row.remote_id in html
    return [(row.side, row.status, row.label) for row in rows]


def codes(of: Run) -> list[str]:
    return list(Step.objects.filter(run=of).order_by("pk").values_list("reason_code", flat=True))


def stays(sync: Sync) -> None:
    """Another run plans nothing new, and is not green."""
    again = run(sync)
    assert (counts(again)["planned"], again.status) == (0, RunState.REJECTIONS)


def settled(sync: Sync) -> None:
    ended = run(sync)
    assert (ended.status, unresolved(sync)) == (RunState.COMPLETED, 0), codes(ended)


def test_an_account_that_leaves_the_filter(company: Company, as_vera: Client, olaf: User) -> None:
    account = company.account("Acme", Type="Customer")
    sync = company.configure(picklist_filter=FILTER)
    run(sync)
    company.edit_account(account, Type="Other")
    left = run(sync)
    assert codes(left) == ["left_scope"]
    assert listed(sync, as_vera) == [("left", "left_scope", "Acme")]
    stays(sync)
    page = as_vera.get(f"/records/accounts/left/{account}/").content.decode()
    assert "Left the filter" in page
    assert "not updated any more" in page
    decisions.ignore(sync, side=Side.LEFT, remote_id=account, by=olaf)
    settled(sync)
    company.edit_account(account, Type="Other", Description="again")
    settled(sync)
    decisions.take_back(sync, side=Side.LEFT, remote_id=account, by=olaf)
    assert unresolved(sync) == 1
    company.edit_account(account, Type="Customer")
    settled(sync)


@pytest.mark.parametrize("act", ["mark", "unlink"])
def test_where_the_setting_says_what_becomes_of_them_nobody_has_to_decide(company: Company, act: str) -> None:
    account = company.account("Acme", Type="Customer")
    sync = company.configure(picklist_filter=FILTER)
    run(sync)
    company.edit_account(account, Type="Other")
    assert run(sync).status is RunState.REJECTIONS
    settled(company.configure(picklist_filter=FILTER, leaving_scope=act))


@pytest.mark.parametrize("decision", ["ignore", "create"])
def test_an_account_whose_organization_was_deleted(
    company: Company, as_vera: Client, olaf: User, decision: str
) -> None:
    account = company.account("Acme")
    sync = company.configure()
    run(sync)
    company.api("DELETE", f"organizations/{company.organizations()['Acme']['id']}")
    assert codes(run(sync)) == ["counterpart_deleted"]
    assert listed(sync, as_vera) == [("left", "counterpart_deleted", "Acme")]
    stays(sync)
    act = decisions.ignore if decision == "ignore" else decisions.create
    act(sync, side=Side.LEFT, remote_id=account, by=olaf)
    settled(sync)
    settled(sync)
    assert list(company.organizations()) == ([] if decision == "ignore" else ["Acme"])


@pytest.mark.parametrize("decision", ["ignore", "create", "link"])
def test_an_organization_whose_account_was_deleted(
    company: Company, as_vera: Client, olaf: User, decision: str
) -> None:
    account = company.account("Acme")
    sync = company.configure()
    run(sync)
    organization = str(company.organizations()["Acme"]["id"])
    company.remove(account)
    assert codes(run(sync)) == ["deleted"]
    assert listed(sync, as_vera) == [("right", "counterpart_deleted", "Acme")]
    company.edit_organization(int(organization), notes="edited by an agent")
    stays(sync)
    assert listed(sync, as_vera) == [("right", "counterpart_deleted", "Acme")]
    if decision == "link":
        other = company.account("Acme Holding")
        sync = company.configure(create_right=False)
        run(sync)
        decisions.link(sync, left_id=other, right_id=organization, by=olaf)
    else:
        act = decisions.ignore if decision == "ignore" else decisions.create
        act(sync, side=Side.RIGHT, remote_id=organization, by=olaf)
    settled(sync)
    company.edit_organization(int(organization), details="once more")
    settled(sync)
    assert MirrorRecord.objects.get(sync=sync, side=Side.RIGHT, remote_id=organization).status == (
        "ignored" if decision == "ignore" else "in_sync"
    )


def test_people_that_leave_the_filter_and_users_that_lose_their_contact(company: Company, as_vera: Client) -> None:
    """Of two contacts of one email that leave, nobody asks about the one that only is a duplicate."""
    sync = ready(company, picklist_filter={"field": "Status__c", "values": ["Current"]})
    one = company.contact("One", "a@test.com", Status__c="Current")
    company.contact("Two", "b@test.com", Status__c="Current")
    gone = company.contact("Three", "c@test.com", Status__c="Current")
    completed(sync)
    company.edit(one, Status__c="Left")
    company.remove(gone)
    assert sorted(codes(completed(sync, unresolved=2))) == ["deleted", "left_scope"]
    assert [row[:2] for row in listed(sync, as_vera)] == [("left", "left_scope"), ("right", "counterpart_deleted")]
    stays(sync)
