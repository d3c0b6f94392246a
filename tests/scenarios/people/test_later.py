"""What befalls people that are synced already, over HTTP: other accounts, other emails, undone runs, full reads."""

from __future__ import annotations

import pytest

from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord, Run
from syncadmin.runs.services import decisions
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import actions, completed, quiet, ready, steps_of
from tests.worlds.runs import advance, counts, run


def undone(of: Run) -> Run:
    ended = advance(services.undo(of, write=True, enqueue=False))
    assert ended.status is RunState.COMPLETED, (ended.message, steps_of(ended))
    return ended


def test_the_undo_of_a_pin_gives_the_user_its_fields_back_and_keeps_whose_memberships_are_whose(
    company: Company,
) -> None:
    first = company.account("First")
    sync = ready(company)
    one = company.contact("One", "a@test.com", first, Title="Boss")
    two = company.contact("Two", "a@test.com", Title="Advisor")
    completed(sync)
    decisions.pin(sync, left_id=two, by=None)
    undone(completed(sync))
    user = company.users()["a@test.com"]
    assert (user["name"], user["details"], user["external_id"]) == ("One", "Boss", one)
    assert set(Link.objects.filter(sync=sync).values_list("left_id", flat=True)) == {one, two}
    decisions.unpin(sync, key="a@test.com", by=None)
    completed(sync)
    assert dict(Link.objects.filter(sync=sync).values_list("left_id", "role")) == {one: "syncing", two: "duplicate"}
    quiet(sync)
    company.edit(one, AccountId=None)
    completed(sync)
    assert company.member_of(user["id"]) == {}


