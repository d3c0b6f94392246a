"""Contacts, leads and users that a run makes, over HTTP: what they hold, what makes them, and their way back."""

from __future__ import annotations

import pytest

from connectors.models import Connection
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Link, MirrorRecord, Step
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready, steps_of
from tests.worlds.runs import advance, counts, run


def leads(company: Company) -> dict[str, dict]:
    """Leads by email."""
    return {row.get("Email") or row["LastName"]: row for row in company.salesforce.store.rows("Lead")}


def made(company: Company, email: str) -> dict:
    """The one contact with this email."""
    (found,) = [row for row in company.contacts().values() if row.get("Email") == email]
    return found


def test_a_new_user_holds_everything_that_is_mapped_and_gets_no_mail(company: Company) -> None:
    """S3.40, S3.33-S3.35, S3.C4, S3.C12."""
    company.set_up(agent_created_welcome_emails=True)
    sync = ready(company)
    contact = company.contact(
        "Bell", "Ann@Test.com", company.account("Not synced"), FirstName="Ann", Title="Boss", Department="Sales Team",
        Description="Knows everybody",
    )  # fmt: skip
    completed(sync)
    user = company.users()["ann@test.com"]
    assert (user["name"], user["external_id"], user["role"]) == ("Ann Bell", contact, "end-user")
    assert (user["details"], user["notes"], user["tags"]) == ("Boss", "Knows everybody", ["sales_team"])
    assert company.control(company.zendesk, "GET", "mails")["mails"] == []
    quiet(sync)


def test_nothing_is_made_in_salesforce_unless_somebody_chose_so(company: Company) -> None:
    """S3.C5, S3.C16, acceptance tests 9 and 10: nothing is what our wizard starts with."""
    sync = ready(company)
    user = company.user("Ann Bell", "ann@test.com")
    completed(sync)
    assert (company.contacts(), leads(company)) == ({}, {})
    assert MirrorRecord.objects.get(sync=sync, remote_id=str(user)).status == "unmatched"
    quiet(sync)


def test_users_become_contacts_of_their_organizations_accounts(company: Company) -> None:
    """S3.41, S3.51, S3.C14: the name is split, and the new id is kept in Zendesk."""
    account = company.account("Acme")
    sync = ready(company, create_left="contacts")
    acme = company.organizations()["Acme"]["id"]
    company.user("Ludwig van Beethoven", "ludwig@test.com", organization_id=acme, details="Composer")
    company.user("Madonna", "m@test.com")
    completed(sync)
    ludwig, single = made(company, "ludwig@test.com"), made(company, "m@test.com")
    assert (ludwig["FirstName"], ludwig["LastName"]) == ("Ludwig", "van Beethoven")
    assert (ludwig["AccountId"], ludwig["Title"]) == (account, "Composer")
    assert (single.get("FirstName"), single["LastName"], single.get("AccountId")) == (None, "Madonna", None)
    users = company.users()
    assert users["ludwig@test.com"]["external_id"] == ludwig["Id"]
    assert users["ludwig@test.com"]["name"] == "Ludwig van Beethoven"
    assert company.member_of(users["ludwig@test.com"]["id"]) == {"Acme": True}
    quiet(sync)


def test_a_new_contact_gets_the_first_record_type_and_the_first_picklist_value(company: Company) -> None:
    """S3.32, acceptance test 6."""
    sync = ready(
        company,
        create_left="contacts",
        record_types=["Partner_Contact", "Customer_Contact"],
        picklist_filter={"field": "Profile__c", "values": ["Buyer", "User"]},
    )
    company.user("Ann Bell", "ann@test.com")
    completed(sync)
    contact = made(company, "ann@test.com")
    types = {row["Id"]: row["DeveloperName"] for row in company.salesforce.store.rows("RecordType")}
    assert (types[contact["RecordTypeId"]], contact["Profile__c"]) == ("Partner_Contact", "Buyer")
    quiet(sync)


def test_a_user_of_a_contact_outside_the_filter_is_not_made_a_contact_again(company: Company) -> None:
    """S3.C16."""
    scope = {"picklist_filter": {"field": "Profile__c", "values": ["Buyer"]}}
    sync = ready(company, create_left="contacts", **scope)
    company.contact("Out", "a@test.com", Profile__c="Other")
    company.user("Somebody", "a@test.com")
    completed(sync)
    assert len(company.contacts()) == 1
    quiet(sync)


