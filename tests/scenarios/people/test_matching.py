"""Which user is a contact's, over HTTP: by stored id, email, further criteria; who is ambiguous, who never touched."""

from __future__ import annotations

import pytest

from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord, Step
from syncadmin.runs.services import decisions
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready, warnings
from tests.worlds.runs import counts, plan, run


def link_of(contact: str) -> tuple[str, str]:
    """The user that a contact is linked to, and by what."""
    link = Link.objects.get(left_id=contact)
    return link.right_id, link.how


def test_a_user_with_the_same_email_is_linked_whatever_its_case(company: Company) -> None:
    """S1.20, S3.39."""
    sync = ready(company)
    contact = company.contact("One", "A@Test.com", Title="Boss")
    user = company.user("Somebody", "a@test.com")
    completed(sync)
    assert link_of(contact) == (str(user), "key")
    assert company.users()["a@test.com"]["name"] == "One"
    quiet(sync)


def test_the_salesforce_id_that_a_user_keeps_matches_before_the_email(company: Company) -> None:
    """S3.C12."""
    sync = ready(company)
    contact = company.contact("One", "new@test.com")
    kept = company.user("Keeps the id", "old@test.com", external_id=contact)
    company.user("Has the email of nobody here", "other@test.com")
    completed(sync)
    assert link_of(contact) == (str(kept), "external_id")
    assert company.users()["new@test.com"]["id"] == kept
    quiet(sync)


def test_a_stored_link_outlasts_a_changed_email_and_a_user_with_the_new_one_is_a_conflict(company: Company) -> None:
    """Zendesk keeps emails unique; the refusal is told, and the contact keeps its user."""
    sync = ready(company)
    contact = company.contact("One", "a@test.com")
    completed(sync)
    mine = company.users()["a@test.com"]["id"]
    company.user("Other", "b@test.com")
    company.edit(contact, Email="b@test.com")
    ended = run(sync)
    assert counts(ended)["rejected"] + counts(ended)["skipped"] + counts(ended)["conflicts"] >= 1
    assert Link.objects.get(left_id=contact).right_id == str(mine)
    assert {email: row["name"] for email, row in company.users().items()} == {
        "a@test.com": "One",
        "b@test.com": "Other",
    }


@pytest.mark.parametrize(
    ("criterion", "contact", "user"),
    [
        ("Phone", {"Phone": "+1 (555) 010-0"}, {"phone": "+15550100"}),
        ("MobilePhone", {"MobilePhone": "+1 555 0100"}, {"phone": "+1 555 0100"}),
        ("External_Key__c", {"External_Key__c": "K-7"}, {"external_id": "k-7"}),
        ("Name", {"FirstName": "Jo"}, {"name": "jo one"}),
    ],
)
def test_a_second_criterion_matches_where_the_email_does_not(
    company: Company, criterion: str, contact: dict[str, str], user: dict[str, str]
) -> None:
    """S1.21: a field is compared with the one of the same meaning."""
    sync = ready(company, match_on=["email", criterion])
    one = company.contact("One", "new@test.com", **contact)
    found = company.user(**({"name": "Somebody", "email": "old@test.com"} | user))
    completed(sync)
    assert link_of(one) == (str(found), "criterion")
    assert company.users()["new@test.com"]["id"] == found
    assert len(company.users()) == 1
    quiet(sync)


def test_a_mapped_field_is_compared_with_what_it_is_mapped_to(company: Company) -> None:
    mapping = {"left": "Title", "right": "title"}
    sync = ready(company, match_on=["email", "Title"], mappings=[mapping], details="")
    one = company.contact("One", "new@test.com", Title="Boss")
    found = company.user("Somebody", "old@test.com", user_fields={"title": "boss"})
    completed(sync)
    assert link_of(one) == (str(found), "criterion")


def test_the_third_criterion_is_asked_when_the_second_finds_nobody(company: Company) -> None:
    """S1.21: three in total."""
    sync = ready(company, match_on=["email", "External_Key__c", "Phone"])
    by_key = company.contact("Key", "k@test.com", External_Key__c="K-7", Phone="+1 555 0199")
    by_phone = company.contact("Phone", "p@test.com", External_Key__c="K-8", Phone="+1 555 0100")
    keyed = company.user("Keyed", "k-old@test.com", external_id="K-7")
    phoned = company.user("Phoned", "p-old@test.com", phone="+1 555 0100")
    completed(sync)
    assert {link_of(by_key)[0], link_of(by_phone)[0]} == {str(keyed), str(phoned)}
    assert link_of(by_phone) == (str(phoned), "criterion")


