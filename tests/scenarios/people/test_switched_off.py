"""Contacts on, leads off (S3.C10, S3.36): a sync that is switched off takes no part, and comes back as if new."""

from __future__ import annotations

import pytest

from mappings import editing
from mappings.models import Sync
from syncadmin.runs.services import automatic
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready
from tests.worlds.runs import advance, plan, run

EMAIL = "a@test.com"


def switch(sync: Sync, *, on: bool) -> None:
    sync.refresh_from_db()
    editing.switch(sync, on=on, by="the tests")


@pytest.fixture
def both(company: Company) -> tuple[Sync, Sync]:
    """A lead and a contact with one email; the lead is ranked first and fills the user."""
    prospects = ready(company, "leads", rank={"field": "Status", "values": ["Working - Contacted"]})
    contacts = company.configure_people("contacts")
    company.lead("Lead", EMAIL, Status="Working - Contacted")
    company.contact("Contact", EMAIL)
    for sync in (prospects, contacts):
        run(sync)
    assert company.users()[EMAIL]["name"] == "Lead"
    return contacts, prospects


def settle(*syncs: Sync) -> None:
    """Two rounds: what one run hands over, the other takes."""
    for sync in (*syncs, *syncs):
        run(sync)


def test_with_leads_off_the_contact_fills_the_user_and_with_leads_on_the_lead_again(
    company: Company, both: tuple[Sync, Sync]
) -> None:
    contacts, prospects = both
    user = company.users()[EMAIL]["id"]
    switch(prospects, on=False)
    completed(contacts)
    filled = company.users()[EMAIL]
    (contact,) = company.contacts()
    assert (filled["id"], filled["name"], filled["external_id"]) == (user, "Contact", contact)
    quiet(contacts)
    company.edit(contact, LastName="Renamed")
    completed(contacts)
    assert company.users()[EMAIL]["name"] == "Renamed"
    switch(prospects, on=True)
    settle(prospects, contacts)
    assert (company.users()[EMAIL]["id"], company.users()[EMAIL]["name"]) == (user, "Lead")
    quiet(prospects)
    quiet(contacts)


def test_a_sync_that_is_off_neither_plans_nor_writes_and_can_be_undone(
    company: Company, both: tuple[Sync, Sync]
) -> None:
    contacts, _ = both
    company.contact("Another", "b@test.com")
    waiting = plan(contacts)
    switch(contacts, on=False)
    with pytest.raises(services.NotYet, match="Contacts and users are switched off"):
        services.start(contacts, enqueue=False)
    waiting.refresh_from_db()
    with pytest.raises((services.NotYet, services.Stale)):
        services.approve(waiting, enqueue=False)
    company.check_connections()
    Sync.objects.filter(pk=contacts.pk).update(automatic_updates=True)
    assert automatic.start_due() == 0
    switch(contacts, on=True)
    completed(contacts)
    assert "b@test.com" in company.users()


def test_what_a_sync_has_written_can_be_taken_back_while_it_is_off(company: Company) -> None:
    contacts = ready(company)
    company.contact("One", EMAIL)
    done = completed(contacts)
    switch(contacts, on=False)
    done.refresh_from_db()
    advance(services.undo(done, write=True, enqueue=False))
    assert EMAIL not in company.users()
