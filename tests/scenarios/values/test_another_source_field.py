"""A mapping that is given another Salesforce field: nothing was ever agreed on with that one (ADR 16)."""

from __future__ import annotations

from typing import Any

import pytest

from mappings import editing
from mappings.fields import rows
from mappings.fields.rows import Row
from mappings.models import Sync
from syncadmin.runs.models import Link
from syncadmin.runs.pipeline.extract import mapping_changes
from tests.worlds.company import Company
from tests.worlds.people import actions, completed, quiet, ready
from tests.worlds.runs import plan

DIRECTIONS = ["to_right", "both"]


def mapping(left: str, direction: str = "to_right") -> dict[str, str]:
    return {"left": left, "right": "assistant", "direction": direction}


def synced(company: Company, direction: str, **values: Any) -> Sync:
    """A contact and its user that agree on who the assistant is."""
    sync = ready(company, mappings=[mapping("AssistantName", direction)])
    company.contact("One", "a@test.com", AssistantName="Ann", **values)
    completed(sync)
    return sync


def assistant(company: Company) -> str | None:
    return company.users()["a@test.com"]["user_fields"]["assistant"]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_an_empty_field_in_anothers_place_erases_nothing(company: Company, direction: str) -> None:
    synced(company, direction)
    sync = company.configure_people(mappings=[mapping("Nickname__c", direction)])
    completed(sync)
    assert assistant(company) == "Ann"
    quiet(sync)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_same_from_a_page(company: Company, direction: str) -> None:
    sync = synced(company, direction)
    editing.set_mappings(sync, wanted=[Row("Nickname__c", "fields.assistant", direction)], by="somebody")
    assert [row.left for row in rows.listed(sync)] == ["Nickname__c"]
    completed(sync)
    assert assistant(company) == "Ann"
    quiet(sync)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_filled_field_in_anothers_place_leads(company: Company, direction: str) -> None:
    synced(company, direction, Nickname__c="Bob")
    sync = company.configure_people(mappings=[mapping("Nickname__c", direction)])
    completed(sync)
    assert assistant(company) == "Bob"
    quiet(sync)


def test_two_way_the_empty_field_gets_what_zendesk_holds_and_is_emptied_with_it_later(company: Company) -> None:
    synced(company, "both")
    sync = company.configure_people(mappings=[mapping("Nickname__c", "both")])
    assert actions(completed(sync))["update_left"] == 1
    (contact,) = company.contacts().values()
    assert (contact["AssistantName"], contact["Nickname__c"]) == ("Ann", "Ann")
    company.edit(contact["Id"], Nickname__c=None)
    completed(sync)
    assert assistant(company) is None


def test_nothing_in_salesforce_is_erased_by_an_empty_field_of_zendesk(company: Company) -> None:
    """The other direction: what goes to Salesforce only, from now on into a field that is filled there."""
    sync = ready(company, mappings=[mapping("AssistantName", "both")])
    contact = company.contact("One", "a@test.com", Nickname__c="Bob")
    completed(sync)
    sync = company.configure_people(mappings=[mapping("Nickname__c", "to_left")])
    completed(sync)
    assert company.contacts()[contact]["Nickname__c"] == "Bob"
    quiet(sync)


def test_a_mapping_that_was_gone_for_a_while_is_not_taken_for_the_old_one(company: Company) -> None:
    synced(company, "to_right")
    completed(company.configure_people(mappings=[]))
    sync = company.configure_people(mappings=[mapping("Nickname__c")])
    completed(sync)
    assert assistant(company) == "Ann"


def test_a_mapping_that_comes_back_as_it_was_knows_what_it_agreed_on(company: Company) -> None:
    synced(company, "to_right")
    completed(company.configure_people(mappings=[]))
    (contact,) = company.contacts()
    company.edit(contact, AssistantName=None)
    completed(company.configure_people(mappings=[mapping("AssistantName")]))
    assert assistant(company) is None


def test_details_from_another_field_stay_too(company: Company) -> None:
    sync = ready(company, details="Title")
    company.contact("One", "a@test.com", Title="Boss")
    completed(sync)
    completed(company.configure_people(details="Nickname__c"))
    assert company.users()["a@test.com"]["details"] == "Boss"


def test_a_plan_alone_forgets_in_chunks_and_leaves_the_other_fields(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping_changes, "CHUNK", 2)
    sync = ready(company, mappings=[mapping("AssistantName"), {"left": "Title", "right": "title"}])
    for number in range(5):
        company.contact(f"N{number}", f"{number}@test.com", AssistantName="Ann", Title="Boss")
    completed(sync)
    sync = company.configure_people(mappings=[mapping("Nickname__c"), {"left": "Title", "right": "title"}])
    plan(sync)
    bases = Link.objects.filter(sync=sync).values_list("last_synced", flat=True)
    assert [("fields.assistant" in base, base["fields.title"]) for base in bases] == [(False, "Boss")] * 5
