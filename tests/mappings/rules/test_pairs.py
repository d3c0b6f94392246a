"""Which way any two fields may be mapped: standard fields and picklists as targets, by types that no system owns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.api.values import FieldSchema, FieldType, PicklistValue
from connectors.api.zendesk.objects import ORGANIZATION, USER
from mappings.rules import convert, pairs
from mappings.rules.configuration import FieldRule
from mappings.rules.type_tables import BETWEEN_ANY, CRM_AND_HELPDESK, GENERAL

T = FieldType
PICKLIST = FieldSchema("Tier__c", "Tier", T.CHOICE, restricted=True, choices=(PicklistValue("Gold", "Gold"),))
FORMULA = FieldSchema("Age__c", "Age", T.DECIMAL, creatable=False, updatable=False, calculated=True)
KEY = FieldSchema("fields.note", "Note", T.TEXT, custom=True)


def left(type: FieldType, **values: Any) -> FieldSchema:
    return FieldSchema("Field__c", "Field", type, custom=True, **values)


def standard(name: str) -> FieldSchema:
    return next(field for field in (*USER.fields, *ORGANIZATION.fields) if field.name == name)


def test_standard_fields_follow_the_general_table_and_custom_ones_the_narrow_one() -> None:
    for source, target, direction, allowed in (
        (left(T.PHONE), standard("phone"), "both", True),
        (left(T.TEXT), standard("details"), "both", True),
        (PICKLIST, standard("alias"), "both", True),
        (PICKLIST, KEY, "to_right", False),
        (PICKLIST, KEY, "both", False),
        (PICKLIST, KEY, "to_left", True),
        (left(T.EMAIL), standard("notes"), "to_right", True),
        (left(T.EMAIL), standard("phone"), "to_right", False),
        (left(T.DATETIME), standard("last_login_at"), "to_right", False),
        (left(T.DATETIME), standard("last_login_at"), "to_left", True),
        (left(T.DATETIME), standard("last_login_at"), "both", False),
        (left(T.BOOLEAN), standard("suspended"), "both", True),
        (FORMULA, standard("notes"), "to_right", False),
        (FORMULA, KEY, "to_left", False),
        (left(T.RICH_TEXT), KEY, "both", False),
        (left(T.RICH_TEXT), KEY, "to_left", True),
    ):
        found = pairs.verdict(source, target, direction, CRM_AND_HELPDESK)
        assert found.allowed is allowed, (source, target, direction)
        assert allowed or found.reason, (source, target, direction)


def test_whatever_may_be_mapped_both_ways_may_be_mapped_each_way() -> None:
    """In every pair of systems, for every pair of types."""
    for tables in (BETWEEN_ANY, CRM_AND_HELPDESK):
        for source, target in ((left(one), FieldSchema("f", "F", other)) for one in T for other in T):
            for right in (target, replace(target, custom=True)):
                if pairs.verdict(source, right, "both", tables).allowed:
                    assert pairs.verdict(source, right, "to_right", tables).allowed, (source, right)
                    assert pairs.verdict(source, right, "to_left", tables).allowed, (source, right)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
VALUES = {
    T.TEXT: TEXT, T.LONG_TEXT: TEXT, T.RICH_TEXT: TEXT, T.CHOICE: TEXT, T.PHONE: TEXT,
    T.INTEGER: st.integers(-(10**9), 10**9),
    T.DECIMAL: st.decimals(-1000, 1000, places=2).map(float),
    T.PERCENT: st.integers(0, 100), T.GEOLOCATION: st.integers(-90, 90),
    T.BOOLEAN: st.booleans(),
    T.DATE: st.dates().filter(lambda day: 1701 < day.year < 3999).map(str),
    T.DATETIME: st.datetimes().filter(lambda at: 1701 < at.year < 3999).map(lambda at: f"{at:%Y-%m-%dT%H:%M:%S}Z"),
    T.EMAIL: st.just("ada@example.com"), T.URL: st.just("https://example.com/a"),
}  # fmt: skip
LOSSLESS = [
    (one, other)
    for one in VALUES
    for other in VALUES
    if pairs.verdict(left(one), FieldSchema("f", "F", other), "both", BETWEEN_ANY).allowed
]


@given(st.data())
def test_a_value_comes_back_as_it_was_where_a_pair_may_go_both_ways(data: st.DataObject) -> None:
    """Blanks around a text and how it is composed do not count."""
    one, other = data.draw(st.sampled_from(LOSSLESS))
    value = data.draw(VALUES[T.EMAIL if other is T.EMAIL else one])
    rule = FieldRule("Field__c", "f", one, other)
    back = convert.to_left(rule, convert.to_right(rule, value))
    assert convert.same(back, value), (one, other)


def test_a_value_that_is_not_in_the_list_of_the_target_is_a_problem_of_its_record() -> None:
    rule = FieldRule("Tier__c", "fields.note", T.CHOICE, T.TEXT, left_choices=frozenset({"Gold"}))
    assert convert.to_left(rule, "Gold") == "Gold"
    with pytest.raises(convert.ValueProblem, match="Tier__c has no value 'Lead'"):
        convert.to_left(rule, "Lead")


def test_every_type_that_may_be_filled_is_offered_on_the_left() -> None:
    for kind in T:
        offered = pairs.mappable(left(kind), CRM_AND_HELPDESK)
        assert offered is (kind in GENERAL.targets or kind in GENERAL.fillable), kind
