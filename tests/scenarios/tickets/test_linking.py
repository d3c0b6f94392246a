"""Whom a case belongs to: the rules of S1.24 and S1.25, branch by branch (acceptance test 15)."""

from __future__ import annotations

import pytest
from django.test import Client

from syncadmin.engine.lifecycle import RunState
from syncadmin.logs.models import Functionality, Level, LogEntry
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.runs import advance, counts, plan, run
from tests.worlds.tickets import cases, edit_ticket, exported, ticket, tickets_sync

ACCOUNTS, CONTACTS = "ticket_accounts_ambiguous", "ticket_contacts_ambiguous"


def links_of(company: Company, *ids: str) -> list[tuple[str | None, str | None]]:
    found = cases(company)
    return [(found[id].get("AccountId"), found[id].get("ContactId")) for id in ids]


def warnings() -> list[tuple[str, str]]:
    entries = LogEntry.objects.filter(level=Level.WARNING, functionality=Functionality.TICKETS)
    return list(entries.order_by("left_id").values_list("code", "left_id"))


@pytest.fixture
def linked(company: Company) -> Company:
    """Accounts and contacts are synced: Jo is at Acme and Beta by two contacts, Al at Acme alone."""
    for name in ("Acme", "Beta"):
        company.account(name)
    accounts = company.configure(mappings=[])
    accounts_by_name = {name: row["Id"] for name, row in company.accounts().items()}
    company.contact("Jo", "jo@acme.example", accounts_by_name["Acme"])
    company.contact("Jo", "jo@acme.example", accounts_by_name["Beta"])
    company.contact("Al", "al@acme.example", accounts_by_name["Acme"])
    assert run(accounts).status is RunState.COMPLETED
    contacts = company.configure_people(tags=[], details="", notes="")
    exported(company)
    assert run(contacts).status is RunState.COMPLETED
    exported(company)
    return company


def test_a_linked_organization_and_the_contact_that_is_related_to_its_account(linked: Company) -> None:
    """S1.24 first branch, A13: the ticket's own organization decides, not the requester's default one."""
    accounts = {name: row["Id"] for name, row in linked.accounts().items()}
    organizations = {name: row["id"] for name, row in linked.organizations().items()}
    users = linked.users()
    contacts = {(row["LastName"], row["AccountId"]): row["Id"] for row in linked.contacts().values()}
    jo = users["jo@acme.example"]["id"]
    tickets = [ticket(linked, jo, organization_id=organizations[name]) for name in ("Acme", "Beta")]
    exported(linked)
    sync = tickets_sync(linked)
    assert run(sync).status is RunState.COMPLETED
    assert links_of(linked, *tickets) == [
        (accounts["Acme"], contacts["Jo", accounts["Acme"]]),
        (accounts["Beta"], contacts["Jo", accounts["Beta"]]),
    ]
    assert warnings() == []
    assert counts(run(sync))["planned"] == 0


def test_a_requester_of_several_contacts_none_of_which_fits_brings_no_contact_and_a_warning(linked: Company) -> None:
    """S1.36: without an organization nobody can tell which of the two contacts it is."""
    jo = linked.users()["jo@acme.example"]["id"]
    id = ticket(linked, jo, organization_id=None)
    exported(linked)
    assert run(tickets_sync(linked)).status is RunState.COMPLETED
    assert links_of(linked, id) == [(None, None)]
    assert warnings() == [(CONTACTS, id)]


def test_the_account_of_the_organizations_name_and_the_contact_of_the_requesters_email(company: Company) -> None:
    """S1.24 second branch, S1.25 second branch: nothing is synced, both are found by a search, whatever the case."""
    account, contact = company.account("ACME"), company.contact("Jo", "Jo@Acme.example")
    organization = company.organization("Acme")
    jo = company.user("Jo", "jo@acme.example", organization_id=organization)
    none = company.user("No", "no@nowhere.example")
    found, unknown = ticket(company, jo), ticket(company, none)
    exported(company)
    sync = tickets_sync(company)
    assert run(sync).status is RunState.COMPLETED
    assert links_of(company, found, unknown) == [(account, contact), (None, None)]
    assert warnings() == []
    assert counts(run(sync))["planned"] == 0


def test_several_accounts_of_the_name_and_several_contacts_of_the_email_are_none_with_a_warning(
    company: Company, as_vera: Client
) -> None:
    """S1.36, S1.30-S1.32. The check page counts them, while a plan waits and after it was written."""
    for _ in range(2):
        company.account("Acme")
        company.contact("Jo", "jo@acme.example")
    organization = company.organization("Acme")
    id = ticket(company, company.user("Jo", "jo@acme.example", organization_id=organization))
    exported(company)
    sync, found = tickets_sync(company), "1 ticket names a requester that several contacts match."
    waiting = plan(sync)
    assert found in as_vera.get("/runs/check/tickets/").content.decode()
    assert advance(services.approve(waiting, enqueue=False)).status is RunState.COMPLETED
    assert links_of(company, id) == [(None, None)]
    assert sorted(warnings()) == [(ACCOUNTS, id), (CONTACTS, id)]
    page = as_vera.get("/runs/check/tickets/").content.decode()
    assert found in page
    assert "1 ticket names an organization that several accounts match." in page
    [told] = LogEntry.objects.filter(code=CONTACTS)
    assert told.message == (
        "Duplicate contact records found: 2 contacts have the email jo@acme.example. The case is linked to no contact."
    )


