"""What goes from Zendesk to Salesforce: it stops no creation, and no number is rounded unsaid (S3.29, S3.40)."""

from __future__ import annotations

import pytest

from syncadmin.engine.lifecycle import RunState
from tests.worlds.company import Company
from tests.worlds.people import actions, completed, quiet, ready
from tests.worlds.runs import run


def test_a_field_that_only_goes_to_salesforce_does_not_keep_a_user_from_being_made(company: Company) -> None:
    sync = ready(company, mappings=[{"left": "Status__c", "right": "department", "direction": "to_left"}])
    contact = company.contact("One", "a@test.com", Status__c="Current")
    completed(sync)
    quiet(sync)
    assert company.users()["a@test.com"]["user_fields"]["department"] is None
    assert company.contacts()[contact]["Status__c"] == "Current"


@pytest.mark.parametrize(("field", "typed"), [("Logins__c", 2.5), ("Score__c", 2.345)])
def test_a_number_that_salesforce_would_round_stays_as_the_agent_typed_it(
    company: Company, field: str, typed: float
) -> None:
    sync = ready(company, mappings=[{"left": field, "right": "score", "direction": "both"}])
    contact = company.contact("One", "a@test.com", **{field: 1})
    completed(sync)
    company.edit_user(company.users()["a@test.com"]["id"], user_fields={"score": str(typed)})
    refused = run(sync)
    assert (refused.status, actions(refused)) == (RunState.REJECTIONS, {"problem": 1})
    quiet(sync)
    assert float(company.users()["a@test.com"]["user_fields"]["score"]) == typed
    assert company.contacts()[contact][field] == 1


def test_a_number_that_fits_is_written_once_it_was_shortened(company: Company) -> None:
    sync = ready(company, mappings=[{"left": "Score__c", "right": "score", "direction": "both"}])
    contact = company.contact("One", "a@test.com", Score__c=1)
    completed(sync)
    user = company.users()["a@test.com"]["id"]
    company.edit_user(user, user_fields={"score": "2.345"})
    run(sync)
    company.control(company.zendesk, "POST", "clock", {"advance": 60})
    company.edit_user(user, user_fields={"score": "2.35"})
    completed(sync)
    quiet(sync)
    assert company.contacts()[contact]["Score__c"] == 2.35
