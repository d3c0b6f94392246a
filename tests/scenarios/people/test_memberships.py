"""Which organizations a user is in, over HTTP: what its contacts bring, what ends, what people have arranged."""

from __future__ import annotations

import pytest

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Link, Step
from syncadmin.runs.services import decisions
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import actions, completed, quiet, ready, steps_of, warnings
from tests.worlds.runs import advance, counts, plan, run


def organizations(company: Company, email: str = "a@test.com") -> dict[str, bool]:
    """Names of the user's organizations, each with whether it is the primary one."""
    return company.member_of(company.users()[email]["id"])


def test_a_contact_whose_account_is_not_synced_makes_a_user_in_no_organization(company: Company) -> None:
    """S1.14: a syncing record without a valid account syncs its fields alone."""
    sync = ready(company)
    company.contact("One", "a@test.com", company.account("Came later"))
    company.contact("Two", "b@test.com")
    completed(sync)
    assert organizations(company) == organizations(company, "b@test.com") == {}
    quiet(sync)


def test_an_account_that_is_synced_later_brings_its_contacts_users_in(company: Company) -> None:
    """S1.11: the account becomes valid, and nobody has to touch the contact for it."""
    sync = ready(company)
    company.contact("One", "a@test.com", company.account("Came later"))
    completed(sync)
    completed(company.configure())
    completed(sync)
    assert organizations(company) == {"Came later": True}
    quiet(sync)


def test_the_first_membership_of_a_user_that_was_there_is_the_primary_one(company: Company) -> None:
    """S1.14, enabled and disabled: a user in no organization."""
    account = company.account("Acme")
    sync = ready(company)
    company.user("Somebody", "a@test.com")
    company.contact("One", "a@test.com", account)
    completed(sync)
    assert organizations(company) == {"Acme": True}
    assert Link.objects.get(sync=sync).last_synced["organization_id"] == str(company.organizations()["Acme"]["id"])
    quiet(sync)


def test_a_primary_organization_that_people_have_chosen_stays_and_ours_is_added(company: Company) -> None:
    """A7."""
    account = company.account("Acme")
    theirs = company.organization("Chosen by hand")
    sync = ready(company)
    company.user("Somebody", "a@test.com", organization_id=theirs)
    company.contact("One", "a@test.com", account)
    completed(sync)
    assert organizations(company) == {"Chosen by hand": True, "Acme": False}
    quiet(sync)


