"""Contacts and leads with one email over HTTP: one user, one record that fills it, others that follow when it goes."""

from __future__ import annotations

import pytest

from syncadmin.engine.lifecycle import RunState
from syncadmin.logs.models import LogEntry, LoggingLevel
from syncadmin.logs.services import save_logging_level
from syncadmin.runs.models import Link, Step
from syncadmin.runs.services import decisions
from tests.worlds.company import Company
from tests.worlds.people import actions, completed, quiet, ready, warnings
from tests.worlds.runs import counts, run


def roles() -> dict[str, str]:
    """The role of each linked contact and lead, by id."""
    return dict(Link.objects.filter(sync__kind__in=["contacts_users", "leads_users"]).values_list("left_id", "role"))


@pytest.mark.postgres
def test_a_contact_and_a_lead_with_one_email_are_one_user_that_the_contact_fills(company: Company) -> None:
    """S1.10, S1.22, A8: the contact's account is synced, the lead has none."""
    account = company.account("Acme")
    contacts = ready(company)
    leads = company.configure_people("leads")
    lead = company.lead("Lead", "a@test.com")
    contact = company.contact("Contact", "a@test.com", account)
    completed(contacts)
    completed(leads)
    assert company.users()["a@test.com"]["name"] == "Contact"
    assert roles() == {contact: "syncing", lead: "duplicate"}
    assert warnings(leads) == [(lead, "a@test.com")]
    quiet(contacts)
    quiet(leads)


def test_leads_that_are_synced_first_hand_their_users_over_to_the_contacts(company: Company) -> None:
    """The contact is preferred to the stored syncing record because its account is synced (A8)."""
    account = company.account("Acme")
    contacts = ready(company)
    leads = company.configure_people("leads")
    lead = company.lead("Lead", "a@test.com", Title="Prospect")
    completed(leads)
    user = company.users()["a@test.com"]["id"]
    contact = company.contact("Contact", "a@test.com", account)
    completed(contacts)
    completed(leads)
    assert company.users()["a@test.com"] | {"id": user, "name": "Contact"} == company.users()["a@test.com"]
    assert company.users()["a@test.com"]["external_id"] == contact
    assert company.member_of(user) == {"Acme": True}
    assert roles() == {contact: "syncing", lead: "duplicate"}
    quiet(contacts)
    quiet(leads)


def test_a_lead_that_is_pushed_before_its_contact_waits_for_the_contacts_run(company: Company) -> None:
    """One user is made, by the record that fills it."""
    account = company.account("Acme")
    contacts = ready(company)
    leads = company.configure_people("leads")
    contact = company.contact("Contact", "a@test.com", account)
    lead = company.lead("Lead", "a@test.com")
    completed(contacts, direction="to_left")
    waits = run(leads)
    assert [step.reason_code for step in Step.objects.filter(run=waits, left_id=lead)] == ["waits"]
    assert company.users() == {}
    completed(contacts)
    completed(leads)
    assert roles() == {contact: "syncing", lead: "duplicate"}
    assert list(company.users()) == ["a@test.com"]
    quiet(leads)


def test_of_several_new_records_exactly_one_makes_the_user(company: Company) -> None:
    """S1.10, S1.19, S1.34: linked to the same user, warned about after the run, whatever the logging level."""
    save_logging_level(LoggingLevel.NONE)
    account, other = company.account("Acme"), company.account("Other")
    sync = ready(company)
    without = company.contact("Without", "A@test.com ")
    first = company.contact("First", "a@test.com", account, Title="Boss")
    second = company.contact("Second", "a@TEST.com", other, Title="Advisor")
    ended = completed(sync)
    assert actions(ended) | {"create_right": 1, "link": 2, "add_membership": 1} == actions(ended)
    assert list(company.users()) == ["a@test.com"]
    assert company.users()["a@test.com"]["details"] == "Boss"
    assert roles() == {first: "syncing", second: "duplicate", without: "duplicate"}
    assert sorted(warnings(sync)) == sorted([(without, "a@test.com"), (second, "a@test.com")])
    entry = LogEntry.objects.get(left_id=second, level="warning")
    assert (entry.functionality, entry.run_id) == ("Bulk Sync", ended.pk)
    assert "none of its fields is synced; it adds a membership of Other" in entry.message
    quiet(sync)


def test_an_edit_of_a_duplicate_changes_no_field_and_warns(company: Company) -> None:
    """S1.33, A9, A15, acceptance test 14: also at level None."""
    save_logging_level(LoggingLevel.NONE)
    sync = ready(company)
    company.contact("One", "a@test.com", Title="Boss")
    two = company.contact("Two", "a@test.com", Title="Advisor")
    completed(sync)
    company.edit(two, Title="Chief", LastName="Renamed")
    ended = completed(sync)
    assert counts(ended)["written"] == 0
    assert (company.users()["a@test.com"]["name"], company.users()["a@test.com"]["details"]) == ("One", "Boss")
    assert warnings(sync, run_id=ended.pk) == [(two, "a@test.com")]
    quiet(sync)


