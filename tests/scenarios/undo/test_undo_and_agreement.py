"""What both sides agree on after an undo is what the undo has put back, and no more."""

from __future__ import annotations

import pytest

from mappings.models import Sync
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.runs.models import Link
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import completed, ready
from tests.worlds.runs import advance, plan
from tests.worlds.sequences import TITLE, runs, states, title, undo


def test_the_next_plan_wants_the_same_again(company: Company) -> None:
    """undo-people.md: "with the same configuration and the same records, the next plan wants the same again"."""
    sync = ready(company, details="", mappings=[TITLE])
    c = company.contact("One", "a@test.com", Title="Boss")
    completed(sync)
    u = company.users()["a@test.com"]["id"]
    company.edit_user(u, user_fields={"title": "Chief"})
    ended = completed(sync)  # Chief goes to Salesforce
    undo(ended)
    assert company.contacts()[c]["Title"] == "Boss"
    runs(sync, 1)
    assert title(company, "a@test.com") == "Chief"


def test_a_later_edit_of_another_field_is_lost(company: Company) -> None:
    """ADR 3; undo-people.md."""
    other = {"left": "AssistantName", "right": "assistant", "direction": "both"}
    sync = ready(company, details="", mappings=[TITLE, other])
    c = company.contact("One", "a@test.com", Title="Boss", AssistantName="Ann")
    completed(sync)
    u = company.users()["a@test.com"]["id"]
    company.edit(c, Title="Chief")
    first = completed(sync)
    company.edit(c, AssistantName="Bea")
    completed(sync)
    undo(first)  # takes the title back, and with it the agreement about the assistant: "Ann"
    company.edit_user(u, user_fields={"assistant": "Zoe"})
    runs(sync, 1)
    assert company.contacts()[c]["AssistantName"] == "Zoe"


def test_whose_a_tag_is_is_forgotten(company: Company) -> None:
    """S3.19: a changed value replaces our own earlier tag."""
    sync = ready(company)
    c = company.contact("One", "a@test.com", Department="Sales")
    completed(sync)
    company.edit(c, LastName="Two")
    first = completed(sync)
    company.edit(c, Department="Support")
    completed(sync)
    undo(first)
    completed(sync)
    company.edit(c, Department=None)
    runs(sync, 1)
    assert company.users()["a@test.com"]["tags"] == []


def pair(company: Company, name: str = "One") -> tuple[Sync, int, str]:
    sync = ready(company, details="", mappings=[TITLE])
    return sync, company.user(name, "a@test.com", user_fields={"title": "Chief"}), company.contact("One", "a@test.com")


def test_an_undone_first_link_ends(company: Company) -> None:
    """undo-people.md: "The first link of two records | ends; both are free again"."""
    sync, _, c = pair(company)
    undo(completed(sync))
    assert not Link.objects.filter(left_id=c, active=True).exists()


def test_an_excluded_link_is_not_made(company: Company) -> None:
    """ADR 1: nothing but the approved rows is written."""
    sync, _, c = pair(company)
    waiting = plan(sync)
    services.exclude(waiting, [waiting.steps.get(verb="link").pk])
    advance(services.approve(waiting, enqueue=False))
    assert not Link.objects.filter(left_id=c, active=True).exists()


def test_a_link_that_became_a_conflict_is_not_made(company: Company) -> None:
    sync, u, c = pair(company, "Uno")
    waiting = plan(sync)
    company.edit_user(u, name="Dos")
    advance(services.approve(waiting, enqueue=False))
    assert not Link.objects.filter(left_id=c, active=True).exists()


def test_an_undone_first_link_takes_along_what_later_runs_added(company: Company) -> None:
    """S3.19, S3.C15: tags and memberships of ours go with the link that knows that they are ours; others stay."""
    acme = company.account("Acme")
    sync = ready(company)
    user = company.user("One", "a@test.com", tags=["vip"])
    contact = company.contact("One", "a@test.com", Department="Sales")
    first = completed(sync)
    company.edit(contact, Department="Support", AccountId=acme)
    completed(sync)
    assert sorted(company.users()["a@test.com"]["tags"]) == ["support", "vip"]
    assert list(company.member_of(user)) == ["Acme"]
    undone = undo(first)
    assert company.users()["a@test.com"]["tags"] == ["vip"]
    assert company.member_of(user) == {}
    undo(undone)
    assert sorted(company.users()["a@test.com"]["tags"]) == ["support", "vip"]
    assert list(company.member_of(user)) == ["Acme"]
    runs(sync, 1)
    assert sorted(company.users()["a@test.com"]["tags"]) == ["support", "vip"]


@pytest.mark.parametrize("several", [True, False])
def test_a_membership_comes_back_only_with_its_link(company: Company, several: bool) -> None:
    """S3.C15: a record from which another one has taken its user over has no link that remembers a membership."""
    company.set_up(multiple_organizations=several)
    acme, beta = company.account("Acme"), company.account("Beta")
    sync = ready(company)
    company.check_connections()
    first = company.contact("One", "a@test.com", acme)
    company.contact("Two", "a@test.com", beta)
    completed(sync)
    user = company.users()["a@test.com"]["id"]
    company.remove(first)
    undone = undo(completed(sync))
    assert "Acme" not in company.member_of(user), states(undone)
    assert undone.steps.filter(reason_code=ReasonCode.NOT_LINKED).count() == 1
    runs(sync, 2)
    assert company.member_of(user) == {"Beta": True}


def test_nothing_of_ours_comes_back_for_a_link_that_a_later_run_has_ended(company: Company) -> None:
    """S3.19, S3.C15."""
    company.set_up(multiple_organizations=True)
    acme, beta = company.account("Acme"), company.account("Beta")
    sync = ready(company)
    company.check_connections()
    contact = company.contact("One", "a@test.com", acme, Department="Sales")
    company.contact("Two", "a@test.com")
    completed(sync)
    user = company.users()["a@test.com"]["id"]
    company.edit(contact, AccountId=beta, Department="Support")
    moved = completed(sync)
    company.remove(contact)
    completed(sync)
    assert (company.member_of(user), company.users()["a@test.com"]["tags"]) == ({}, [])
    undone = undo(moved)
    runs(sync, 2)
    assert (company.member_of(user), company.users()["a@test.com"]["tags"]) == ({}, []), states(undone)
