"""A worker dies while it writes memberships: what people have put in place meanwhile, or had before, stays theirs."""

from __future__ import annotations

import pytest

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.interruptions import Killed, killed_at_write
from tests.worlds.people import completed, quiet, ready, steps_of
from tests.worlds.runs import advance, plan

A = "a@test.com"
LATER = 120


def killed(sync: Sync, path: str, *, arrived: bool) -> Run:
    """A run whose worker has died with its write to this path."""
    started = services.start(sync, write=True, approve_all=True, enqueue=False)
    with pytest.raises(Killed), killed_at_write(f"organization_memberships/{path}", arrived=arrived):
        advance(started)
    return started


def gone_on(run: Run) -> Run:
    ended = advance(run)
    assert ended.status is RunState.COMPLETED, steps_of(ended)
    return ended


def time_passes(company: Company) -> None:
    company.control(company.zendesk, "POST", "clock", {"advance": LATER})


def join(company: Company, name: str) -> None:
    """An agent puts the user into this organization, long after and before anything else happens."""
    time_passes(company)
    company.join(company.users()[A]["id"], company.organizations()[name]["id"])
    time_passes(company)


def organizations(company: Company) -> dict[str, bool]:
    return company.member_of(company.users()[A]["id"])


@pytest.fixture
def second(company: Company) -> str:
    """The account Second; the user is in First by an agent's hand."""
    company.account("First")
    return company.account("Second")


@pytest.fixture
def contacts(company: Company, second: str) -> Sync:
    sync = ready(company)
    company.user("One", A, organization_id=company.organizations()["First"]["id"])
    return sync


@pytest.mark.parametrize(("when", "arrived"), [("before", True), ("before", False), ("after", False)])
@pytest.mark.parametrize("end", ["undo", "other account"])
def test_a_membership_that_an_agent_made_is_not_taken_for_the_one_that_was_sent(
    company: Company, second: str, contacts: Sync, when: str, arrived: bool, end: str
) -> None:
    """S3.C15, S3.19: neither an undo nor the end of the relation takes it away."""
    contact = company.contact("One", A, second)
    if when == "before":
        join(company, "Second")
    dead = killed(contacts, "create_many", arrived=arrived)
    if when == "after":
        join(company, "Second")
    gone_on(dead)
    if end == "undo":
        advance(services.undo(dead, write=True, approve_all=True, enqueue=False))
    else:
        company.edit(contact, AccountId=None)
        completed(contacts)
    assert set(organizations(company)) == {"First", "Second"}


@pytest.mark.parametrize("arrived", [True, False])
def test_what_was_sent_and_has_arrived_is_ours(company: Company, second: str, contacts: Sync, arrived: bool) -> None:
    """S3.C15: it ends with the relation."""
    contact = company.contact("One", A, second)
    gone_on(killed(contacts, "create_many", arrived=arrived))
    assert set(organizations(company)) == {"First", "Second"}
    time_passes(company)
    company.edit(contact, AccountId=None)
    completed(contacts)
    assert set(organizations(company)) == {"First"}
    quiet(contacts)


@pytest.mark.parametrize("arrived", [True, False])
def test_a_removal_is_not_sent_again_for_a_membership_that_an_agent_has_made_since(
    company: Company, second: str, contacts: Sync, arrived: bool
) -> None:
    contact = company.contact("One", A, second)
    completed(contacts)
    time_passes(company)
    company.edit(contact, AccountId=None)
    dead = killed(contacts, "destroy_many", arrived=arrived)
    if arrived:
        join(company, "Second")
    gone_on(dead)
    assert set(organizations(company)) == ({"First", "Second"} if arrived else {"First"})
    quiet(contacts)


def test_a_primary_organization_that_an_agent_gave_first_is_not_moved_later(company: Company) -> None:
    """A7: the run only found it."""
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    company.user("One", A)
    contact = company.contact("One", A, first)
    waiting = plan(sync)
    join(company, "First")
    gone_on(services.approve(waiting, enqueue=False))
    company.edit(contact, AccountId=second)
    completed(sync)
    assert organizations(company) == {"First": True, "Second": False}
