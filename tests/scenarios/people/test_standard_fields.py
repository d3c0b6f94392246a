"""Fields that Zendesk gives every user, and picklists of Salesforce, as targets of mappings like any other."""

from __future__ import annotations

from mappings.rules.configuration import Direction
from syncadmin.runs.models import Step
from tests.worlds.company import Company
from tests.worlds.people import actions, completed, quiet, ready
from tests.worlds.runs import run

PHONE = {"left": "Phone", "right": "phone", "direction": "both", "conflict": "newest"}
REGION = {"left": "Region__c", "right": "alias", "direction": "to_left"}


def test_a_phone_goes_both_ways_and_an_alias_fills_a_picklist(company: Company) -> None:
    """S3.C13; a word that the picklist does not have holds the record back and is said."""
    sync = ready(company, mappings=[PHONE, REGION])
    assert {item.right: item.direction for item in sync.mappings.all()}["alias"] == Direction.TO_LEFT
    contact = company.contact("One", "a@test.com", Phone="+49 30 1234567")
    completed(sync)
    quiet(sync)
    user = company.users()["a@test.com"]
    assert (user["phone"], user["alias"]) == ("+49 30 1234567", None)

    company.edit_user(user["id"], phone="+49 30 7654321", alias="EMEA")
    assert actions(completed(sync)) == {"update_left": 1}
    assert (company.contacts()[contact]["Phone"], company.contacts()[contact]["Region__c"]) == (
        "+49 30 7654321", "EMEA",
    )  # fmt: skip
    quiet(sync)
    company.edit(contact, Phone="+49 30 1111111")
    assert actions(completed(sync)) == {"update_right": 1}
    assert company.users()["a@test.com"]["phone"] == "+49 30 1111111"

    company.control(company.zendesk, "POST", "clock", {"advance": 60})
    company.edit_user(user["id"], alias="Nobody knows", phone="+49 30 2222222")
    refused = run(sync)
    assert actions(refused) == {"problem": 1}
    assert "Region has no value 'Nobody knows'" in Step.objects.get(run=refused).reason
    assert company.contacts()[contact]["Phone"] == "+49 30 1111111"
