"""Contacts and users, step by step over HTTP: who fills a user, and which organizations it is in."""

from __future__ import annotations

import pytest

from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Side
from syncadmin.logs.models import Level, LogEntry
from syncadmin.runs.services import decisions
from syncadmin.runs.storage.search import named
from tests.worlds.company import Company
from tests.worlds.runs import counts, run


def people(company: Company, **changes: object):
    """The accounts are synced; the contacts sync is ready."""
    assert run(company.configure()).status is RunState.COMPLETED
    return company.configure_people(**changes)


BOTH_WAYS = {"direction": "both", "conflict": "newest"}


@pytest.mark.postgres
@pytest.mark.parametrize("target", ["fields.title", "details"])
def test_the_sample_scenario_of_several_organizations(company: Company, target: str) -> None:
    """S1.15: two contacts with one email at two accounts; an agent edits the user; each step as it is described."""
    first_account, second_account = company.account("Account A"), company.account("Account B")
    custom = {"mappings": [{"left": "Title", "right": "fields.title", **BOTH_WAYS}], "details": ""}
    standard = {"mappings": [], "details": {"field": "Title", **BOTH_WAYS}}
    sync = people(company, **(standard if target == "details" else custom))
    first = company.contact("One", "a@test.com", first_account, Title="Boss")
    assert run(sync).status is RunState.COMPLETED
    user = company.users()["a@test.com"]
    assert (user["name"], company.member_of(user["id"])) == ("One", {"Account A": True})

    second = company.contact("Two", "a@test.com", second_account, Title="Advisor")
    ended = run(sync)
    assert ended.status is RunState.COMPLETED, ended.message
    assert counts(ended)["written"] == 2
    user = company.users()["a@test.com"]
    assert (user["name"], (user | user["user_fields"])[target.removeprefix("fields.")]) == ("One", "Boss")
    assert company.member_of(user["id"]) == {"Account A": True, "Account B": False}

    company.edit_user(
        user["id"], **({"details": "Chief"} if target == "details" else {"user_fields": {"title": "Chief"}})
    )
    assert run(sync).status is RunState.COMPLETED
    contacts = company.contacts()
    assert (contacts[first]["Title"], contacts[second]["Title"]) == ("Chief", "Advisor")
    warnings = LogEntry.objects.filter(sync=sync, level=Level.WARNING)
    (entry,) = warnings
    assert (entry.left_id, entry.email_group, entry.code) == (second, "a@test.com", "duplicate")
    assert (entry.functionality, entry.right_id) == ("Bulk Sync", str(user["id"]))
    assert entry.message == (
        "Duplicate of One, which has the same email: none of its fields is synced; it adds a membership of Account B."
    )
    assert entry.not_done == "None of its fields was written to the user"
    before = company.users()["a@test.com"]
    assert counts(run(sync))["written"] == 0
    assert company.users()["a@test.com"] == before


@pytest.mark.postgres
def test_a_person_is_found_by_name_and_by_email(company: Company) -> None:
    """People are matched by email alone, and looked for by whatever one knows of them."""
    sync = people(company)
    company.contact("Müller", "amelie@test.com", FirstName="Amélie")
    assert run(sync).status is RunState.COMPLETED
    for text in ("amelie mu", "Amélie", "AMELIE@test"):
        assert {record.label for record in named(sync, text)} == {"Amélie Müller"}, text


def test_a_contact_outside_the_filter_is_not_made_a_second_time_by_hand(company: Company) -> None:
    """S3.C11, S3.C16: while nothing is created in Salesforce, what the filter leaves out is not even read."""
    sync = people(company, picklist_filter={"field": "Status__c", "values": ["Current"]})
    company.contact("Gone", "gone@test.com", Status__c="Left")
    user, stranger = company.user("Gone", "gone@test.com"), company.user("Stranger", "new@test.com")
    run(sync)
    for id in (user, stranger):
        decisions.create(sync, side=Side.RIGHT, remote_id=str(id), by=None)
    assert run(sync).status is RunState.COMPLETED
    assert sorted(row["Email"] for row in company.contacts().values()) == ["gone@test.com", "new@test.com"]