@pytest.mark.parametrize("slug", ["contacts", "leads"])
def test_users_become_leads_with_a_company(company: Company, slug: str) -> None:
    """S3.51, S3.37: the organization's name, else what follows the @, else the user's own name."""
    company.account("Acme")
    sync = ready(company, slug, create_left="leads", no_email="match")
    company.user("Ann Bell", "ann@acme.example", organization_id=company.organizations()["Acme"]["id"])
    company.user("Bob Cole", "bob@elsewhere.example")
    company.user("Cat Dole", None)
    completed(sync)
    found = leads(company)
    assert {email: (row.get("FirstName"), row["LastName"], row["Company"]) for email, row in found.items()} == {
        "ann@acme.example": ("Ann", "Bell", "Acme"),
        "bob@elsewhere.example": ("Bob", "Cole", "elsewhere.example"),
        "Dole": ("Cat", "Dole", "Cat Dole"),
    }
    assert company.contacts() == {}
    assert company.users()["ann@acme.example"]["external_id"] == found["ann@acme.example"]["Id"]
    quiet(sync)


def test_a_lead_that_the_contacts_sync_made_is_filled_by_the_leads_sync_later(company: Company) -> None:
    """One lead, one user, whichever sync made it."""
    contacts = ready(company, create_left="leads")
    company.user("Ann Bell", "ann@test.com")
    completed(contacts)
    prospects = company.configure_people("leads", create_left="leads", details="Title")
    completed(prospects)
    lead = leads(company)["ann@test.com"]["Id"]
    company.edit(lead, Title="Prospect")
    completed(prospects)
    completed(contacts)
    assert company.users()["ann@test.com"]["details"] == "Prospect"
    assert len(company.users()) == len(leads(company)) == 1
    quiet(prospects)
    quiet(contacts)


def test_a_user_that_a_lead_has_is_not_made_a_contact(company: Company) -> None:
    """One person, one record: whoever the leads sync knows is known."""
    prospects = ready(company, "leads")
    company.lead("Lead", "a@test.com")
    completed(prospects)
    contacts = company.configure_people("contacts", create_left="contacts")
    completed(contacts)
    assert company.contacts() == {}
    quiet(contacts)


@pytest.mark.parametrize("choice", ["contacts", "leads"])
def test_undo_takes_back_what_was_made_in_salesforce_and_the_id_in_zendesk(company: Company, choice: str) -> None:
    company.account("Acme")
    sync = ready(company, create_left=choice)
    company.user("Ann Bell", "ann@test.com", organization_id=company.organizations()["Acme"]["id"])
    done = completed(sync)
    assert counts(done)["written"] == 2
    undone = advance(services.undo(done, write=True, enqueue=False))
    assert undone.status is RunState.COMPLETED, steps_of(undone)
    assert (company.contacts(), leads(company)) == ({}, {}), steps_of(undone)
    user = company.users()["ann@test.com"]
    assert (user["external_id"], user["name"]) == (None, "Ann Bell")
    assert company.member_of(user["id"]) == {"Acme": True}
    assert not Link.objects.filter(sync=sync).exists()


def test_undo_leaves_a_contact_alone_that_somebody_edited_since(company: Company) -> None:
    sync = ready(company, create_left="contacts")
    company.user("Ann Bell", "ann@test.com")
    done = completed(sync)
    company.edit(made(company, "ann@test.com")["Id"], LastName="Renamed")
    undone = advance(services.undo(done, write=True, enqueue=False))
    assert made(company, "ann@test.com")["LastName"] == "Renamed"
    assert "changed_since" in Step.objects.filter(run=undone).values_list("reason_code", flat=True)


@pytest.mark.parametrize("edit", [{"notes": "typed"}, {"tags": ["vip"]}, {"role": "agent"}, {"name": "Renamed"}])
def test_undo_leaves_a_user_alone_that_somebody_worked_with_since(company: Company, edit: dict) -> None:
    sync = ready(company)
    company.contact("One", "a@test.com")
    done = completed(sync)
    user = company.users()["a@test.com"]["id"]
    company.edit_user(user, **edit)
    advance(services.undo(done, write=True, enqueue=False))
    assert company.api("GET", f"users/{user}")["user"]["active"]


def test_a_lost_answer_to_new_users_is_looked_up_and_nobody_is_made_twice(company: Company) -> None:
    sync = ready(company)
    for number in range(120):
        company.contact(f"Person {number}", f"p{number}@test.com")
    call = {"method": "POST", "path": "/api/v2/users/create_many"}
    company.fault(company.zendesk, {**call, "times": 1, "timeout": "after", "seconds": 0.1})
    ended = run(sync)
    assert ended.status is RunState.COMPLETED, (ended.message, counts(ended))
    assert len(company.users()) == 120


