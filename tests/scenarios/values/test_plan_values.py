"""A plan tells which values it sets, before anybody opens a row."""

from __future__ import annotations

from tests.worlds.company import Company
from tests.worlds.runs import plan, run


def test_a_plan_counts_the_values_that_it_sets(company: Company) -> None:
    tiers = ["Gold", "Silver", "Silver", None]
    ids = [company.account(f"Company {place}", Tier__c=tier) for place, tier in enumerate(tiers)]
    sync = company.configure(mappings=[{"left": "Tier__c", "right": "tier", "value_map": {
        "Gold": "tier_gold", "Silver": "tier_silver"}}])  # fmt: skip
    first = run(sync)
    (created,) = [fields for shape, fields in first.value_counts.items() if shape.startswith("create_right")]
    assert created["fields.tier"] == [["tier_silver", 2], ["tier_gold", 1]]
    for id in ids[1:]:
        company.edit_account(id, Tier__c="Gold")
    ((_, updated),) = plan(sync).value_counts.items()
    assert updated["fields.tier"] == [["tier_gold", 3]]
