"""Values that Zendesk or an administrator takes away with their definition were emptied by nobody (S3.23, A1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.worlds.company import Company
from tests.worlds.runs import counts, run

FIELD = {"key": "place", "type": "text", "title": "Place"}


def add_field(company: Company) -> int:
    return company.api("POST", "organization_fields", {"organization_field": FIELD})["organization_field"]["id"]


def in_zendesk(company: Company, key: str) -> dict[str, Any]:
    return {name: row["organization_fields"][key] for name, row in company.organizations().items()}


def in_salesforce(company: Company, name: str) -> dict[str, Any]:
    return {key: row.get(name) for key, row in company.accounts().items()}


@pytest.mark.parametrize("seen_missing", [True, False], ids=["a run met the gap", "no run met the gap"])
@pytest.mark.parametrize("direction", ["both", "to_left"])
def test_a_zendesk_field_that_is_made_again_under_its_key_empties_nothing(
    company: Company, direction: str, seen_missing: bool
) -> None:
    """Two organizations are saved afterwards, two are not touched: no list of changes names these."""
    mapping = {"left": "Site", "right": "place"}
    first = add_field(company)
    names = [f"A{number}" for number in range(4)]
    for name in names:
        company.account(name, Site=f"site of {name}")
    assert counts(run(company.configure(mappings=[{**mapping, "direction": "both"}])))["written"] == 4
    sync = company.configure(mappings=[{**mapping, "direction": direction}])
    run(sync)
    company.api("DELETE", f"organization_fields/{first}")
    if seen_missing:
        assert "place does not exist in Zendesk" in run(sync).message
    add_field(company)
    company.control(company.zendesk, "POST", "clock", {"advance": 300})
    for name in names[:2]:
        company.edit_organization(company.organizations()[name]["id"], notes="called")
    run(sync)
    company.control(company.zendesk, "POST", "clock", {"advance": 300})
    for name in names[2:]:
        company.edit_organization(company.organizations()[name]["id"], notes="called")
    run(sync)
    assert in_salesforce(company, "Site") == {name: f"site of {name}" for name in names}
    if direction == "both":
        assert in_zendesk(company, "place") == in_salesforce(company, "Site")


@pytest.mark.parametrize("seen_missing", [True, False], ids=["a run met the gap", "no run met the gap"])
def test_an_option_that_is_removed_and_put_back_empties_nothing(company: Company, seen_missing: bool) -> None:
    value_map = {"Gold": "tier_gold", "Silver": "tier_silver", "Bronze": "tier_bronze"}
    mapping = {"left": "Tier__c", "right": "tier", "direction": "both", "value_map": value_map}
    for name, tier in (("A", "Gold"), ("B", "Silver"), ("C", "Gold")):
        company.account(name, Tier__c=tier)
    sync = company.configure(mappings=[mapping])
    run(sync)
    fields = company.api("GET", "organization_fields")["organization_fields"]
    (field,) = (one for one in fields if one["key"] == "tier")
    (gold,) = (option for option in field["custom_field_options"] if option["value"] == "tier_gold")
    company.api("DELETE", f"organization_fields/{field['id']}/options/{gold['id']}")
    if seen_missing:
        assert counts(run(sync))["rejected"] == 2
    back = {"custom_field_option": {"name": gold["name"], "value": gold["value"]}}
    company.api("POST", f"organization_fields/{field['id']}/options", back)
    run(sync)
    assert in_salesforce(company, "Tier__c") == {"A": "Gold", "B": "Silver", "C": "Gold"}
    assert in_zendesk(company, "tier") == {"A": "tier_gold", "B": "tier_silver", "C": "tier_gold"}
    assert counts(run(sync))["planned"] == 0
