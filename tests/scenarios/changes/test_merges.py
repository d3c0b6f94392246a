"""Merges on either side are followed: the winner has what the loser had, or somebody is told what to do (S1.39)."""

from __future__ import annotations

import pytest

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready
from tests.worlds.runs import advance, run
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
    assert standing.status == "counterpart_deleted"
    for steps_of in (standing.reason, warned(two)):
        assert f"({one}) in Salesforce, which has user {winner}: merge user {loser} into that one" in steps_of
    assert set(company.member_of(loser)) == {"Branch"}, "it goes along when the users are merged"
    company.api("PUT", f"users/{loser}/merge", {"user": {"id": winner}})
    for _ in range(2):
        run(sync)
    assert company.users()["a@test.com"]["details"] == "Both"
    assert not MirrorRecord.objects.filter(sync=sync, status="counterpart_deleted").exists()
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


def merge_organizations(company: Company, winner: int, loser: int) -> None:
    """The merge is a job; a read of changes shows it a minute later."""
    company.api("POST", f"organizations/{loser}/merge", {"organization_merge": {"winner_id": winner}})
    company.control(company.zendesk, "POST", "clock", {"advance": 90})


def linked(sync: Sync) -> dict[str, str]:
    return dict(Link.objects.filter(sync=sync, active=True).values_list("left_id", "right_id"))


@READS
def test_a_contact_follows_its_user_into_one_that_nobody_has(company: Company, full: bool) -> None:
    """A plan that is not written is made again. The fields, tags and memberships of the contact are on the winner."""
    sync = ready(company)
    branch, other = company.account("Branch"), company.account("Other")
    run(company.configure())
    contact = company.contact("Two", "b@test.com", branch, Title="Boss", Department="Sales")
    completed(sync)
    winner, loser = company.user("Stranger", "a@test.com"), company.users()["b@test.com"]["id"]
    company.api("PUT", f"users/{loser}/merge", {"user": {"id": winner}})
    services.discard(advance(services.start(sync, write=False, enqueue=False, full=full)))
    completed(sync)
    users = company.users()
    assert {email: row["id"] for email, row in users.items()} == {"b@test.com": winner}
    assert (users["b@test.com"]["details"], users["b@test.com"]["external_id"]) == ("Boss", contact)
    assert linked(sync) == {contact: str(winner)}
    assert f"user {loser} was merged into this one" in warned(contact)
    assert set(company.member_of(winner)) == {"Branch"}
    company.edit(contact, AccountId=other, Department="Law")
    for _ in range(2):
        completed(sync)
    assert set(company.member_of(winner)) == {"Other"}
    assert company.users()["b@test.com"]["tags"] == ["law"]
    quiet(sync)


@READS
def test_a_contact_whose_user_was_merged_into_that_of_another_is_told_of_both(company: Company, full: bool) -> None:
    sync = ready(company)
    main, branch = company.account("Main"), company.account("Branch")
    run(company.configure())
    one, two = company.contact("One", "a@test.com", main), company.contact("Two", "b@test.com", branch)
    completed(sync)
    winner, loser = (company.users()[email]["id"] for email in ("a@test.com", "b@test.com"))
    company.api("PUT", f"users/{loser}/merge", {"user": {"id": winner}})
    run(sync, full=full)
    standing = MirrorRecord.objects.get(sync=sync, side="left", remote_id=two)
    assert standing.status == "counterpart_deleted"
    for steps_of in (standing.reason, warned(two)):
        assert f"merged into One ({winner}) in Zendesk, which One ({one}) has: merge the two contacts" in steps_of
    assert list(company.users()) == ["a@test.com"]
    quiet(sync)
    merge(company, one, two)
    for _ in range(2):
        completed(sync)
    assert linked(sync).get(one) == str(winner)
    assert list(company.users()) == ["a@test.com"]
    assert not MirrorRecord.objects.filter(sync=sync, status="counterpart_deleted").exists()
    assert run(sync).status is RunState.COMPLETED
    quiet(sync)