def test_the_email_comes_first_of_all_criteria(company: Company) -> None:
    sync = ready(company, match_on=["email", "Phone"])
    contact = company.contact("One", "a@test.com", Phone="+1 555 0100")
    company.user("Same phone", "b@test.com", phone="+1 555 0100")
    mine = company.user("Same email", "a@test.com")
    completed(sync)
    assert link_of(contact) == (str(mine), "key")


def test_a_criterion_that_fits_two_users_is_ambiguous_and_listed(company: Company) -> None:
    """S3.5: never guessed."""
    sync = ready(company, match_on=["email", "Phone"])
    contact = company.contact("One", "a@test.com", Phone="+1 555 0100")
    for name in ("first", "second"):
        company.user(name, f"{name}@test.com", phone="+1 555 0100")
    completed(sync, unresolved=1)
    assert not Link.objects.filter(left_id=contact).exists()
    assert "a@test.com" not in company.users()
    assert MirrorRecord.objects.get(remote_id=contact).status == "ambiguous"
    assert warnings(sync) == [(contact, "a@test.com")]
    quiet(sync)


def test_two_contacts_that_could_be_one_user_by_a_criterion_are_ambiguous(company: Company) -> None:
    sync = ready(company, match_on=["email", "Phone"])
    for name in ("one", "two"):
        company.contact(name, f"{name}@test.com", Phone="+1 555 0100")
    company.user("Somebody", "old@test.com", phone="+1 555 0100")
    completed(sync, unresolved=2)
    assert set(company.users()) == {"old@test.com"}
    assert MirrorRecord.objects.filter(side="left", sync=sync, status="ambiguous").count() == 2


def test_a_user_whose_email_is_another_contacts_is_nobodys_by_a_further_criterion(company: Company) -> None:
    sync = ready(company, match_on=["email", "Phone"])
    mine = company.contact("Mine", "a@test.com", Phone="+1 555 0100")
    company.contact("Other", "b@test.com", Phone="+1 555 0100")
    user = company.user("Somebody", "a@test.com", phone="+1 555 0100")
    completed(sync)
    assert link_of(mine) == (str(user), "key")
    assert set(company.users()) == {"a@test.com", "b@test.com"}


@pytest.mark.parametrize("role", ["agent", "admin"])
def test_staff_with_the_email_of_a_contact_is_never_touched(company: Company, role: str) -> None:
    """Not matched, not written, not made a contact; and no second user is tried with its email."""
    sync = ready(company, create_left="contacts")
    agent = company.api("POST", "users", {"user": {"name": "Agent", "email": "staff@test.com", "role": role}})["user"]
    contact = company.contact("One", "staff@test.com", company.account("Acme"), Title="Boss")
    ended = completed(sync)
    now = company.api("GET", f"users/{agent['id']}")["user"]
    assert (now["name"], now["details"], now["external_id"]) == ("Agent", agent["details"], None)
    assert counts(ended)["written"] == 0
    assert [step.reason_code for step in Step.objects.filter(run=ended, left_id=contact)] == ["staff"]
    assert len(company.contacts()) == 1
    quiet(sync)


def test_a_user_that_becomes_an_agent_is_left_alone_from_then_on(company: Company) -> None:
    sync = ready(company)
    contact = company.contact("One", "a@test.com", Title="Boss")
    completed(sync)
    user = company.users()["a@test.com"]["id"]
    company.edit_user(user, role="agent")
    company.edit(contact, Title="Chief")
    ended = completed(sync)
    assert company.api("GET", f"users/{user}")["user"]["details"] == "Boss"
    assert counts(ended)["written"] == 0


def test_a_contact_without_an_email_is_listed_and_skipped(company: Company) -> None:
    """S3.4: the default policy."""
    sync = ready(company, match_on=["email", "Phone"])
    contact = company.contact("One", None, Phone="+1 555 0100")
    company.user("Somebody", "b@test.com", phone="+1 555 0100")
    ended = completed(sync)
    assert [(step.left_id, step.reason_code) for step in Step.objects.filter(run=ended).exclude(left_id="")] == [
        (contact, "no_email")
    ]
    assert warnings(sync)[0][0] == contact
    assert not Link.objects.filter(sync=sync).exists()
    quiet(sync)


def test_contacts_without_an_email_may_be_matched_by_other_criteria_and_are_never_created(company: Company) -> None:
    account = company.account("Acme")
    sync = ready(company, match_on=["email", "Phone"], no_email="match")
    known = company.contact("Known", None, account, Phone="+1 555 0100")
    unknown = company.contact("Unknown", None, account, Phone="+1 555 0199")
    user = company.user("Somebody", "b@test.com", phone="+1 555 0100")
    ended = completed(sync)
    assert link_of(known) == (str(user), "criterion")
    assert {email: row["name"] for email, row in company.users().items()} == {"b@test.com": "Known"}
    assert company.member_of(user) == {"Acme": True}
    assert [step.reason_code for step in Step.objects.filter(run=ended, left_id=unknown)] == ["no_email"]
    quiet(sync)


