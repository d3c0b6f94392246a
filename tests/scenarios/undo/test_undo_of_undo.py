"""An undo is a run like any other: undone itself, it leaves both systems and the links as the first run left them."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Link, Run, Step
from syncadmin.runs.services import runs as services
from syncadmin.runs.storage.complete import complete_beside
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready, steps_of
from tests.worlds.runs import advance, counts, plan

BOTH_WAYS = [{"left": "AnnualRevenue", "right": "annual_revenue", "direction": "both"}]
_OF_AN_ORGANIZATION = ("external_id", "tags", "domain_names", "notes", "organization_fields")
_OF_A_USER = ("name", "external_id", "tags", "notes", "details", "user_fields")


def undone(of: Run) -> Run:
    ended = advance(services.undo(of, write=True, approve_all=True, enqueue=False))
    assert ended.status is RunState.COMPLETED, (ended.message, steps_of(ended))
    counts(ended)
    return ended


def sorted_lists(row: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if isinstance(value, list) else value or None for name, value in row.items()}


def state(company: Company) -> dict[str, Any]:
    """What people see in both systems, by names, and what the links know; ids of records made again differ."""
    organizations, users = company.organizations(), company.users()
    accounts, contacts = company.accounts(), company.contacts()
    names = {str(row["id"]): name for name, row in organizations.items()}
    rights = {**names, **{str(row["id"]): email for email, row in users.items()}}
    lefts = {row["Id"]: row["Name"] for row in accounts.values()}
    lefts |= {id: f"{row['LastName']} {row.get('Email')}" for id, row in contacts.items()}

    def named(value: Any) -> Any:
        return {**lefts, **rights}.get(value, value) if isinstance(value, str) else value

    def plain(row: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
        return {field: named(value) for field, value in sorted_lists({f: row.get(f) for f in fields}).items()}

    return {
        "organizations": {name: plain(row, _OF_AN_ORGANIZATION) for name, row in organizations.items()},
        "users": {
            email: {**plain(row, _OF_A_USER), "member of": company.member_of(row["id"])} for email, row in users.items()
        },
        "accounts": {name: [row.get(f) for f in ("AnnualRevenue", "Description")] for name, row in accounts.items()},
        "contacts": sorted([str(row.get(f)) for f in ("LastName", "Email", "Title")] for row in contacts.values()),
        "links": {
            (link.sync.slug, named(link.left_id), named(link.right_id)): [
                link.role,
                sorted((key, str(named(value))) for key, value in link.last_synced.items()),
                sorted(
                    (key, sorted(str(named(entry)) for entry in ours))
                    for key, ours in link.owned_values.items() if ours
                ),
            ]
            for link in Link.objects.filter(active=True).select_related("sync")
        },
    }  # fmt: skip


def there_and_back(company: Company, sync: Sync, done: Run) -> None:
    """Undo, and undo the undo, twice over: the state of after and that of before, in turn; and nothing left to do."""
    after = state(company)
    first = undone(done)
    before = state(company)
    assert before != after
    second = undone(first)
    assert state(company) == after, steps_of(second)
    third = undone(second)
    assert state(company) == before, steps_of(third)
    last = undone(third)
    assert state(company) == after, steps_of(last)
    quiet(sync)


def test_organizations_that_were_made_linked_and_changed(company: Company) -> None:
    """Created, first linked with fields and tags and domains, and accounts made in Salesforce."""
    company.account("Made", Industry="Energy", AnnualRevenue=1000, Domains__c="made.example", Description="New")
    company.account("Linked", Industry="Banking", AnnualRevenue=2000, Description="Ours")
    company.organization("Linked", tags=["vip"], notes="Typed by an agent", domain_names=["linked.example"])
    company.organization("Only in Zendesk", organization_fields={"annual_revenue": 7})
    sync = company.configure(create_left=True, mappings=BOTH_WAYS)
    there_and_back(company, sync, completed(sync))


def test_changes_of_both_sides_and_tags(company: Company) -> None:
    account = company.account("Acme", Industry="Energy", AnnualRevenue=1000, Description="Old")
    company.account("Beta", AnnualRevenue=1)
    sync = company.configure(mappings=BOTH_WAYS)
    completed(sync)
    company.edit_account(account, Industry="Banking", Description=None, Name="Acme 2", AnnualRevenue=5)
    company.edit_organization(company.organizations()["Beta"]["id"], organization_fields={"annual_revenue": 9})
    done = completed(sync)
    assert company.accounts()["Beta"]["AnnualRevenue"] == 9
    there_and_back(company, sync, done)


def test_what_a_discarded_plan_has_proposed_is_no_link(company: Company) -> None:
    """Between an undo and its own undo, somebody plans and throws the plan away."""
    company.account("Linked", Description="Ours")
    company.organization("Linked", notes="Typed by an agent")
    sync = company.configure()
    done = completed(sync)
    after = state(company)
    taken_back = undone(done)
    services.discard(plan(sync))
    undone(taken_back)
    assert state(company) == after
    quiet(sync)


@pytest.mark.parametrize("several", [True, False])
def test_people_with_duplicates_and_memberships(company: Company, several: bool) -> None:
    """A user made for two contacts, one linked that was there, a contact made of a user; memberships of each."""
    company.set_up(multiple_organizations=several)
    acme, beta = company.account("Acme"), company.account("Beta")
    sync = ready(company, create_left="contacts")
    company.check_connections()
    company.contact("One", "one@test.com", acme, Department="Sales", Title="Boss")
    company.contact("Two", "one@test.com", beta)
    company.contact("Three", "three@test.com", beta, Department="Support")
    company.user("Three", "three@test.com", tags=["vip"], notes="Typed")
    company.user("Four Square", "four@test.com")
    there_and_back(company, sync, completed(sync))


def test_a_contact_that_moved_to_another_account(company: Company) -> None:
    acme, beta = company.account("Acme"), company.account("Beta")
    company.set_up(multiple_organizations=True)
    sync = ready(company)
    company.check_connections()
    contact = company.contact("One", "one@test.com", acme, Department="Sales")
    completed(sync)
    company.edit(contact, AccountId=beta, Department="Support", Email="new@test.com")
    there_and_back(company, sync, completed(sync))


def test_people_come_back_to_organizations_that_were_made_again(company: Company) -> None:
    """Organizations undone and made again have other ids; their people find them."""
    acme = company.account("Acme")
    accounts = company.configure()
    of_accounts = completed(accounts)
    sync = company.configure_people()
    company.user("Two", "two@test.com")
    company.contact("One", "one@test.com", acme)
    company.contact("Two", "two@test.com", acme)
    of_people = completed(sync)
    after = state(company)
    people_undone = undone(of_people)
    accounts_undone = undone(of_accounts)
    assert not company.organizations()
    undone(accounts_undone)
    undone(people_undone)
    assert state(company) == after
    completed(accounts)
    quiet(sync)


def test_links_that_ended_when_accounts_left_the_filter(company: Company) -> None:
    kept = {"picklist_filter": {"field": "Type", "values": ["Customer"]}, "leaving_scope": "unlink"}
    account = company.account("Acme", Type="Customer", Industry="Energy")
    sync = company.configure(**kept)
    completed(sync)
    after = state(company)
    company.edit_account(account, Type="Prospect")
    undone(completed(sync))
    assert state(company) == after


def test_what_somebody_did_meanwhile_is_left_alone_and_said(company: Company) -> None:
    company.account("Again", Industry="Energy")
    gone = company.account("Gone")
    taken = company.account("Taken")
    free = company.account("Linked", Description="Ours")
    company.organization("Linked", notes="Typed by an agent")
    sync = company.configure()
    back = undone(completed(sync))
    assert set(company.organizations()) == {"Linked"}
    company.remove(gone)
    company.edit_organization(company.organizations()["Linked"]["id"], notes="Typed again")
    waiting = advance(services.undo(back, enqueue=False))
    assert waiting.status is RunState.PLANNED
    said = dict(Step.objects.filter(run=waiting).values_list("label", "reason"))
    assert said["Again"] == "It was deleted; a new record is created and linked"
    assert said["Gone"] == "Its source record is gone"
    ended = advance(services.approve(waiting, enqueue=False))
    assert set(company.organizations()) == {"Again", "Taken", "Linked"}, steps_of(ended)
    assert company.organizations()["Linked"]["notes"] == "Typed again"
    assert Link.objects.get(left_id=free).active
    assert Link.objects.get(left_id=taken).right_id == str(company.organizations()["Taken"]["id"])


def test_what_a_later_run_made_again_is_not_made_twice(company: Company) -> None:
    company.account("Acme")
    sync = company.configure()
    done = completed(sync)
    assert complete_beside(sync)
    back = undone(done)
    assert not complete_beside(sync)
    completed(sync)
    forth = undone(back)
    assert [word for _, _, word in steps_of(forth)] == ["It has a counterpart now"]
    assert len(company.organizations()) == 1


def test_a_run_whose_undo_was_undone_counts_again(company: Company) -> None:
    company.account("Acme")
    sync = company.configure()
    back = undone(completed(sync))
    assert not complete_beside(sync)
    forth = undone(back)
    assert complete_beside(sync)
    undone(forth)
    assert not complete_beside(sync)
