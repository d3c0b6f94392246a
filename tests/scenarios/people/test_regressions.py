"""What random worlds of people have found, each told as a short story."""

from __future__ import annotations

from typing import Any

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Side
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.services import decisions
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.runs import advance, counts, plan, run


def ready(company: Company, slug: str = "contacts", **changes: Any) -> Sync:
    """The accounts are synced; this sync of people is about to be."""
    assert run(company.configure()).status is RunState.COMPLETED
    return company.configure_people(slug, **changes)


def add_address(company: Company, user: int, email: str) -> None:
    """An agent gives the user a second address."""
    company.api("POST", f"users/{user}/identities", {"identity": {"type": "email", "value": email}})


def test_those_who_wait_for_a_user_that_cannot_be_made_wait_quietly(company: Company) -> None:
    """S3.C13: the first of an email is refused for good, so there is no user for the others of that email."""
    add_address(company, company.user("Somebody", "some@body.example"), "ann@one.example")
    sync = ready(company)
    for name in ("One", "Two"):
        company.contact(name, "ann@one.example")
    for _ in range(7):
        ended = run(sync)
    assert counts(ended)["planned"] == 0


def test_a_contact_whose_organization_was_deleted_is_made_a_user_without_one(company: Company) -> None:
    """S1.4: an account without its organization is no valid account; nobody can be made a member of it."""
    account = company.account("Acme")
    sync = ready(company)
    company.contact("Before", "before@one.example", account)
    assert run(sync).status is RunState.COMPLETED
    company.api("DELETE", f"organizations/{company.organizations()['Acme']['id']}")
    company.contact("After", "after@one.example", account)
    run(Sync.objects.get(slug="accounts"))
    assert run(sync).status is RunState.COMPLETED
    assert {name: user["organization_id"] for name, user in company.users().items()} == {
        "before@one.example": None,
        "after@one.example": None,
    }
    assert counts(run(sync))["planned"] == 0


def test_what_a_run_to_the_other_system_left_out_is_not_forgotten(company: Company) -> None:
    """A1: the membership of a deleted contact ends in Zendesk; a run that writes only to Salesforce leaves that out."""
    sync = ready(company)
    contact = company.contact("Ann", "ann@one.example", company.account("Acme"))
    run(Sync.objects.get(slug="accounts"))
    run(sync)
    company.remove(contact)
    assert counts(run(sync, direction=RunDirection.TO_LEFT))["planned"] == 0
    run(sync)
    assert company.member_of(company.users()["ann@one.example"]["id"]) == {}


def test_a_field_that_was_refused_is_tried_again_although_a_membership_was_added(company: Company) -> None:
    """S3.C13: one step of a record went well, another did not; the record is not in sync."""
    other = company.user("Somebody", "some@body.example")
    sync, account = ready(company), company.account("Acme")
    run(Sync.objects.get(slug="accounts"))
    contact = company.contact("Ann", "ann@one.example")
    run(sync)
    company.edit(contact, Email="some@body.example", AccountId=account)
    ended = run(sync)
    assert ended.status is RunState.REJECTIONS
    assert MirrorRecord.objects.get(sync=sync, remote_id=contact).status == "rejected"
    company.api("DELETE", f"users/{other}")
    assert run(sync).status is RunState.COMPLETED
    assert company.member_of(company.users()["some@body.example"]["id"]) == {"Acme": True}


def test_a_removal_that_nobody_has_approved_is_asked_for_again(company: Company) -> None:
    """S3.C15: policy "ask"; the contact has gone from one account to another, and only the addition was written."""
    old, new = company.account("Old"), company.account("New")
    sync = ready(company, membership_end="ask")
    contact = company.contact("Ann", "ann@one.example", old)
    run(sync)
    company.edit(contact, AccountId=new)
    run(sync)
    user = company.users()["ann@one.example"]["id"]
    assert set(company.member_of(user)) == {"Old", "New"}
    run(sync, approve_all=True)
    assert set(company.member_of(user)) == {"New"}


def leaves_a_group(company: Company, **changes: Any) -> tuple[Sync, str, int]:
    """Two contacts of one email at two accounts are one user; then the second one gets an email of its own."""
    first, second = company.account("First"), company.account("Second")
    sync = ready(company, **changes)
    company.contact("One", "ann@one.example", first)
    leaver = company.contact("Two", "ann@one.example", second)
    run(sync)
    company.edit(leaver, Email="two@one.example")
    return sync, leaver, company.users()["ann@one.example"]["id"]