def test_contacts_without_an_email_may_be_created_and_get_one_later(company: Company) -> None:
    account = company.account("Acme")
    sync = ready(company, no_email="create")
    contact = company.contact("One", None, account)
    company.contact("Two", None, account)
    completed(sync)
    assert set(company.users()) == {"One", "Two"}
    user = company.users()["One"]["id"]
    assert company.member_of(user) == {"Acme": True}
    quiet(sync)
    company.edit(contact, Email="one@test.com")
    completed(sync)
    assert company.users()["one@test.com"]["id"] == user
    quiet(sync)


def test_an_email_that_is_taken_away_in_salesforce_stays_with_the_user(company: Company) -> None:
    sync = ready(company, no_email="match")
    contact = company.contact("One", "a@test.com")
    completed(sync)
    company.edit(contact, Email=None, Title="Boss")
    completed(sync)
    assert company.users()["a@test.com"]["details"] == "Boss"
    quiet(sync)


def test_somebodys_word_links_two_that_nothing_else_would(company: Company) -> None:
    """S3.C11."""
    sync = ready(company)
    contact = company.contact("One", "a@test.com")
    user = company.user("Somebody", "b@test.com")
    completed(sync, direction="to_left")
    decisions.link(sync, left_id=contact, right_id=str(user), by=None)
    completed(sync)
    assert link_of(contact) == (str(user), "decision")
    assert set(company.users()) == {"a@test.com"}
    quiet(sync)


def test_a_user_that_is_left_alone_is_no_contact_and_no_match(company: Company) -> None:
    """S3.C11, both ways."""
    sync = ready(company, create_left="contacts")
    user = company.user("Somebody", "b@test.com")
    contact = company.contact("Ignored", "c@test.com")
    plan(sync)
    decisions.ignore(sync, side=Side.RIGHT, remote_id=str(user), by=None)
    decisions.ignore(sync, side=Side.LEFT, remote_id=contact, by=None)
    ended = completed(sync)
    assert set(company.contacts()) == {contact}
    assert set(company.users()) == {"b@test.com"}
    assert {step.reason_code for step in Step.objects.filter(run=ended)} == {"ignored", "staff"}
    quiet(sync)


def test_one_user_is_made_a_contact_because_somebody_asked_for_it(company: Company) -> None:
    """S3.C11: create, although the sync makes nothing in Salesforce."""
    sync = ready(company)
    wanted = company.user("Ann Bell", "ann@test.com")
    company.user("Bob Cole", "bob@test.com")
    completed(sync)
    assert company.contacts() == {}
    decisions.create(sync, side=Side.RIGHT, remote_id=str(wanted), by=None)
    completed(sync)
    assert [row["Email"] for row in company.contacts().values()] == ["ann@test.com"]
    quiet(sync)


def test_one_contact_is_made_a_user_because_somebody_asked_for_it(company: Company) -> None:
    """S3.C11: create, although the sync makes nothing in Zendesk."""
    sync = ready(company, create_right=False)
    wanted = company.contact("Ann", "ann@test.com")
    company.contact("Bob", "bob@test.com")
    completed(sync)
    assert company.users() == {}
    decisions.create(sync, side=Side.LEFT, remote_id=wanted, by=None)
    completed(sync)
    assert list(company.users()) == ["ann@test.com"]
    quiet(sync)


def test_unmatched_records_are_reported_both_ways(company: Company) -> None:
    """S3.C11."""
    sync = ready(company, create_right=False)
    contact = company.contact("Ann", "ann@test.com")
    user = company.user("Bob", "bob@test.com")
    completed(sync)
    said = dict(MirrorRecord.objects.filter(sync=sync).values_list("remote_id", "status"))
    assert (said[contact], said[str(user)]) == ("create_off", "unmatched")


def test_a_user_deleted_in_zendesk_is_not_created_again(company: Company) -> None:
    sync = ready(company)
    contact = company.contact("One", "a@test.com")
    completed(sync)
    company.api("DELETE", f"users/{company.users()['a@test.com']['id']}")
    company.edit(contact, Title="Still here")
    ended = completed(sync, unresolved=1)
    assert company.users() == {}
    assert Step.objects.get(run=ended, left_id=contact).reason_code == "counterpart_deleted"
    assert warnings(sync, run_id=ended.pk) == [(contact, "a@test.com")]