def test_an_edit_of_the_syncing_record_reaches_the_user_and_warns_nobody(company: Company) -> None:
    """S1.8."""
    sync = ready(company)
    one = company.contact("One", "a@test.com", Title="Boss")
    company.contact("Two", "a@test.com")
    completed(sync)
    company.edit(one, Title="Chief")
    ended = completed(sync)
    assert company.users()["a@test.com"]["details"] == "Chief"
    assert (counts(ended)["planned"], warnings(sync, run_id=ended.pk)) == (1, [])


def test_a_new_contact_of_a_known_email_is_linked_as_a_duplicate(company: Company) -> None:
    """The stored syncing record stays, since nothing ranks the new one before it (A8)."""
    sync = ready(company)
    one = company.contact("One", "a@test.com")
    completed(sync)
    two = company.contact("Two", "a@test.com")
    completed(sync)
    assert roles() == {one: "syncing", two: "duplicate"}
    assert company.users()["a@test.com"]["name"] == "One"
    quiet(sync)


def test_a_pinned_record_takes_the_user_over_and_gives_it_back(company: Company) -> None:
    """A8: an administrator's word comes first."""
    account = company.account("Acme")
    sync = ready(company)
    one = company.contact("One", "a@test.com", account, Title="Boss")
    two = company.contact("Two", "a@test.com", Title="Advisor")
    completed(sync)
    decisions.pin(sync, left_id=two, by=None)
    completed(sync)
    user = company.users()["a@test.com"]
    assert (user["name"], user["details"], user["external_id"]) == ("Two", "Advisor", two)
    assert company.member_of(user["id"]) == {"Acme": True}
    assert roles() == {one: "duplicate", two: "syncing"}
    quiet(sync)
    decisions.unpin(sync, key="a@test.com", by=None)
    completed(sync)
    assert company.users()["a@test.com"]["name"] == "One"
    assert roles() == {one: "syncing", two: "duplicate"}
    quiet(sync)


def test_a_rank_rule_decides_who_fills_the_user(company: Company) -> None:
    """S3.C15."""
    account = company.account("Acme")
    sync = ready(company, rank={"field": "Status__c", "values": ["Current", "On leave"]})
    one = company.contact("One", "a@test.com", account, Status__c="On leave")
    two = company.contact("Two", "a@test.com", Status__c="Current")
    completed(sync)
    assert company.users()["a@test.com"]["name"] == "Two"
    company.edit(two, Status__c="Left")
    completed(sync)
    assert company.users()["a@test.com"]["name"] == "One"
    assert roles() == {one: "syncing", two: "duplicate"}
    quiet(sync)


@pytest.mark.postgres
def test_when_the_syncing_record_is_deleted_another_of_its_email_takes_over(company: Company) -> None:
    """A14: re-elected, and a warning names both."""
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    one = company.contact("One", "a@test.com", first, Title="Boss")
    two = company.contact("Two", "a@test.com", second, Title="Advisor")
    completed(sync)
    user = company.users()["a@test.com"]["id"]
    company.remove(one)
    ended = completed(sync)
    now = company.users()["a@test.com"]
    assert (now["id"], now["name"], now["details"], now["external_id"]) == (user, "Two", "Advisor", two)
    assert company.member_of(user) == {"Second": True}
    assert roles() == {two: "syncing"}
    told_of = [entry.message for entry in LogEntry.objects.filter(run_id=ended.pk, level="warning", left_id=two)]
    assert any("One" in message for message in told_of), told_of
    quiet(sync)


def test_a_merged_contact_leaves_its_user_to_the_one_that_was_kept(company: Company) -> None:
    """A14."""
    sync = ready(company)
    one = company.contact("One", "a@test.com", Title="Boss")
    two = company.contact("Two", "a@test.com", Title="Advisor")
    completed(sync)
    company.salesforce.store.merge(two, [one])
    completed(sync)
    assert list(company.users()) == ["a@test.com"]
    assert company.users()["a@test.com"]["name"] == "Two"
    assert roles() == {two: "syncing"}
    quiet(sync)