def test_users_are_made_one_by_one_where_bulk_import_is_off(company: Company) -> None:
    """create_many answers 403 until the vendor enables it for the account."""
    company.set_up(bulk_user_import=False, agent_created_welcome_emails=True)
    account = company.account("Acme")
    sync = ready(company)
    for number in range(12):
        company.contact(f"Person {number}", f"p{number}@test.com", account)
    assert "bulk_user_import" not in Connection.objects.get(slug="zd").facts
    completed(sync)
    assert len(company.users()) == 12
    assert Connection.objects.get(slug="zd").facts["bulk_user_import"] is False
    assert company.member_of(company.users()["p7@test.com"]["id"]) == {"Acme": True}
    assert company.control(company.zendesk, "GET", "mails")["mails"] == []
    quiet(sync)
    company.set_up(bulk_user_import=True)
    company.contact("Newcomer", "newcomer@test.com", account)
    completed(sync)
    assert Connection.objects.get(slug="zd").facts["bulk_user_import"] is True


def test_a_new_user_whose_email_is_an_agents_secondary_one_is_refused_and_the_others_are_made(company: Company) -> None:
    """S3.C7: the refusal names the record; the rest is written."""
    sync = ready(company)
    admin = company.api("GET", "users?role=admin")["users"][0]["id"]
    identity = {"type": "email", "value": "second@test.com", "verified": True, "skip_verify_email": True}
    company.api("POST", f"users/{admin}/identities", {"identity": identity})
    poison = company.contact("Poison", "second@test.com")
    company.contact("Fine", "fine@test.com")
    ended = run(sync)
    assert ended.status is RunState.REJECTIONS
    assert counts(ended) | {"written": 1, "rejected": 1} == counts(ended)
    assert MirrorRecord.objects.get(sync=sync, remote_id=poison).status == "rejected"


@pytest.mark.parametrize("direction", ["to_right", "to_left"])
def test_a_run_may_be_kept_to_one_direction(company: Company, direction: str) -> None:
    """A1: what is not written in this run is planned in the next."""
    sync = ready(company, create_left="contacts")
    company.contact("Only here", "here@test.com")
    company.user("Only There", "there@test.com")
    completed(sync, direction=direction)
    here, there = "here@test.com" in company.users(), len(company.contacts()) == 2
    assert (here, there) == ((True, False) if direction == "to_right" else (False, True))
    completed(sync)
    assert set(company.users()) == {"here@test.com", "there@test.com"}
    assert {row["Email"] for row in company.contacts().values()} == {"here@test.com", "there@test.com"}
    assert company.users()["there@test.com"]["external_id"]
    quiet(sync)


def test_an_awkward_name_arrives_in_salesforce_within_its_lengths(company: Company) -> None:
    """S3.C14: first names hold 40 characters, last names 80."""
    sync = ready(company, create_left="contacts")
    company.user("A" * 50 + " " + "B" * 100, "long@test.com")
    company.user("shout@test.com", "shout@test.com")
    completed(sync)
    contact = made(company, "long@test.com")
    assert (len(contact["FirstName"]), len(contact["LastName"])) == (40, 80)
    assert made(company, "shout@test.com")["LastName"] == "shout@test.com"
    assert company.users()["long@test.com"]["name"] == "A" * 50 + " " + "B" * 100
    quiet(sync)


def test_a_user_keeps_the_name_that_its_new_contact_could_not_take_whole(company: Company) -> None:
    """Nobody renamed anybody: until somebody does, in Salesforce, the user is called as it was."""
    sync = ready(company, create_left="contacts")
    user = company.user("Dr. Bell, Ann", "ann@test.com")
    completed(sync)
    contact = made(company, "ann@test.com")
    assert (contact["FirstName"], contact["LastName"]) == ("Ann", "Bell")
    quiet(sync)
    company.edit(contact["Id"], Title="Boss")
    completed(sync)
    assert company.api("GET", f"users/{user}")["user"]["name"] == "Dr. Bell, Ann"
    company.edit(contact["Id"], LastName="Cole")
    completed(sync)
    assert company.api("GET", f"users/{user}")["user"]["name"] == "Ann Cole"
    company.edit(contact["Id"], LastName="Bell")
    completed(sync)
    assert company.api("GET", f"users/{user}")["user"]["name"] == "Ann Bell"
    quiet(sync)


def test_names_that_begin_with_the_family_make_contacts_and_are_left_alone_afterwards(company: Company) -> None:
    """S3.C14: "Nagy János" is János Nagy; whoever is there already keeps the name that Salesforce has."""
    sync = ready(company, create_left="contacts", family_first=True)
    known = company.contact("Doe", "jane@test.com", FirstName="Jane")
    company.user("Jane Doe", "jane@test.com")
    company.user("Nagy János", "janos@test.com")
    completed(sync)
    made_of_user = made(company, "janos@test.com")
    assert (made_of_user["FirstName"], made_of_user["LastName"]) == ("János", "Nagy")
    assert company.users()["janos@test.com"]["name"] == "Nagy János"
    contact = company.contacts()[known]
    assert (contact["FirstName"], contact["LastName"]) == ("Jane", "Doe")
    quiet(sync)
