"""A former address of a user: given back to the record that still has it, or that gets it (S1.40)."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import FormerAddress, Link, MirrorRecord
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.interruptions import Killed, killed_at_write
from tests.worlds.people import actions, completed, quiet, ready, steps_of
from tests.worlds.runs import advance, counts, plan, run
from tests.worlds.sequences import undo

A, NEW = "a@test.com", "new@test.com"


def names(company: Company) -> dict[str, str]:
    return {email: user["name"] for email, user in company.users().items()}


def organizations(company: Company, email: str) -> set[str]:
    return set(company.member_of(company.users()[email]["id"]))


def secondary(company: Company, email: str) -> set[str]:
    found = company.api("GET", f"users/{company.users()[email]['id']}/identities")["identities"]
    return {one["value"] for one in found if not one["primary"]}


@pytest.fixture(params=[True, False], ids=["several organizations", "one organization"])
def several(request: pytest.FixtureRequest, company: Company) -> bool:
    company.set_up(multiple_organizations=request.param)
    return request.param


def trio(company: Company, **changes: Any) -> tuple[Sync, str, str, str]:
    """Three contacts of one email, each at an account of its own."""
    accounts = [company.account(name) for name in ("First", "Second", "Third")]
    sync = ready(company, **changes)
    one, two, three = (
        company.contact(name, A, account) for name, account in zip(("One", "Two", "Three"), accounts, strict=True)
    )
    completed(sync)
    return sync, one, two, three


def test_the_others_of_the_group_get_a_user_of_their_own_in_the_same_run(company: Company, several: bool) -> None:
    """S1.40: the mover keeps its user; the address goes to a user of those who still have it."""
    sync, one, two, three = trio(company)
    user = company.users()[A]["id"]
    company.edit(one, Email=NEW, Title="Moved")
    ended = completed(sync)
    assert actions(ended)["free_address"] == 1
    assert company.users()[NEW]["id"] == user
    assert names(company) == {NEW: "One", A: "Two"}
    assert company.users()[NEW]["details"] == "Moved"
    assert organizations(company, NEW) == {"First"}
    assert organizations(company, A) == ({"Second", "Third"} if several else {"Second"})
    own = str(company.users()[A]["id"])
    assert dict(Link.objects.filter(sync=sync).values_list("left_id", "right_id")) == {
        one: str(user), two: own, three: own,
    }  # fmt: skip
    assert secondary(company, NEW) == set()
    completed(sync)
    quiet(sync)


def test_a_duplicate_that_moves_gets_its_user_at_once(company: Company, several: bool) -> None:
    sync, _, two, _ = trio(company)
    company.edit(two, Email=NEW)
    completed(sync)
    assert names(company) == {A: "One", NEW: "Two"}
    assert organizations(company, NEW) == {"Second"}
    assert "Second" not in organizations(company, A)
    completed(sync)
    quiet(sync)


def test_a_lead_of_the_group_gets_its_user_by_its_own_run(company: Company) -> None:
    contacts = ready(company)
    leads = company.configure_people("leads")
    one = company.contact("One", A)
    company.lead("Lea", A)
    completed(contacts), completed(leads)
    company.edit(one, Email=NEW)
    plan(contacts)
    waits = completed(leads)  # the contact's user has the address still
    assert {code for (code,) in waits.steps.values_list("reason_code")} <= {"waits", "duplicate"}
    completed(contacts)
    completed(leads)
    assert names(company) == {NEW: "One", A: "Lea"}
    completed(leads), completed(contacts)
    quiet(contacts), quiet(leads)


def test_an_address_that_a_run_has_left_is_freed_for_whoever_gets_it_later(company: Company) -> None:
    """The former holder is no record of the group any more; a new and a moved contact want its addresses."""
    sync = ready(company)
    one, two = company.contact("One", A), company.contact("Two", "two@test.com")
    completed(sync)
    for email in ("b@test.com", NEW):
        company.edit(one, Email=email)
        completed(sync)
    assert secondary(company, NEW) == {A, "b@test.com"}
    company.edit(two, Email="B@test.com", Title="moved")
    company.contact("Three", A)
    completed(sync)
    assert names(company) == {NEW: "One", "b@test.com": "Two", A: "Three"}
    assert company.users()["b@test.com"]["details"] == "moved"
    assert secondary(company, NEW) == set()
    quiet(sync)


def test_addresses_go_along_a_chain_in_one_run(company: Company) -> None:
    sync = ready(company)
    ids = [company.contact(name, f"{name}@test.com") for name in ("c", "b", "a")]
    completed(sync)
    users = {email: user["id"] for email, user in company.users().items()}
    for id, email in zip(ids, ("free@test.com", "c@test.com", "b@test.com"), strict=True):
        company.edit(id, Email=email)
    ended = completed(sync)
    assert names(company) == {"free@test.com": "c", "c@test.com": "b", "b@test.com": "a"}
    after = {email: user["id"] for email, user in company.users().items()}
    assert after == {
        "free@test.com": users["c@test.com"], "c@test.com": users["b@test.com"], "b@test.com": users["a@test.com"],
    }  # fmt: skip
    quiet(sync)
    for now in (users, after, users):
        ended = undo(ended)
        assert ended.status is RunState.COMPLETED
        assert {email: user["id"] for email, user in company.users().items()} == now


def test_an_address_that_somebody_has_added_is_not_ours_to_remove(company: Company) -> None:
    """The holder of a refused address gets everything else of what it has (S1.33)."""
    sync = ready(company)
    company.contact("One", A)
    two = company.contact("Two", "two@test.com")
    completed(sync)
    user = company.users()[A]["id"]
    company.api("POST", f"users/{user}/identities", {"identity": {"type": "email", "value": NEW}})
    company.edit(two, Email=NEW, Title="moved")
    ended = run(sync)
    assert (ended.status, counts(ended)["rejected"]) == (RunState.REJECTIONS, 1)
    assert secondary(company, A) == {NEW}
    assert company.users()["two@test.com"]["details"] == "moved"
    assert "already has the address" in MirrorRecord.objects.get(remote_id=two).reason
    company.api("DELETE", f"users/{user}")
    completed(sync, unresolved=1)
    assert company.users()[NEW]["name"] == "Two"


def test_a_user_of_somebody_else_keeps_its_group(company: Company) -> None:
    """The filler joins the group of another user: its own one goes to the record that still has the address."""
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    one, two = company.contact("One", A, first), company.contact("Two", A, second)
    other = company.contact("Other", NEW)
    completed(sync)
    before = {email: user["id"] for email, user in company.users().items()}
    company.edit(one, Email=NEW)
    for _ in range(3):
        completed(sync)
    assert {email: user["id"] for email, user in company.users().items()} == before
    assert dict(Link.objects.filter(sync=sync).values_list("left_id", "right_id")) == {
        one: str(before[NEW]), two: str(before[A]), other: str(before[NEW]),
    }  # fmt: skip
    assert organizations(company, A) == {"Second"}
    assert organizations(company, NEW) == {"First"}
    quiet(sync)


def test_undo_gives_the_address_back_once_more(company: Company) -> None:
    sync, one, _, _ = trio(company)
    user = company.users()[A]["id"]
    company.edit(one, Email=NEW)
    back = undo(completed(sync))
    assert back.status is RunState.COMPLETED, steps_of(back)
    assert {email: row["id"] for email, row in company.users().items()} == {A: user}
    once_more = undo(back)
    assert once_more.status is RunState.COMPLETED, steps_of(once_more)
    assert names(company) == {NEW: "One", A: "Two"}
    assert organizations(company, A) == {"Second", "Third"}
    assert undo(once_more).status is RunState.COMPLETED
    company.edit(one, Email=A)
    for _ in range(2):
        completed(sync)
    assert organizations(company, A) == {"First", "Second", "Third"}
    quiet(sync)


def test_a_removal_that_waits_for_approval_keeps_the_record_where_it_is(company: Company) -> None:
    sync, one, two, _ = trio(company, membership_end="ask")
    user = str(company.users()[A]["id"])
    company.edit(one, Email=NEW)
    run(sync)
    assert Link.objects.get(left_id=two).right_id == user
    completed(sync, approve_all=True)
    assert names(company) == {NEW: "One", A: "Two"}
    assert organizations(company, NEW) == {"First"}
    assert organizations(company, A) == {"Second", "Third"}


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("path", ["make_primary", "create_many", "destroy_many"])
def test_a_worker_that_dies_on_the_way_leaves_nothing_half_done(company: Company, path: str, arrived: bool) -> None:
    sync, one, _, _ = trio(company)
    company.edit(one, Email=NEW)
    started = services.start(sync, write=True, enqueue=False)
    with pytest.raises(Killed), killed_at_write(path, arrived=arrived):
        advance(started)
    ended = advance(started)
    assert ended.status is RunState.COMPLETED, steps_of(ended)
    assert names(company) == {NEW: "One", A: "Two"}
    assert organizations(company, A) == {"Second", "Third"}
    assert organizations(company, NEW) == {"First"}
    assert not FormerAddress.objects.exists()
    completed(sync)
    quiet(sync)