def test_a_changed_account_moves_the_membership_and_the_primary_organization(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    contact = company.contact("One", "a@test.com", first)
    completed(sync)
    company.edit(contact, AccountId=second)
    moved = completed(sync)
    assert actions(moved) == {"add_membership": 1, "make_primary": 1, "remove_membership": 1}
    assert organizations(company) == {"Second": True}
    quiet(sync)


def test_a_changed_account_leaves_a_primary_organization_alone_that_an_agent_has_chosen_since(company: Company) -> None:
    """A7: we change it only away from a membership of ours."""
    first, second = company.account("First"), company.account("Second")
    theirs = company.organization("Chosen by hand")
    sync = ready(company)
    contact = company.contact("One", "a@test.com", first)
    completed(sync)
    user = company.users()["a@test.com"]["id"]
    company.join(user, theirs)
    choose_primary(company, user, theirs)
    completed(sync)
    company.edit(contact, AccountId=second)
    completed(sync)
    assert organizations(company) == {"Chosen by hand": True, "Second": False}
    quiet(sync)


def choose_primary(company: Company, user: int, organization: int) -> None:
    rows = company.api("GET", f"users/{user}/organization_memberships")["organization_memberships"]
    wanted = next(row["id"] for row in rows if row["organization_id"] == organization)
    company.api("PUT", f"users/{user}/organization_memberships/{wanted}/make_default")


def test_a_membership_that_an_agent_made_is_not_ours_and_outlasts_the_contact(company: Company) -> None:
    """S3.C15: only what we added ends with the relation."""
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    user = company.user("Somebody", "a@test.com", organization_id=company.organizations()["First"]["id"])
    contact = company.contact("One", "a@test.com", first)
    completed(sync)
    company.edit(contact, AccountId=second)
    completed(sync)
    assert company.member_of(user) == {"First": True, "Second": False}
    company.edit(contact, AccountId=None)
    completed(sync)
    assert company.member_of(user) == {"First": True}
    quiet(sync)


def test_a_membership_of_ours_that_another_contact_of_the_user_wants_stays(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    one = company.contact("One", "a@test.com", first)
    company.contact("Two", "a@test.com", first)
    completed(sync)
    company.edit(one, AccountId=second)
    completed(sync)
    assert organizations(company) == {"First": False, "Second": True}
    quiet(sync)


def test_two_contacts_of_one_person_at_one_account_bring_it_once_and_the_last_takes_it_along(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    company.contact("One", "a@test.com", first)
    two, three = company.contact("Two", "a@test.com", second), company.contact("Three", "a@test.com", second)
    made = completed(sync)
    assert actions(made)["add_membership"] == 1
    assert organizations(company) == {"First": True, "Second": False}
    company.remove(two)
    completed(sync)
    assert organizations(company) == {"First": True, "Second": False}
    quiet(sync)
    company.edit(three, AccountId=None)
    completed(sync)
    assert organizations(company) == {"First": True}
    quiet(sync)


def test_a_membership_goes_over_to_the_contact_that_stays_when_the_other_gets_another_email(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    company.contact("One", "a@test.com", first)
    two, three = company.contact("Two", "a@test.com", second), company.contact("Three", "a@test.com", second)
    completed(sync)
    company.edit(two, Email="b@test.com")
    for _ in range(2):
        completed(sync)
    assert organizations(company) == {"First": True, "Second": False}
    assert organizations(company, "b@test.com") == {"Second": True}
    company.edit(three, AccountId=None)
    completed(sync)
    assert organizations(company) == {"First": True}
    quiet(sync)


def test_a_duplicate_whose_account_changes_moves_its_own_membership_only(company: Company) -> None:
    """A15: the membership is added although no field is synced, and the warning says so."""
    first, second, third = (company.account(name) for name in ("First", "Second", "Third"))
    sync = ready(company)
    company.contact("One", "a@test.com", first)
    two = company.contact("Two", "a@test.com", second)
    completed(sync)
    company.edit(two, AccountId=third, Title="Nobody reads this")
    ended = completed(sync)
    assert actions(ended) == {"add_membership": 1, "remove_membership": 1}
    assert organizations(company) == {"First": True, "Third": False}
    assert warnings(sync, run_id=ended.pk) == [(two, "a@test.com")]
    quiet(sync)


@pytest.mark.parametrize(("policy", "left"), [("remove", {"Second"}), ("keep", {"First", "Second"})])
def test_a_membership_of_ours_ends_with_the_relation_as_the_policy_says(
    company: Company, policy: str, left: set[str]
) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company, membership_end=policy)
    contact = company.contact("One", "a@test.com", first)
    completed(sync)
    company.edit(contact, AccountId=second)
    completed(sync)
    assert set(organizations(company)) == left
    quiet(sync)


def test_asked_about_the_end_of_a_membership_the_removal_waits_for_somebody(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company, membership_end="ask")
    contact = company.contact("One", "a@test.com", first)
    completed(sync)
    company.edit(contact, AccountId=second)
    held = run(sync)
    assert Step.objects.get(run=held, verb="delete", relation="membership").reason_code == "not_approved"
    assert set(organizations(company)) == {"First", "Second"}
    completed(sync, approve_all=True)
    assert organizations(company) == {"Second": True}
    quiet(sync)


def test_a_status_of_left_ends_the_relation_and_the_membership(company: Company) -> None:
    """S3.C15: one email across several accounts, and a field says current or left."""
    first, second = company.account("First"), company.account("Second")
    rank = {"rank": {"field": "Status__c", "values": ["Current"]}, "ended_values": ["Left"]}
    sync = ready(company, **rank)
    one = company.contact("One", "a@test.com", first, Status__c="Current")
    company.contact("Two", "a@test.com", second, Status__c="Current")
    completed(sync)
    assert organizations(company) == {"First": True, "Second": False}
    company.edit(one, Status__c="Left")
    completed(sync)
    assert organizations(company) == {"Second": True}
    assert company.users()["a@test.com"]["name"] == "Two"
    quiet(sync)


def test_a_consultant_who_has_left_everywhere_is_in_no_organization(company: Company) -> None:
    first = company.account("First")
    sync = ready(company, rank={"field": "Status__c", "values": ["Current"]}, ended_values=["Left"])
    one = company.contact("One", "a@test.com", first, Status__c="Current")
    completed(sync)
    company.edit(one, Status__c="Left")
    completed(sync)
    assert organizations(company) == {}
    company.edit(one, Status__c="Current")
    completed(sync)
    assert organizations(company) == {"First": True}
    quiet(sync)


class TestWithOneOrganizationAUser:
    """The helpdesk lets nobody into a second organization (S1.13, S1.16)."""

    @pytest.fixture(autouse=True)
    def _off(self, company: Company) -> None:
        company.set_up(multiple_organizations=False)

    def test_the_first_contact_makes_the_user_and_the_second_brings_nothing(self, company: Company) -> None:
        first, second = company.account("First"), company.account("Second")
        sync = ready(company)
        company.contact("One", "a@test.com", first, Title="Boss")
        two = company.contact("Two", "a@test.com", second, Title="Advisor")
        completed(sync)
        assert organizations(company) == {"First": True}
        assert company.users()["a@test.com"]["name"] == "One"
        assert warnings(sync) == [(two, "a@test.com")]
        quiet(sync)

    def test_a_user_in_no_organization_is_linked_to_that_of_its_contact(self, company: Company) -> None:
        account = company.account("Acme")
        sync = ready(company)
        company.user("Somebody", "a@test.com")
        company.contact("One", "a@test.com", account)
        completed(sync)
        assert organizations(company) == {"Acme": True}
        quiet(sync)

    def test_a_user_that_somebody_put_elsewhere_stays_there(self, company: Company) -> None:
        account = company.account("Acme")
        theirs = company.organization("Chosen by hand")
        sync = ready(company)
        company.user("Somebody", "a@test.com", organization_id=theirs)
        company.contact("One", "a@test.com", account)
        completed(sync)
        assert organizations(company) == {"Chosen by hand": True}
        quiet(sync)

    def test_a_changed_account_leaves_one_organization_before_it_enters_the_next(self, company: Company) -> None:
        first, second = company.account("First"), company.account("Second")
        sync = ready(company)
        contact = company.contact("One", "a@test.com", first)
        completed(sync)
        company.edit(contact, AccountId=second)
        completed(sync)
        assert organizations(company) == {"Second": True}
        quiet(sync)

    def test_whoever_takes_the_user_over_brings_its_organization_in_the_same_run(self, company: Company) -> None:
        """S1.14: pinned by hand, the other contact fills the user; what we had added for the first one gives way."""
        first, second = company.account("First"), company.account("Second")
        sync = ready(company)
        company.contact("One", "a@test.com", first)
        two = company.contact("Two", "a@test.com", second)
        completed(sync)
        decisions.pin(sync, left_id=two, by=None)
        completed(sync)
        assert (company.users()["a@test.com"]["name"], organizations(company)) == ("Two", {"Second": True})
        quiet(sync)
        decisions.unpin(sync, key="a@test.com", by=None)
        run(sync)
        run(sync)
        assert len(organizations(company)) == 1
        quiet(sync)

    def test_the_contact_that_stays_brings_its_organization_in_the_run_that_sees_the_other_one_gone(
        self, company: Company
    ) -> None:
        first, second = company.account("First"), company.account("Second")
        sync = ready(company)
        one = company.contact("One", "a@test.com", first)
        company.contact("Two", "a@test.com", second)
        completed(sync)
        company.salesforce.store.delete(one)
        completed(sync)
        assert (company.users()["a@test.com"]["name"], organizations(company)) == ("Two", {"Second": True})
        quiet(sync)

    def test_several_organizations_switched_on_later_are_noticed_by_the_next_run(self, company: Company) -> None:
        """S1.16: no manual setting."""
        first, second = company.account("First"), company.account("Second")
        sync = ready(company)
        company.contact("One", "a@test.com", first)
        company.contact("Two", "a@test.com", second)
        completed(sync)
        assert organizations(company) == {"First": True}
        company.set_up(multiple_organizations=True)
        completed(sync)
        assert organizations(company) == {"First": True, "Second": False}
        quiet(sync)


def test_a_primary_organization_chosen_before_a_waiting_plan_was_written_stays(company: Company) -> None:
    """A7: the plan saw a user in no organization; somebody has put it into one since."""
    account = company.account("Acme")
    theirs = company.organization("Chosen by hand")
    sync = ready(company)
    user = company.user("Somebody", "a@test.com")
    company.contact("One", "a@test.com", account)
    waiting = plan(sync)
    company.join(user, theirs)
    ended = advance(services.approve(waiting, enqueue=False))
    assert counts(ended)["remaining"] == 0
    assert organizations(company) == {"Chosen by hand": True, "Acme": False}
    quiet(sync)


def test_a_membership_that_somebody_made_before_a_waiting_plan_was_written_is_theirs(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    company.contact("One", "a@test.com", first)
    two = company.contact("Two", "a@test.com")
    completed(sync)
    company.edit(two, AccountId=second)
    waiting = plan(sync)
    user = company.users()["a@test.com"]["id"]
    company.join(user, company.organizations()["Second"]["id"])
    ended = advance(services.approve(waiting, enqueue=False))
    assert ended.status is RunState.COMPLETED, steps_of(ended)
    company.edit(two, AccountId=None)
    completed(sync)
    assert organizations(company) == {"First": True, "Second": False}
    quiet(sync)


def test_undo_gives_back_the_memberships_that_a_run_took(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    company.contact("One", "a@test.com", first)
    two = company.contact("Two", "a@test.com", second)
    completed(sync)
    third = company.account("Third")
    completed(company.configure())
    company.edit(two, AccountId=third)
    done = completed(sync)
    assert set(organizations(company)) == {"First", "Third"}
    undone = advance(services.undo(done, write=True, enqueue=False))
    assert undone.status is RunState.COMPLETED, steps_of(undone)
    assert set(organizations(company)) == {"First", "Second"}
    assert counts(undone)["written"] == 2


@pytest.mark.postgres
def test_undo_of_the_first_run_deletes_the_users_that_it_made(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    theirs = company.user("Somebody", "b@test.com")
    company.contact("One", "a@test.com", first)
    company.contact("Two", "a@test.com", second)
    company.contact("Three", "b@test.com", second)
    done = completed(sync)
    undone = advance(services.undo(done, write=True, enqueue=False))
    assert undone.status is RunState.COMPLETED, steps_of(undone)
    assert list(company.users()) == ["b@test.com"], steps_of(undone)
    assert company.member_of(theirs) == {}
    assert not Link.objects.filter(sync=sync).exists()
    completed(sync)
    assert organizations(company) == {"First": True, "Second": False}