def test_a_record_that_leaves_its_group_keeps_its_part_while_its_membership_cannot_be_ended(company: Company) -> None:
    """S3.C15: whose the membership is would be forgotten with the link."""
    sync, leaver, user = leaves_a_group(company)
    company.fault(
        company.zendesk,
        {"method": "DELETE", "path": "*destroy_many", "job": {"fail_rows": [0], "error": "Refused", "details": "no"}},
    )
    assert run(sync).status is RunState.REJECTIONS
    assert set(company.member_of(user)) == {"First", "Second"}
    assert Link.objects.get(left_id=leaver).right_id == str(user)
    run(sync)
    assert set(company.member_of(user)) == {"First"}
    run(sync)
    assert company.member_of(company.users()["two@one.example"]["id"]) == {"Second": True}


def test_a_record_that_leaves_its_group_waits_for_the_approval_of_its_removal(company: Company) -> None:
    """S3.C15: policy "ask"."""
    sync, leaver, user = leaves_a_group(company, membership_end="ask")
    run(sync)
    assert Link.objects.get(left_id=leaver).right_id == str(user)
    run(sync, approve_all=True)
    assert set(company.member_of(user)) == {"First"}


def test_a_record_whose_email_is_that_of_another_user_is_told_once(company: Company) -> None:
    """S3.C13: its user was edited, so it is looked at again; nothing can be done, and that is said a single time."""
    sync = ready(company)
    first, _ = company.contact("Ann", "ann@one.example"), company.contact("Bob", "bob@one.example")
    run(sync)
    company.edit(first, Email="bob@one.example")
    for _ in range(6):  # Bob's user has the address; what was refused is tried five times
        run(sync)
    company.edit_user(company.users()["bob@one.example"]["id"], alias="B", notes="edited")
    run(sync)
    assert counts(run(sync))["planned"] == 0


def test_an_edit_of_a_user_is_not_settled_by_a_duplicate(company: Company) -> None:
    """S1.22: once the duplicate was told of, an edit of the user wakes it too; the syncing record answers."""
    sync = ready(company)
    company.contact("One", "ann@one.example")
    second = company.contact("Two", "ann@one.example")
    run(sync)
    company.edit(second, Title="Guest")
    run(sync)
    assert MirrorRecord.objects.get(remote_id=second).status == "duplicate"
    company.edit_user(company.users()["ann@one.example"]["id"], name="Typed by an agent")
    run(sync)
    assert company.users()["ann@one.example"]["name"] == "One"


def test_a_decision_to_leave_a_record_alone_that_came_too_late_is_not_heard(company: Company) -> None:
    """The run that links the record was at work when somebody decided; its membership stays with it."""
    sync = ready(company)
    contact = company.contact("Ann", "ann@one.example", company.account("Acme"))
    run(Sync.objects.get(slug="accounts"))
    waiting = plan(sync)
    decisions.ignore(sync, side=Side.LEFT, remote_id=contact, by=None)
    advance(services.approve(waiting, enqueue=False))
    run(sync)
    assert company.member_of(company.users()["ann@one.example"]["id"]) == {"Acme": True}


def test_a_pin_that_came_after_the_plan_holds_from_the_next_run_on(company: Company) -> None:
    """A8: the plan that waited was written as it was approved, and did not settle what was decided meanwhile."""
    sync = ready(company)
    company.contact("One", "ann@one.example")
    second = company.contact("Two", "ann@one.example")
    waiting = plan(sync)
    decisions.pin(sync, left_id=second, by=None)
    advance(services.approve(waiting, enqueue=False))
    assert company.users()["ann@one.example"]["name"] == "One"
    run(sync)
    assert company.users()["ann@one.example"]["name"] == "Two"


def test_an_account_that_is_synced_while_a_plan_of_contacts_waits_brings_its_membership(company: Company) -> None:
    """S1.11."""
    sync = ready(company)
    company.contact("Ann", "ann@one.example", company.account("Acme"))
    waiting = plan(sync)
    run(Sync.objects.get(slug="accounts"))
    advance(services.approve(waiting, enqueue=False))
    run(sync)
    assert company.member_of(company.users()["ann@one.example"]["id"]) == {"Acme": True}