def test_a_lead_follows_its_user_once_a_search_finds_the_address(company: Company) -> None:
    sync = ready(company, "leads")
    lead = company.lead("Two", "b@test.com")
    completed(sync)
    winner, loser = company.user("Stranger", "a@test.com"), company.users()["b@test.com"]["id"]
    nobody = {"status": 200, "body": {"users": [], "next_page": None, "previous_page": None, "count": 0}}
    company.fault(company.zendesk, {"path": "/api/v2/users/search", "answer": nobody, "times": 1})
    company.api("PUT", f"users/{loser}/merge", {"user": {"id": winner}})
    run(sync)
    assert MirrorRecord.objects.get(sync=sync, remote_id=lead).status == "counterpart_deleted"
    assert company.fired(company.zendesk) == 1
    completed(sync)
    assert linked(sync) == {lead: str(winner)}
    quiet(sync)


@READS
def test_an_account_follows_its_organization_into_one_that_nobody_has(company: Company, full: bool) -> None:
    people = ready(company)
    accounts = company.configure()
    branch, other = company.account("Branch"), company.account("Other")
    contact = company.contact("One", "a@test.com", branch)
    completed(accounts), completed(people)
    winner, loser = company.organization("Stranger"), company.organizations()["Branch"]["id"]
    last = company.organization("Last")
    merge_organizations(company, winner, loser)
    merge_organizations(company, last, winner)
    services.discard(advance(services.start(accounts, write=False, enqueue=False, full=full)))
    for _ in range(2):
        completed(accounts), completed(people)
    assert {name: row["id"] for name, row in company.organizations().items()}["Branch"] == last
    assert set(company.organizations()) == {"Branch", "Other"}
    assert linked(accounts)[branch] == str(last)
    assert f"organization {loser} was merged into this one" in warned(branch)
    user = company.users()["a@test.com"]["id"]
    assert set(company.member_of(user)) == {"Branch"}
    quiet(accounts), quiet(people)
    company.edit(contact, AccountId=other)
    completed(people)
    assert set(company.member_of(user)) == {"Other"}


@READS
def test_an_account_whose_organization_was_merged_into_that_of_another(company: Company, full: bool) -> None:
    """It is told of both, its contacts stay where people have put them, and a merge in Salesforce ends it."""
    people = ready(company)
    accounts = company.configure()
    main, branch = company.account("Main"), company.account("Branch")
    company.contact("One", "a@test.com", branch)
    completed(accounts), completed(people)
    found = company.organizations()
    merge_organizations(company, found["Main"]["id"], found["Branch"]["id"])
    run(accounts, full=full), run(people)
    standing = MirrorRecord.objects.get(sync=accounts, side="left", remote_id=branch)
    assert standing.status == "counterpart_deleted"
    assert f"merged into Main ({found['Main']['id']}) in Zendesk, which Main ({main}) has" in standing.reason
    assert set(company.organizations()) == {"Main"}
    user = company.users()["a@test.com"]["id"]
    assert set(company.member_of(user)) == {"Main"}
    merge(company, main, branch)
    for _ in range(2):
        completed(accounts), completed(people)
    assert set(company.organizations()) == {"Main"}
    assert set(company.member_of(user)) == {"Main"}
    quiet(accounts), quiet(people)


def test_merges_on_both_sides_that_cross(company: Company) -> None:
    """The contact that is left takes the user that is left, although neither had the other."""
    sync = ready(company)
    one, two = company.contact("One", "a@test.com"), company.contact("Two", "b@test.com")
    completed(sync)
    winner, loser = (company.users()[email]["id"] for email in ("a@test.com", "b@test.com"))
    company.api("PUT", f"users/{loser}/merge", {"user": {"id": winner}})
    merge(company, two, one)
    completed(sync)
    assert linked(sync) == {two: str(winner)}
    assert {email: row["external_id"] for email, row in company.users().items()} == {"b@test.com": two}
    quiet(sync)


def test_losers_of_one_winner_are_not_both_linked_to_it(company: Company) -> None:
    sync = ready(company)
    one, two = company.contact("One", "b@test.com"), company.contact("Two", "c@test.com")
    completed(sync)
    winner = company.user("Stranger", "a@test.com")
    for email in ("b@test.com", "c@test.com"):
        company.api("PUT", f"users/{company.users()[email]['id']}/merge", {"user": {"id": winner}})
    run(sync)
    assert linked(sync)[one] == str(winner) != linked(sync)[two]
    assert f"which One ({one}) has" in MirrorRecord.objects.get(sync=sync, remote_id=two).reason
    assert [row["id"] for row in company.users().values()] == [winner]
    quiet(sync)


PLANNED = pytest.mark.parametrize("planned", [False, True], ids=["no plan before", "a plan discarded before"])


