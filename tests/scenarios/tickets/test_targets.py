"""What tickets become: the record type and the owner of cases, and records of an object of the org's own."""

from __future__ import annotations

import pytest
from django.test import Client

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.logs.models import LogEntry
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.runs import advance, counts, plan, run
from tests.worlds.tickets import cases, edit_ticket, exported, ticket, tickets_sync


def agent(company: Company, name: str, email: str) -> int:
    return company.user(name, email, role="agent")


def seat(company: Company, email: str, **values: object) -> str:
    """A user of Salesforce."""
    profile = company.salesforce.store.rows("Profile")[0]["Id"]
    given = {"LastName": "Al", "Alias": "al", "Email": email, "Username": f"{email}.sf", "ProfileId": profile}
    fixed = {"IsActive": True, "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8"}
    return company.salesforce.store.insert("User", {**given, **fixed, "LanguageLocaleKey": "en_US", **values})


def test_new_cases_have_the_record_type_and_the_owner_that_were_chosen(company: Company) -> None:
    queue = company.salesforce.store.insert("Group", {"Name": "Support", "Type": "Queue"})
    company.salesforce.store.insert("QueueSobject", {"QueueId": queue, "SobjectType": "Case"})
    al, bo, cy = (agent(company, name, f"{name}@us.example") for name in ("al", "bo", "cy"))
    users = {name: seat(company, f"{name}@us.example", IsActive=name != "cy") for name in ("al", "bo", "cy")}
    first, second, third = (
        ticket(company, subject=name, assignee_id=id) for name, id in (("al", al), ("cy", cy), ("", None))
    )
    exported(company)
    sync = tickets_sync(company, record_type="Complaint", owner=queue, owner_of="assignee", mappings=[])
    assert run(sync).status is RunState.COMPLETED
    made = cases(company)
    assert [made[id]["OwnerId"] for id in (first, second, third)] == [users["al"], queue, queue]
    types = {row["DeveloperName"]: row["Id"] for row in company.salesforce.store.rows("RecordType")}
    assert {made[id]["RecordTypeId"] for id in (first, second, third)} == {types["Complaint"]}
    exported(company)
    assert counts(run(sync))["planned"] == 0

    edit_ticket(company, first, assignee_id=bo)
    exported(company)
    assert run(sync).steps.get().reason == "This is the only user found for it"
    assert cases(company)[first]["OwnerId"] == users["bo"]
    company.edit(made[first]["Id"], OwnerId=queue)
    exported(company)
    assert counts(run(sync))["planned"] == 0, "what people choose stays until the assignee changes"
    edit_ticket(company, first, assignee_id=None)
    exported(company)
    run(sync)
    assert cases(company)[first]["OwnerId"] == queue


def test_owners_by_hand_count_first_and_one_who_left_is_one_rejected_row(company: Company) -> None:
    al, bo = (agent(company, name, f"{name}@us.example") for name in ("al", "bo"))
    other, gone = seat(company, "other@us.example"), seat(company, "gone@us.example", IsActive=False)
    tickets = [ticket(company, subject=str(id), assignee_id=id) for id in (al, bo)]
    exported(company)
    owners = {"Al@us.example": other, "bo@us.example": gone}
    done = run(tickets_sync(company, owner_of="assignee", owners=owners))
    assert done.status is RunState.REJECTIONS
    assert cases(company)[tickets[0]]["OwnerId"] == other
    assert "inactive user" in done.steps.get(left_id=tickets[1]).outcome.message
    with pytest.raises(Exception, match="an email and the id of a user"):
        tickets_sync(company, owners={"al": "005"})
    for email in ("bo@us.example", "bo@us.example"):
        seat(company, email, Username=f"{len(company.salesforce.store.rows('User'))}@x.example")
    exported(company)
    assert run(tickets_sync(company, owner_of="assignee")).status is RunState.COMPLETED
    assert LogEntry.objects.filter(code="ticket_owners_ambiguous", left_id=tickets[1]).exists()