def test_the_undo_of_a_run_that_moved_a_contact_puts_its_user_back_where_it_was(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    contact = company.contact("One", "a@test.com", first)
    completed(sync)
    company.edit(contact, AccountId=second)
    undone(completed(sync))
    user = company.users()["a@test.com"]["id"]
    assert "First" in company.member_of(user)
    completed(sync)
    assert "Second" in company.member_of(user)
    quiet(sync)


def test_when_the_contact_goes_the_lead_of_its_email_takes_over(company: Company) -> None:
    """A14 across both syncs."""
    contacts = ready(company)
    leads = company.configure_people("leads")
    contact, lead = company.contact("Contact", "a@test.com"), company.lead("Lead", "a@test.com")
    completed(contacts)
    completed(leads)
    user = company.users()["a@test.com"]["id"]
    company.remove(contact)
    completed(contacts)
    completed(leads)
    now = company.users()["a@test.com"]
    assert (now["id"], now["name"], now["external_id"]) == (user, "Lead", lead)
    assert dict(Link.objects.exclude(sync__slug="accounts").values_list("left_id", "role")) == {lead: "syncing"}
    quiet(contacts)
    quiet(leads)


def test_when_the_organizations_are_undone_and_made_again_their_people_come_back(company: Company) -> None:
    company.contact("One", "a@test.com", company.account("Acme"))
    accounts = company.configure()
    made = completed(accounts)
    sync = company.configure_people()
    people = completed(sync)
    advance(services.undo(people, write=True, enqueue=False))
    advance(services.undo(made, write=True, enqueue=False))
    assert company.organizations() == {}
    run(sync, out_of_order=True)
    completed(accounts)
    completed(sync)
    user = company.users()["a@test.com"]["id"]
    assert company.member_of(user) == {"Acme": True}
    quiet(sync)


def test_an_organization_deleted_in_zendesk_takes_its_members_along_and_no_run_fails(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    contact = company.contact("One", "a@test.com", first)
    completed(sync)
    company.api("DELETE", f"organizations/{company.organizations()['First']['id']}")
    company.edit(contact, AccountId=second)
    completed(sync)
    assert company.member_of(company.users()["a@test.com"]["id"]) == {"Second": True}
    quiet(sync)


def test_a_membership_that_an_agent_takes_away_is_not_given_again(company: Company) -> None:
    """People in the helpdesk know best; only a new relation asks again."""
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    company.contact("One", "a@test.com", first)
    two = company.contact("Two", "a@test.com", second)
    completed(sync)
    user = company.users()["a@test.com"]["id"]
    rows = company.api("GET", f"users/{user}/organization_memberships")["organization_memberships"]
    (second_one,) = [row["id"] for row in rows if not row["default"]]
    company.api("DELETE", f"organization_memberships/{second_one}")
    company.edit(two, Title="Touched")
    completed(sync)
    assert company.member_of(user) == {"First": True}
    quiet(sync)


def test_everything_read_again_writes_nothing(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    contacts = ready(company)
    leads = company.configure_people("leads")
    company.contact("One", "a@test.com", first)
    company.contact("Two", "a@test.com", second)
    company.lead("Lead", "a@test.com")
    company.lead("Other", "b@test.com")
    for sync in (contacts, leads):
        completed(sync)
    for sync in (contacts, leads, contacts):
        again = completed(sync, full=True)
        assert counts(again)["written"] == 0, steps_of(again)


def test_a_new_mapping_reaches_everybody_once(company: Company) -> None:
    sync = ready(company)
    company.contact("One", "a@test.com", Title="Boss")
    company.contact("Two", "a@test.com", Title="Advisor")
    company.contact("Three", "b@test.com", Title="Chief")
    completed(sync)
    sync = company.configure_people(mappings=[{"left": "Title", "right": "title"}])
    ended = completed(sync)
    assert actions(ended).get("update_right") == 2
    assert {row["name"]: row["user_fields"]["title"] for row in company.users().values()} == {
        "One": "Boss",
        "Three": "Chief",
    }
    quiet(sync)


def test_two_contacts_that_swap_their_emails_are_told_and_nobody_is_lost(company: Company) -> None:
    """Zendesk keeps emails unique; both contacts keep their users until somebody frees one of the addresses."""
    sync = ready(company)
    one, two = company.contact("One", "a@test.com"), company.contact("Two", "b@test.com")
    completed(sync)
    before = dict(Link.objects.filter(sync=sync).values_list("left_id", "right_id"))
    company.edit(one, Email="b@test.com")
    company.edit(two, Email="a@test.com")
    ended = run(sync)
    assert counts(ended)["written"] + counts(ended)["rejected"] + counts(ended)["skipped"] == counts(ended)["planned"]
    assert dict(Link.objects.filter(sync=sync).values_list("left_id", "right_id")) == before
    assert len(company.users()) == 2


class TestAUserThatIsGone:
    """Agents delete users and merge them; their contacts are not made users again, but find the one that is left."""

    def gone(self, company: Company, email: str = "a@test.com") -> None:
        company.api("DELETE", f"users/{company.users()[email]['id']}")

    @pytest.mark.parametrize("noticed", [True, False], ids=["noticed before", "at once"])
    def test_somebody_with_the_same_email_later_is_the_contacts_again(self, company: Company, noticed: bool) -> None:
        """A customer whose user was deleted writes again, and Zendesk makes a new one by itself."""
        account = company.account("Acme")
        sync = ready(company)
        one = company.contact("One", "a@test.com", account)
        two = company.contact("Two", "a@test.com")
        completed(sync)
        self.gone(company)
        if noticed:
            completed(sync, unresolved=2)
            assert company.users() == {}
        again = company.user("Writes again", "a@test.com")
        completed(sync)
        links = dict(Link.objects.filter(sync=sync).values_list("left_id", "right_id"))
        assert links == {one: str(again), two: str(again)}
        assert company.users()["a@test.com"]["name"] == "One"
        assert company.member_of(again) == {"Acme": True}
        quiet(sync)

    def test_another_contact_of_its_email_does_not_bring_it_back(self, company: Company) -> None:
        sync = ready(company)
        company.contact("One", "a@test.com")
        completed(sync)
        self.gone(company)
        completed(sync, unresolved=1)
        two = company.contact("Two", "a@test.com", Title="New")
        completed(sync, unresolved=1)
        assert company.users() == {}
        assert MirrorRecord.objects.get(remote_id=two).status == "waits"
        quiet(sync)

    def test_users_that_an_agent_merges_are_one_user_of_all_their_contacts(self, company: Company) -> None:
        sync = ready(company)
        one, two = company.contact("One", "a@test.com"), company.contact("Two", "b@test.com")
        completed(sync)
        company.edit(two, Email="a@test.com")
        completed(sync, unresolved=1)
        winner, loser = company.users()["a@test.com"]["id"], company.users()["b@test.com"]["id"]
        company.api("PUT", f"users/{loser}/merge", {"user": {"id": winner}})
        for _ in range(2):
            completed(sync)
        assert dict(Link.objects.filter(sync=sync).values_list("left_id", "right_id")) == {
            one: str(winner),
            two: str(winner),
        }
        assert company.users()["a@test.com"]["name"] == "One"
        quiet(sync)

    def test_somebodys_word_gives_its_contact_another_user(self, company: Company) -> None:
        sync = ready(company)
        contact = company.contact("One", "a@test.com")
        completed(sync)
        self.gone(company)
        completed(sync, unresolved=1)
        other = company.user("Other", "other@test.com")
        completed(sync, unresolved=1)
        decisions.link(sync, left_id=contact, right_id=str(other), by=None)
        completed(sync)
        assert Link.objects.get(left_id=contact).right_id == str(other)
        assert list(company.users()) == ["a@test.com"]
        quiet(sync)

    def test_somebodys_word_makes_it_again(self, company: Company) -> None:
        sync = ready(company)
        contact = company.contact("One", "a@test.com", company.account("Not synced"))
        completed(sync)
        self.gone(company)
        completed(sync, unresolved=1)
        decisions.create(sync, side=Side.LEFT, remote_id=contact, by=None)
        completed(sync)
        assert list(company.users()) == ["a@test.com"]
        quiet(sync)


def test_an_organization_that_is_made_again_by_hand_is_its_accounts_again(company: Company) -> None:
    account = company.account("Acme")
    sync = company.configure()
    completed(sync)
    company.api("DELETE", f"organizations/{company.organizations()['Acme']['id']}")
    completed(sync, unresolved=1)
    again = company.organization("Acme")
    completed(sync)
    assert Link.objects.get(left_id=account).right_id == str(again)
    assert company.organizations()["Acme"]["external_id"] == account
    quiet(sync)
