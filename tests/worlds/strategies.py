"""What random worlds are made of: configurations, edits of people, and bad weather."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.worlds.edits import DOMAINS, INDUSTRIES, NAMES, TAGS, TYPES

SCOPE = ["Customer", "Prospect"]
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "filtered": {"picklist_filter": {"field": "Type", "values": SCOPE}},
    "creating accounts": {"create_left": "accounts"},
    "filtered, creating accounts": {"create_left": "accounts", "picklist_filter": {"field": "Type", "values": SCOPE}},
    "no new organizations": {"create_right": False},
    "other tags": {"tags": ["Rating", "Industry"], "mappings": []},
    "both ways": {"mappings": [{"left": "AnnualRevenue", "right": "annual_revenue", "direction": "both"}]},
    "no lists": {"tags": [], "domain_names": "", "notes": ""},
    "no ids kept": {"store_external_id": False, "create_left": "accounts"},
    "values that do not fit": {"mappings": [{"left": "Tier__c", "right": "tier", "value_map": {"Gold": "tier_gold"}}]},
    "asking": {
        "mappings": [{"left": "AnnualRevenue", "right": "annual_revenue", "direction": "both", "conflict": "ask"}]
    },
}


def edit(
    verb: str, values: st.SearchStrategy[dict[str, Any]] | None = None, **field: Sequence[Any]
) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """A method of People with its arguments: those of ``values``, or some record and one of a field's values."""
    some = {"which": st.integers(0, 9), **{name: st.sampled_from(choices) for name, choices in field.items()}}
    return st.tuples(st.just(verb), st.fixed_dictionaries(some) if values is None else values)


CREATE = {"method": "POST", "path": "/api/v2/organizations/create_many"}
UPDATE = {"method": "PUT", "path": "/api/v2/organizations/update_many"}
POLL = {"method": "GET", "path": "/api/v2/job_statuses/show_many"}
LIST = {"method": "GET", "path": "/api/v2/organizations"}
INSERT = {"method": "POST", "path": "*composite/sobjects"}
QUERY = {"method": "GET", "path": "*query*"}
WRITES = ("create_many", "update_many", "destroy_many", "composite/sobjects")
TOO_MANY = {"answer": {"status": 429, "headers": {"Retry-After": "0"}, "body": {}}}
ZENDESK_FAULTS: list[dict[str, Any]] = [
    *({**call, kind: moment, "seconds": 0.05} for call in (CREATE, UPDATE) for kind in ("timeout", "reset")
      for moment in ("before", "after")),
    *({**call, "job": {"status": status, "after_rows": rows}} for call in (CREATE, UPDATE)
      for status in ("failed", "killed") for rows in (0, 1)),
    *({**call, "job": {"fail_rows": [0], "error": "RecordInvalid", "details": "no"}} for call in (CREATE, UPDATE)),
    *({**call, **TOO_MANY} for call in (CREATE, UPDATE, POLL, LIST)),
    *({**call, "malformed": True} for call in (CREATE, UPDATE, POLL, LIST)),
    {**POLL, "timeout": "before", "seconds": 0.05},
]  # fmt: skip
SALESFORCE_FAULTS: list[dict[str, Any]] = [
    *({**INSERT, "method": method, "reset": moment} for method in ("POST", "PATCH") for moment in ("before", "after")),
    *({**call, "malformed": True} for call in (INSERT, QUERY)),
    *({**call, **TOO_MANY} for call in (INSERT, QUERY)),
]
FAULTS = [("zendesk", fault) for fault in ZENDESK_FAULTS] + [("salesforce", fault) for fault in SALESFORCE_FAULTS]
ACCOUNT = st.fixed_dictionaries(
    {"name": st.sampled_from(NAMES), "Industry": st.sampled_from(INDUSTRIES), "Type": st.sampled_from(TYPES)}
)
ORGANIZATION = st.fixed_dictionaries({
    "name": st.sampled_from(NAMES),
    "tags": st.sampled_from([(), TAGS[:1], TAGS[2:]]),
    "domains": st.sampled_from([(), DOMAINS[:2]]),
})  # fmt: skip
SALESFORCE_EDITS = st.one_of(
    edit("make_account", ACCOUNT),
    edit("edit_account", Name=NAMES),
    edit("edit_account", Industry=INDUSTRIES),
    edit("edit_account", Type=TYPES),
    edit("edit_account", Description=[None, "one", "two"]),
    edit("edit_account", Phone=["+1 555 0100", "+1 555 0101"]),
    edit("edit_account", Domains__c=[None, "one.example", "one.example four.example"]),
    edit("edit_account", AnnualRevenue=[None, 1000, 2500]),
    edit("edit_account", Tier__c=[None, "Gold", "Silver"]),
    edit("delete_account"),
    st.just(("bring_account_back", {})),
)
HELPDESK_EDITS = st.one_of(
    edit("make_organization", ORGANIZATION),
    edit("edit_organization", name=NAMES),
    edit("edit_organization", notes=[None, "typed by an agent"]),
    edit("edit_organization", details=["nobody maps this", "nor this"]),
    edit("edit_organization", add_tag=TAGS),
    edit("edit_organization", take_tag=TAGS),
    edit("edit_organization", add_domain=DOMAINS),
    edit("edit_organization", external_id=["erp-1", "erp-2"]),
    edit("edit_organization", organization_fields=[{"annual_revenue": 7}, {"annual_revenue": 9}]),
    edit("delete_organization"),
)
# A negative number on the right means: leave one of them alone, or take the decision back.
DECISIONS = st.tuples(
    st.just("decide"), st.fixed_dictionaries({"left": st.integers(0, 9), "right": st.integers(-3, 9)})
)