def test_undo_leaves_a_user_that_somebody_has_filled_in_or_put_into_an_organization(company: Company) -> None:
    """S3.19: what people did stands; the user that nobody has touched is deleted."""
    company.account("Acme")
    sync = ready(company)
    for name in ("typed", "joined", "untouched"):
        company.contact(name, f"{name}@one.example")
    done = run(sync)
    users = company.users()
    company.control(company.zendesk, "POST", "clock", {"advance": 60})
    company.edit_user(users["typed@one.example"]["id"], alias="Annie")
    company.join(users["joined@one.example"]["id"], company.organizations()["Acme"]["id"])
    advance(services.undo(done, write=True, enqueue=False))
    assert set(company.users()) == {"typed@one.example", "joined@one.example"}


def test_an_undo_that_waited_leaves_a_user_that_somebody_has_put_into_an_organization(company: Company) -> None:
    company.account("Acme")
    sync = ready(company)
    company.contact("Ann", "ann@one.example")
    waiting = advance(services.undo(run(sync), enqueue=False))
    company.control(company.zendesk, "POST", "clock", {"advance": 60})
    company.join(company.users()["ann@one.example"]["id"], company.organizations()["Acme"]["id"])
    assert counts(advance(services.approve(waiting, enqueue=False)))["conflicts"] == 1
    assert set(company.users()) == {"ann@one.example"}


def test_the_memberships_of_a_user_that_became_an_agent_are_left_alone(company: Company) -> None:
    """Agents are never touched, not even when the contact that brought a membership is gone."""
    sync = ready(company)
    contact = company.contact("Ann", "ann@one.example", company.account("Acme"))
    run(Sync.objects.get(slug="accounts"))
    run(sync)
    user = company.users()["ann@one.example"]["id"]
    company.edit_user(user, role="agent")
    company.remove(contact)
    run(sync)
    assert company.member_of(user) == {"Acme": True}


def of_one_email(company: Company, *names: str) -> tuple[Sync, list[str], int]:
    """Contacts of one email and their one user; the first one fills it."""
    sync = ready(company, no_email="create")
    contacts = [company.contact(name, "ann@one.example") for name in names]
    run(sync)
    return sync, contacts, company.users()["ann@one.example"]["id"]


def fillers(user: int) -> set[str]:
    """Who fills the user."""
    return set(Link.objects.filter(right_id=str(user), role="syncing", active=True).values_list("left_id", flat=True))


def test_one_record_takes_a_user_over_when_another_leaves_the_group_at_the_same_time(company: Company) -> None:
    """S1.19: the first is deleted and the last gets another email; the user is that of the one with its email."""
    sync, (first, second, third), user = of_one_email(company, "One", "Two", "Three")
    company.remove(first)
    company.edit(third, Email="three@one.example")
    for _ in range(2):
        run(sync)
    assert fillers(user) == {second}
    assert company.users()["three@one.example"]["name"] == "Three"


def test_a_duplicate_without_an_email_leaves_its_user_to_the_one_who_fills_it(company: Company) -> None:
    """S1.19: it gets a user of its own, as every record without an email does by policy "create"."""
    sync, (first, second), user = of_one_email(company, "One", "Two")
    company.edit(second, Email=None)
    for _ in range(2):
        run(sync)
    assert fillers(user) == {first}
    assert company.users()["Two"]["id"] != user


def test_a_user_keeps_the_record_that_fills_it_while_no_other_can_take_it_over(company: Company) -> None:
    """S1.19: the successor's email belongs to another user, so nothing of it is written, a membership neither."""
    sync = ready(company)
    account = company.account("Acme")
    run(Sync.objects.get(slug="accounts"))
    first, second = company.contact("Ann", "ann@one.example"), company.contact("Bob", "bob@one.example")
    run(sync)
    user = company.users()["bob@one.example"]["id"]
    company.edit(first, Email=None)
    company.edit(second, Email="ann@one.example")
    company.contact("Cyd", "ann@one.example", account)  # preferred, since its account is synced
    for _ in range(7):
        ended = run(sync)
    assert counts(ended)["planned"] == 0
    assert (fillers(user), company.member_of(user)) == ({second}, {})