def test_a_deleted_duplicate_takes_only_its_own_membership_along(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    one = company.contact("One", "a@test.com", first)
    two = company.contact("Two", "a@test.com", second)
    completed(sync)
    company.remove(two)
    completed(sync)
    assert company.member_of(company.users()["a@test.com"]["id"]) == {"First": True}
    assert roles() == {one: "syncing"}
    quiet(sync)


def test_the_last_record_of_an_email_leaves_its_user_behind(company: Company) -> None:
    """Users are never deleted by a sync, and one that is known is not created again."""
    account = company.account("Acme")
    sync = ready(company)
    one = company.contact("One", "a@test.com", account)
    completed(sync)
    company.remove(one)
    assert run(sync).status is RunState.REJECTIONS, "somebody has to know that nothing keeps the user up to date"
    user = company.users()["a@test.com"]["id"]
    assert company.member_of(user) == {}
    quiet(sync)
    company.salesforce.store.undelete(one)
    completed(sync, unresolved=1)
    assert company.users()["a@test.com"]["id"] == user
    assert company.member_of(user) == {"Acme": True}
    quiet(sync)


def test_a_changed_email_becomes_the_primary_one_of_the_same_user(company: Company) -> None:
    """No second user, no mail; the old address stays with the user."""
    company.set_up(agent_created_welcome_emails=True)
    sync = ready(company)
    contact = company.contact("One", "old@test.com")
    completed(sync)
    user = company.users()["old@test.com"]["id"]
    company.edit(contact, Email="New@test.com")
    completed(sync)
    assert {email: row["id"] for email, row in company.users().items()} == {"new@test.com": user}
    kept = company.api("GET", f"users/{user}/identities")["identities"]
    assert {row["value"]: row["primary"] for row in kept} == {"new@test.com": True, "old@test.com": False}
    assert company.control(company.zendesk, "GET", "mails")["mails"] == []
    quiet(sync)


def test_an_email_that_becomes_anothers_makes_a_duplicate_of_its_contact(company: Company) -> None:
    """The contact leaves the user that it filled, which stays, and joins the group of its new email."""
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    company.contact("One", "a@test.com", first)
    two = company.contact("Two", "b@test.com", second)
    completed(sync)
    company.edit(two, Email="a@test.com")
    ended = completed(sync, unresolved=1)
    assert company.users()["a@test.com"]["name"] == "One"
    assert {step.reason_code for step in Step.objects.filter(run=ended, left_id=two)} == {"two_users"}
    assert (two, "a@test.com") in warnings(sync)


def test_a_duplicate_whose_email_changes_gets_a_user_of_its_own(company: Company) -> None:
    first, second = company.account("First"), company.account("Second")
    sync = ready(company)
    one = company.contact("One", "a@test.com", first)
    two = company.contact("Two", "a@test.com", second)
    completed(sync)
    company.edit(two, Email="b@test.com")
    for _ in range(2):
        completed(sync)
    assert {email: row["name"] for email, row in company.users().items()} == {"a@test.com": "One", "b@test.com": "Two"}
    assert company.member_of(company.users()["a@test.com"]["id"]) == {"First": True}
    assert company.member_of(company.users()["b@test.com"]["id"]) == {"Second": True}
    assert roles() == {one: "syncing", two: "syncing"}
    quiet(sync)


def test_a_converted_lead_gives_its_user_to_the_contact(company: Company) -> None:
    account = company.account("Acme")
    contacts = ready(company)
    leads = company.configure_people("leads")
    lead = company.lead("Lead", "a@test.com", Title="Prospect")
    completed(leads)
    user = company.users()["a@test.com"]["id"]
    made = company.salesforce.store.convert(lead, account=account)
    for sync in (leads, contacts, leads, contacts):
        completed(sync)
    now = company.users()["a@test.com"]
    assert (now["id"], now["external_id"]) == (user, made["contact"])
    assert company.member_of(user) == {"Acme": True}
    assert len(company.users()) == 1
    assert roles().get(made["contact"]) == "syncing"
    quiet(contacts)
    quiet(leads)


def test_a_contact_that_leaves_the_filter_leaves_its_user_to_the_next_one(company: Company) -> None:
    """A6 for groups: who is out of scope fills nobody."""
    scope = {"picklist_filter": {"field": "Profile__c", "values": ["Buyer"]}}
    sync = ready(company, **scope)
    one = company.contact("One", "a@test.com", Profile__c="Buyer")
    two = company.contact("Two", "a@test.com", Profile__c="Buyer")
    completed(sync)
    company.edit(one, Profile__c="Other")
    completed(sync)
    assert company.users()["a@test.com"]["name"] == "Two"
    assert roles()[two] == "syncing"
    quiet(sync)
    company.edit(one, Profile__c="Buyer")
    completed(sync)
    assert company.users()["a@test.com"]["name"] in ("One", "Two")
    assert sorted(roles().values()) == ["duplicate", "syncing"]
    quiet(sync)


def test_an_ignored_record_is_no_member_of_its_group(company: Company) -> None:
    """S3.C11."""
    from syncadmin.engine.steps import Side

    sync = ready(company)
    one, two = company.contact("One", "a@test.com"), company.contact("Two", "a@test.com")
    completed(sync, direction="to_left")
    decisions.ignore(sync, side=Side.LEFT, remote_id=one, by=None)
    completed(sync)
    assert company.users()["a@test.com"]["name"] == "Two"
    assert roles() == {two: "syncing"}
    quiet(sync)