def test_an_organization_and_a_user_that_are_linked_later_repair_the_cases_that_missed_them(company: Company) -> None:
    company.account("Acme"), company.account("Acme")
    acme = company.organization("Acme")
    jo = company.user("Jo", "jo@acme.example", organization_id=acme)
    old, other = ticket(company, jo), ticket(company, jo, organization_id=None)
    exported(company)
    sync = tickets_sync(company)
    assert run(sync).status is RunState.COMPLETED
    assert links_of(company, old, other) == [(None, None), (None, None)]

    keeper = sorted(row["Id"] for row in company.salesforce.store.rows("Account"))[0]
    for row in list(company.salesforce.store.rows("Account")):
        if row["Id"] != keeper:
            company.remove(row["Id"])
    contact = company.contact("Jo", "jo@acme.example", keeper)
    assert run(company.configure(mappings=[])).status is RunState.COMPLETED
    exported(company)
    assert run(company.configure_people(tags=[], details="", notes="")).status is RunState.COMPLETED
    repairing = run(sync)
    assert links_of(company, old, other) == [(keeper, contact), (None, contact)]
    steps = {step.left_id: step for step in repairing.steps.all()}
    assert {step.reason_code for step in steps.values()} == {"looked_up"}
    assert "The account is linked to it now" in steps[old].reason
    assert counts(run(sync))["planned"] == 0


def test_a_ticket_that_moves_takes_its_case_along_or_leaves_it_with_nobody(company: Company) -> None:
    accounts = {name: company.account(name) for name in ("Acme", "Beta")}
    contact = company.contact("Jo", "jo@acme.example")
    homes = {name: company.organization(name) for name in ("Acme", "Beta", "Nowhere")}
    jo = company.user("Jo", "jo@acme.example", organization_id=homes["Acme"])
    id = ticket(company, jo, organization_id=homes["Acme"])
    exported(company)
    sync = tickets_sync(company)
    run(sync)
    assert links_of(company, id) == [(accounts["Acme"], contact)]
    for home, account in (("Beta", accounts["Beta"]), ("Nowhere", None)):
        edit_ticket(company, id, organization_id=homes[home])
        exported(company)
        assert run(sync).status is RunState.COMPLETED
        assert links_of(company, id) == [(account, contact)]
        exported(company)
        assert counts(run(sync))["planned"] == 0
    company.edit(cases(company)[id]["Id"], AccountId=accounts["Beta"])
    edit_ticket(company, id, subject="Still nowhere")
    exported(company)
    run(sync)
    assert links_of(company, id) == [(accounts["Beta"], contact)], "what somebody has chosen stays"


def test_tickets_of_linked_organizations_alone_follow_once_these_are_linked(company: Company, as_vera: Client) -> None:
    """The live count knows them, too."""
    company.account("Acme")
    acme, other = company.organization("Acme"), company.organization("Other")
    jo = company.user("Jo", "jo@acme.example", organization_id=acme)
    wanted, unwanted = ticket(company, jo, organization_id=acme), ticket(company, jo, organization_id=other)
    exported(company)
    sync = tickets_sync(company, organizations="linked")
    assert counts(run(sync))["skipped"] == 2
    assert cases(company) == {}
    assert run(company.configure(mappings=[])).status is RunState.COMPLETED
    exported(company)
    said = as_vera.get("/syncs/tickets/count/", headers={"HX-Request": "true"}).content.decode()
    assert '<strong class="count-number">1</strong> of 2 tickets in scope' in said
    assert "It belongs to no record that is linked to an account" in said
    assert run(sync).status is RunState.COMPLETED
    assert set(cases(company)) == {wanted}
    exported(company)
    assert counts(run(sync))["planned"] == 0
    run(tickets_sync(company))
    assert set(cases(company)) == {wanted, unwanted}


def test_a_requester_or_an_organization_that_changes_changes_its_cases_although_no_ticket_did(
    company: Company,
) -> None:
    accounts = {name: company.account(name) for name in ("Acme", "Beta")}
    contact = company.contact("Jo", "new@acme.example")
    home = company.organization("Acme")
    jo, agent = (
        company.user("Jo", "jo@acme.example", organization_id=home),
        company.user("Al", "al@us.example", role="agent"),
    )
    id = ticket(company, jo, organization_id=home, assignee_id=agent)
    exported(company)
    mapped = [{"left": "requester_email", "right": "SuppliedEmail"}, {"left": "assignee_name", "right": "Comments"}]
    sync = tickets_sync(company, mappings=mapped)
    run(sync)
    assert links_of(company, id) == [(accounts["Acme"], None)]
    exported(company, 600)
    assert counts(run(sync))["planned"] == 0
    address = {"identity": {"type": "email", "value": "new@acme.example"}}
    made = company.api("POST", f"users/{jo}/identities", address)["identity"]["id"]
    company.api("PUT", f"users/{jo}/identities/{made}/make_primary")
    company.edit_organization(home, name="Beta")
    company.edit_user(agent, name="Alva")
    exported(company, 600)
    run(sync)
    case = cases(company)[id]
    assert (case["SuppliedEmail"], case["Comments"]) == ("new@acme.example", "Alva")
    assert links_of(company, id) == [(accounts["Beta"], contact)]
    exported(company, 600)
    assert counts(run(sync))["planned"] == 0
