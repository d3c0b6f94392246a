"""Conditions on fields of any type (S3.54): what may be typed, what it means, and that Salesforce answers the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.api.conditions import holds
from connectors.api.values import FieldSchema, FieldType, PicklistValue
from mappings.rules import filters
from mappings.rules.conditions import OPERATORS, ConditionProblem, FieldCondition, Operator, asked_of, parsed, unmet
from mappings.rules.configuration import Scope

BOX = (PicklistValue("true", "Checked"), PicklistValue("false", "Not checked"))
NAMES = FieldSchema("Name", "Name", FieldType.TEXT)
REVENUE = FieldSchema("AnnualRevenue", "Annual Revenue", FieldType.DECIMAL)
START = FieldSchema("Start__c", "Start", FieldType.DATE)
CREATED = FieldSchema("CreatedDate", "Created Date", FieldType.DATETIME)
ACTIVE = FieldSchema("Active__c", "Active", FieldType.BOOLEAN, choices=BOX)
INDUSTRY = FieldSchema(
    "Industry",
    "Industry",
    FieldType.CHOICE,
    choices=(PicklistValue("Banking", "Banking"), PicklistValue("Energy", "Energy")),
)
AREAS = FieldSchema(
    "Areas__c", "Areas", FieldType.CHOICES, choices=(PicklistValue("North", "North"), PicklistValue("South", "South"))
)
OWNER = FieldSchema("OwnerId", "Owner", FieldType.REFERENCE)


@pytest.mark.parametrize(
    ("field", "op", "values", "held", "met"),
    [
        (NAMES, "is", ["acme"], "Acme", True),
        (NAMES, "is", ["acme"], None, False),
        (NAMES, "is not", ["acme"], None, True),
        (NAMES, "contains", ["CM"], "Acme", True),
        (NAMES, "does_not_contain", ["x"], None, True),
        (NAMES, "starts_with", ["ac"], "Acme", True),
        (NAMES, "starts_with", ["cm"], "Acme", False),
        (NAMES, "is_empty", [], "", True),
        (NAMES, "is_not_empty", [], "x", True),
        (REVENUE, ">=", ["1000"], 1000.0, True),
        (REVENUE, "<", ["1000"], None, False),
        (REVENUE, "!=", ["10"], None, True),
        (REVENUE, "=", ["10.50"], 10.5, True),
        (START, ">=", ["2026-01-31"], "2026-01-31", True),
        (START, "<", ["2026-01-31"], "2025-12-31", True),
        (CREATED, ">=", ["2026-01-31"], "2026-01-31T00:00:00Z", True),
        (CREATED, "<=", ["2026-01-31T10:00:00+02:00"], "2026-01-31T08:00:00.500Z", False),
        (ACTIVE, "is", ["TRUE"], True, True),
        (ACTIVE, "is", ["false"], True, False),
        (INDUSTRY, "any_of", ["Banking", "Energy"], "Energy", True),
        (INDUSTRY, "is", ["Banking"], "Energy", False),
        (INDUSTRY, "none_of", ["Banking"], None, True),
        (AREAS, "any_of", ["North"], "South;North", True),
        (AREAS, "none_of", ["North"], ("South", "North"), False),
        (OWNER, "is_not", ["005A"], "005B", True),
    ],
)
def test_what_each_operator_means(field: FieldSchema, op: str, values: list[str], held: Any, met: bool) -> None:
    assert parsed(field, op, values).met({field.name: held}) is met


@pytest.mark.parametrize(
    ("field", "op", "values", "part", "reason"),
    [
        (REVENUE, "contains", ["1"], "op", "has no operator 'contains'; possible: is, is_not, <"),
        (REVENUE, ">", ["many"], "value", "'many' is no number"),
        (REVENUE, ">", ["nan"], "value", "is no number"),
        (START, "<", ["31.1.2026"], "value", "it looks like 2026-01-31"),
        (CREATED, "<", ["soon"], "value", "2026-01-31T08:00:00Z"),
        (INDUSTRY, "any_of", ["Mining"], "value", "has no value 'Mining'; possible: Banking, Energy"),
        (ACTIVE, "is", ["maybe"], "value", "possible: true, false"),
        (NAMES, "is", [" "], "value", "a value is missing"),
        (NAMES, "is", ["a", "b"], "value", "takes one value"),
        (NAMES, "is", ["a\nb"], "value", "one line"),
        (FieldSchema("T", "Notes", FieldType.LONG_TEXT, filterable=False), "is", ["a"], "field", "cannot be searched"),
        (FieldSchema("A", "Address", FieldType.OTHER, compound=True), "is", ["a"], "field", "cannot be compared"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_in_words(
    field: FieldSchema, op: str, values: list[str], part: str, reason: str
) -> None:
    with pytest.raises(ConditionProblem, match=reason.replace("?", r"\?")) as refused:
        parsed(field, op, values)
    assert refused.value.part == part


def test_the_line_names_what_the_record_holds_and_what_is_asked() -> None:
    rich, banking = parsed(REVENUE, ">", ["100"]), parsed(INDUSTRY, "any_of", ["Banking"])
    poor = {"AnnualRevenue": 5, "Industry": "Energy"}
    assert unmet([rich], "all", poor) == "Annual Revenue is 5, the filter asks: Annual Revenue is more than 100"
    assert unmet([rich, banking], "any", poor) == "None of the 2 conditions is met"
    assert unmet([rich, banking], "any", {**poor, "Industry": "Banking"}) == ""
    assert unmet([rich, banking], "all", {**poor, "Industry": "Banking"}).startswith("Annual Revenue is 5")


VALUES = {
    NAMES: ["a", "B", "ab%_"],
    REVENUE: ["-1.5", "0", "7"],
    START: ["2026-01-31"],
    INDUSTRY: ["Banking", "Energy"],
}
HELD = {NAMES: [None, "A", "bab", "ab%_"], REVENUE: [None, -1.5, 0, 7.0], START: [None, "2026-01-31", "2026-02-01"],
        INDUSTRY: [None, "Banking", "Energy"]}  # fmt: skip


@st.composite
def condition(draw: st.DrawFn) -> FieldCondition:
    field = draw(st.sampled_from(list(VALUES)))
    operator = draw(st.sampled_from(OPERATORS[field.type]))
    return parsed(field, operator, [draw(st.sampled_from(VALUES[field]))])


@given(st.lists(condition(), max_size=4), st.sampled_from(["all", "any"]), st.data())
def test_records_are_judged_by_what_systems_are_asked(
    found: list[FieldCondition], match: str, data: st.DataObject
) -> None:
    """Also of what a system is asked for those that are left out: each record is on one side."""
    values = {field.name: data.draw(st.sampled_from(HELD[field])) for field in VALUES}
    scope = Scope(conditions=tuple(found), match=match)
    asked = filters.conditions(scope)
    assert filters.judge(values, scope, {}).inside is all(holds(one, values) for one in asked)
    assert asked == asked_of(found, match)
    assert filters.conditions(filters.searchable(scope, False)) == ()


def test_every_operator_has_its_word_and_every_condition_its_sentence() -> None:
    assert {operator for operators in OPERATORS.values() for operator in operators} == set(Operator)
    assert parsed(START, ">", ["2026-01-31"]).sentence == "Start is after 2026-01-31"
    assert parsed(NAMES, "is_empty", []).sentence == "Name is empty"
