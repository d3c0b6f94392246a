"""Merges in Salesforce are followed: the winner has what the loser had, or somebody is told what to do (S1.39)."""

from __future__ import annotations

import pytest

from syncadmin.engine.lifecycle import RunState
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import Link, MirrorRecord
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready
from tests.worlds.runs import run
from tests.worlds.sequences import FILTER


def merge(company: Company, master: str, loser: str, **values: object) -> None:
    company.control(company.salesforce, "POST", "merge", {"master": master, "losers": [loser], "values": values})


def warned(of: str) -> str:
    return " ".join(LogEntry.objects.filter(left_id=of, level="warning").values_list("message", flat=True))


READS = pytest.mark.parametrize("full", [False, True], ids=["a read of changes", "a full read"])


@READS
def test_contacts_of_different_emails_that_are_merged_are_listed_with_what_to_do(company: Company, full: bool) -> None:
    sync = ready(company)
    main, branch = company.account("Main"), company.account("Branch")
    run(company.configure())
    one, two = company.contact("One", "a@test.com", main), company.contact("Two", "b@test.com", branch)
    completed(sync)
    users = company.users()
    winner, loser = users["a@test.com"]["id"], users["b@test.com"]["id"]
    merge(company, one, two, Title="Both")
    run(sync, full=full)
    standing = MirrorRecord.objects.get(sync=sync, side="right", remote_id=loser)
    assert standing.verdict == "counterpart_deleted"
    for told in (standing.reason, warned(two)):
        assert f"({one}) in Salesforce, which has user {winner}: merge user {loser} into that one" in told
    assert set(company.member_of(loser)) == {"Branch"}, "it goes along when the users are merged"
    company.api("PUT", f"users/{loser}/merge", {"user": {"id": winner}})
    for _ in range(2):
        run(sync)
    assert company.users()["a@test.com"]["details"] == "Both"
    assert not MirrorRecord.objects.filter(sync=sync, verdict="counterpart_deleted").exists()
    assert run(sync).status is RunState.COMPLETED
    quiet(sync)


@READS
def test_the_winner_without_a_user_takes_that_of_the_loser(company: Company, full: bool) -> None:
    """It was outside the filter until now, and keeps an email of its own."""
    sync = ready(company, **FILTER)
    one = company.contact("One", "a@test.com", Status__c="Left")
    two = company.contact("Two", "b@test.com", Status__c="Current")
    completed(sync)
    user = company.users()["b@test.com"]["id"]
    merge(company, one, two, Status__c="Current")
    completed(sync, full=full)
    completed(sync)
    assert {email: row["id"] for email, row in company.users().items()} == {"a@test.com": user}
    assert company.users()["a@test.com"]["external_id"] == one
    assert dict(Link.objects.filter(sync=sync).values_list("left_id", "right_id")) == {one: str(user)}
    assert f"({one})" in warned(two)
    quiet(sync)


@READS
def test_accounts_that_are_merged(company: Company, full: bool) -> None:
    """The contacts go along to the winner's organization; that of the loser is listed."""
    people = ready(company)
    main, branch = company.account("Main"), company.account("Branch")
    accounts = company.configure()
    completed(accounts)
    company.contact("One", "a@test.com", branch)
    completed(people)
    organizations = company.organizations()
    merge(company, main, branch)
    run(accounts, full=full), run(people)
    listed = MirrorRecord.objects.get(sync=accounts, side="right", remote_id=organizations["Branch"]["id"])
    assert f"merge organization {organizations['Branch']['id']}" in listed.reason
    assert str(organizations["Main"]["id"]) in warned(branch)
    assert set(company.member_of(company.users()["a@test.com"]["id"])) == {"Main"}


@READS
def test_an_account_without_an_organization_takes_that_of_the_loser(company: Company, full: bool) -> None:
    accounts = company.configure(picklist_filter={"field": "Type", "values": ["Customer"]})
    main, branch = company.account("Main", Type="Other"), company.account("Branch", Type="Customer")
    completed(accounts)
    organization = company.organizations()["Branch"]["id"]
    last = company.account("Last", Type="Other")
    merge(company, main, branch, Type="Customer")
    merge(company, last, main, Type="Customer")
    completed(accounts, full=full)
    completed(accounts)
    found = company.organizations()
    assert {name: row["id"] for name, row in found.items()} == {"Last": organization}
    assert found["Last"]["external_id"] == last
    assert dict(Link.objects.filter(sync=accounts).values_list("left_id", "right_id")) == {last: str(organization)}
    quiet(accounts)