def discarded(sync: Sync) -> None:
    plan = advance(services.start(sync, write=False, enqueue=False))
    assert plan.actions.keys() & {"link", "update_right"}
    services.discard(plan)


def settled(sync: Sync, left: str, right: int, *, status: str) -> None:
    """Nothing was created for a left record, which stays linked; a further run has nothing to do."""
    for _ in range(2):
        assert "create_right" not in run(sync).actions
    assert linked(sync)[left] == str(right)
    assert MirrorRecord.objects.get(sync=sync, side="left", remote_id=left).status == status
    quiet(sync)


@PLANNED
@pytest.mark.parametrize("then", ["merged on", "deleted", "taken", "left and came back"])
def test_an_account_that_cannot_follow_as_planned_is_not_created_again(
    company: Company, then: str, planned: bool
) -> None:
    accounts = company.configure(picklist_filter={"field": "Type", "values": ["Customer"]})
    branch = company.account("Branch", Type="Customer")
    completed(accounts)
    loser, winner = company.organizations()["Branch"]["id"], company.organization("Stranger")
    merge_organizations(company, winner, loser)
    if planned:
        discarded(accounts)
    followed, status = loser, "counterpart_deleted"
    if then == "merged on":
        followed, status = company.organization("Last"), "in_sync"
        merge_organizations(company, followed, winner)
    elif then == "deleted":
        company.api("DELETE", f"organizations/{winner}")
    elif then == "taken":
        company.account("Stranger", Type="Customer")
    else:
        company.edit(branch, Type="Other")
        run(accounts)
        company.edit(branch, Type="Customer")
        followed, status = winner, "in_sync"
    settled(accounts, branch, followed, status=status)
    assert len(company.organizations()) == (0 if then == "deleted" else 1)


@PLANNED
@pytest.mark.parametrize("then", ["merged on", "deleted", "taken", "left and came back"])
def test_a_contact_that_cannot_follow_as_planned_is_not_created_again(
    company: Company, then: str, planned: bool
) -> None:
    sync = ready(company, **FILTER)
    contact = company.contact("Two", "b@test.com", Status__c="Current")
    completed(sync)
    winner, loser = company.user("Stranger", "a@test.com"), company.users()["b@test.com"]["id"]
    company.api("PUT", f"users/{loser}/merge", {"user": {"id": winner}})
    if planned:
        discarded(sync)
    followed, status = loser, "counterpart_deleted"
    if then == "merged on":
        followed, status = company.user("Last", "z@test.com"), "in_sync"
        company.api("PUT", f"users/{winner}/merge", {"user": {"id": followed}})
    elif then == "deleted":
        company.api("DELETE", f"users/{winner}")
    elif then == "taken":
        company.contact("One", "a@test.com", Status__c="Current")
    else:
        company.edit(contact, Status__c="Left")
        run(sync)
        company.edit(contact, Status__c="Current")
        followed, status = winner, "in_sync"
    settled(sync, contact, followed, status=status)
    assert len(company.users()) == (0 if then == "deleted" else 1)


@PLANNED
def test_a_match_with_another_one_than_the_deleted_counterpart_that_ends(company: Company, planned: bool) -> None:
    accounts = company.configure()
    branch = company.account("Branch")
    completed(accounts)
    first = company.organizations()["Branch"]["id"]
    company.api("DELETE", f"organizations/{first}")
    second = company.organization("Branch")
    if planned:
        discarded(accounts)
    company.api("PUT", f"organizations/{second}", {"organization": {"name": "Renamed"}})
    company.control(company.zendesk, "POST", "clock", {"advance": 90})
    settled(accounts, branch, first, status="counterpart_deleted")


def test_an_account_that_was_told_is_told_of_the_one_that_is_left_by_now(company: Company) -> None:
    accounts = company.configure()
    branch, main = company.account("Branch"), company.account("Main")
    completed(accounts)
    found = company.organizations()
    merge_organizations(company, found["Main"]["id"], found["Branch"]["id"])
    run(accounts)
    last = company.organization("Last")
    merge_organizations(company, last, found["Main"]["id"])
    for text in ("One", "Two"):
        company.edit(branch, Description=text)
        run(accounts)
    steps_of = MirrorRecord.objects.get(sync=accounts, side="left", remote_id=branch).reason
    assert linked(accounts) == {branch: str(found["Branch"]["id"]), main: str(last)}
    assert f"merged into Main ({last}) in Zendesk, which Main ({main}) has" in steps_of
    quiet(accounts)
