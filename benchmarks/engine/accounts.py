"""Accounts: ``new`` ones without an organization, ``same`` pairs that agree, ``changed`` pairs with one field moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.engine.timing import Plan
from connectors.api.values import FieldType, Record, RecordRef
from mappings.kinds.registry import defaults, kind_of
from mappings.rules.configuration import Configuration, FieldRule
from syncadmin.engine.compare import LinkState
from syncadmin.engine.plan import Rulebook, plan_new_right, plan_pair, rulebook
from syncadmin.engine.steps import PlannedStep

INDUSTRIES = ("Energy", "Banking", "Apparel", "Media")


def book() -> Rulebook:
    """The same sync that the other measurements run (benchmarks.product.SYNCS)."""
    revenue = FieldRule("AnnualRevenue", "fields.annual_revenue", FieldType.DECIMAL, FieldType.DECIMAL)
    chosen = {"tags": ["Industry"], "domain_names": "Domains__c"}
    options = {**defaults("accounts_organizations"), **chosen}
    notes = FieldRule("Description", "notes", FieldType.LONG_TEXT, FieldType.LONG_TEXT)
    config = Configuration("accounts_organizations", rules=(notes, revenue), options=options)
    return rulebook(kind_of("accounts_organizations"), config)


def account(number: int, revenue: float = 0.0) -> Record:
    name = f"Company {number}"
    values = {
        "Name": name,
        "ParentId": None,
        "Industry": INDUSTRIES[number % len(INDUSTRIES)],
        "Domains__c": f"company{number}.example company{number}.test",
        "Description": f"Notes about {name}",
        "AnnualRevenue": 1000.0 + number + revenue,
    }
    return Record(RecordRef("Account", f"001{number:015d}"), values)


def written(object: str, number: int, draft: PlannedStep) -> Record:
    """What Zendesk holds once the draft of a creation is written."""
    plain = {change.field: change.after for change in draft.changes if not change.is_list}
    lists = {change.field: list(change.add) for change in draft.changes if change.is_list}
    return Record(RecordRef(object, str(number)), plain | lists)


def plans(records: int) -> dict[str, Plan]:
    """Each kind of decision over that many accounts."""
    rules = book()
    lefts = [account(number) for number in range(records)]
    moved = [account(number, revenue=1.0) for number in range(records)]
    created = [plan_new_right(rules, left) for left in lefts]
    rights = [written("organization", number, draft) for number, draft in enumerate(created)]
    link_states = [LinkState.after(draft) for draft in created]

    def new() -> Iterable[PlannedStep]:
        return (plan_new_right(rules, left) for left in lefts)

    def pairs(sides: Sequence[Record]) -> Iterable[PlannedStep]:
        for left, right, link_state in zip(sides, rights, link_states, strict=True):
            yield from plan_pair(rules, left, right, link_state)[0]

    return {"new": new, "same": lambda: pairs(lefts), "changed": lambda: pairs(moved)}