def test_tickets_become_records_of_an_object_of_the_org(company: Company, as_ada: Client) -> None:
    account = company.account("Acme")
    contact = company.contact("Jo", "jo@acme.example", account)
    jo = company.user("Jo", "jo@acme.example", organization_id=company.organization("Acme"))
    ids = [
        ticket(company, jo, subject=f"Number {number}", status=status)
        for number, status in enumerate(("open", "closed"))
    ]
    exported(company)
    options = {"object": "Support_Request__c", "account_lookup": "Company__c", "contact_lookup": "Person__c"}
    states = {"new": "New", "open": "In Progress", "closed": "Done", "solved": "Done"}
    mapped = [
        {"left": "subject", "right": "Name"},
        {"left": "status", "right": "State__c", "value_map": states},
        {"left": "description", "right": "Details__c"},
    ]
    sync = tickets_sync(company, **options, mappings=mapped)
    waiting = plan(sync)
    assert waiting.actions == {"create_right": 2}
    assert "Support Request records" in as_ada.get(f"/runs/{waiting.pk}/").content.decode()
    first = advance(services.approve(waiting, enqueue=False))
    assert first.status is RunState.COMPLETED, first.message
    rows = {row["Zendesk_Ticket_Id__c"]: row for row in company.salesforce.store.rows("Support_Request__c")}
    assert [(rows[id]["Name"], rows[id]["State__c"], rows[id]["Company__c"], rows[id]["Person__c"]) for id in ids] == [
        ("Number 0", "In Progress", account, contact),
        ("Number 1", "Done", account, contact),
    ]
    assert cases(company) == {}
    exported(company)
    assert counts(run(sync))["planned"] == 0
    page = as_ada.get("/syncs/tickets/").content.decode()
    assert "Company · Company__c" in page
    assert as_ada.get("/runs/check/tickets/").status_code == 200
    advance(services.undo(first, write=True, enqueue=False))
    assert company.salesforce.store.rows("Support_Request__c") == []


def test_without_mappings_the_subject_becomes_the_name_and_a_look_up_that_is_none_is_refused(company: Company) -> None:
    ticket(company, subject="Help")
    exported(company)
    assert run(tickets_sync(company, object="Support_Request__c")).status is RunState.COMPLETED
    assert [row["Name"] for row in company.salesforce.store.rows("Support_Request__c")] == ["Help"]
    failed = run(tickets_sync(company, object="Support_Request__c", account_lookup="Person__c"))
    assert failed.status is RunState.FAILED
    assert "Support Request has no Person__c to be the Look-up to the account" in failed.message
    with pytest.raises(Exception, match="neither Case nor a custom object"):
        tickets_sync(company, object="Opportunity")


@pytest.mark.parametrize("options", [{}, {"contact_lookup": "Person__c"}])
def test_tickets_of_linked_organizations_alone_are_sent_also_without_a_look_up_to_accounts(
    company: Company, options: dict[str, str]
) -> None:
    company.account("Acme")
    assert run(company.configure(mappings=[])).status is RunState.COMPLETED
    linked, other = company.organizations()["Acme"]["id"], company.organization("Other")
    jo = company.user("Jo", "jo@acme.example", organization_id=linked)
    for subject, home in (("Acme", linked), ("Other", other), ("Nowhere", None)):
        ticket(company, jo, subject=subject, organization_id=home)
    exported(company)
    sync = tickets_sync(company, object="Support_Request__c", organizations="linked", **options)
    first = run(sync)
    assert {row["Name"] for row in company.salesforce.store.rows("Support_Request__c")} == {"Acme"}
    assert counts(first)["skipped"] == 2
    company.account("Other")
    assert run(Sync.objects.get(slug="accounts")).status is RunState.COMPLETED
    exported(company, 600)
    assert run(sync).status is RunState.COMPLETED
    assert {row["Name"] for row in company.salesforce.store.rows("Support_Request__c")} == {"Acme", "Other"}
    exported(company, 600)
    assert counts(run(sync))["planned"] == 0


def test_three_of_a_thousand_tickets_do_not_fit_and_the_others_are_there(company: Company) -> None:
    """Acceptance test 17: a subject that is too long, an owner who has left, and a required field that stays empty."""
    named = {"comment": {"body": "It is broken."}, "external_id": "Jo"}
    for start in range(0, 997, 100):
        rows = [{"subject": f"Number {number}", **named} for number in range(start, min(start + 100, 997))]
        company.api("POST", "tickets/create_many", {"tickets": rows})
        company.control(company.zendesk, "POST", "clock", {"advance": 60})
    gone = seat(company, "gone@us.example", IsActive=False)
    ticket(company, subject="x" * 300, external_id="Jo")
    ticket(company, subject="Nameless")
    ticket(company, subject="Owned", external_id="Jo", assignee_id=agent(company, "Gone", "gone@us.example"))
    required = {"object": "Case", "field": "SuppliedName", "nillable": False}
    company.control(company.salesforce, "PUT", "schema", required)
    exported(company, 600)
    mapped = [{"left": "subject", "right": "Subject"}, {"left": "external_id", "right": "SuppliedName"}]
    owners = {"gone@us.example": gone}
    done = run(tickets_sync(company, mappings=mapped, owner_of="assignee", owners=owners))
    assert (counts(done)["written"], counts(done)["rejected"], len(cases(company))) == (997, 3, 997)
    refused = {step.label: step for step in done.steps.filter(state=StepState.REJECTED)}
    assert "has 300 characters" in refused["x" * 300].reason
    assert "Required fields are missing: [SuppliedName]" in refused["Nameless"].outcome.message
    assert "inactive user" in refused["Owned"].outcome.message
