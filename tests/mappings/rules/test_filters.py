"""Who is in scope (S3.15, S3.17, S3.C6), and that the remote system is asked the same question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.api.values import Condition
from mappings.rules import filters
from mappings.rules.configuration import Scope

NAMES = {"01A": "Customer", "01B": "Partner", "01C": "Supplier"}


def holds(condition: Condition, values: dict, names: dict[str, str]) -> bool:
    """What a remote system answers: an empty field is "", a path to the record type gives its developer name."""
    if condition.field == filters.RECORD_TYPE_PATH:
        found = names.get(values.get("RecordTypeId") or "", "")
    else:
        found = values.get(condition.field) or ""
    return (found in condition.values) is not condition.negated


@given(
    types=st.lists(st.sampled_from(sorted(NAMES.values())), unique=True, max_size=3),
    field=st.sampled_from(["", "Type"]),
    chosen=st.lists(st.sampled_from(["Customer", "Prospect", ""]), unique=True, max_size=3),
    record_type=st.sampled_from([None, "", "01A", "01B", "01C", "01Z"]),
    value=st.sampled_from([None, "", "Customer", "Prospect", "customer", "Other"]),
)
def test_the_verdict_equals_the_conditions_that_are_pushed_to_the_vendor(types, field, chosen, record_type, value):
    scope = Scope(tuple(types), field, tuple(chosen))
    values = {"RecordTypeId": record_type, "Type": value}
    asked = all(holds(condition, values, NAMES) for condition in filters.conditions(scope))
    verdict = filters.judge(values, scope, NAMES)
    assert verdict.inside is asked
    assert bool(verdict.line) is not verdict.inside


@pytest.mark.parametrize("scope", [Scope(), Scope(picklist_field="Type"), Scope(picklist_values=("Customer",))])
def test_what_was_not_chosen_does_not_restrict(scope: Scope):
    assert filters.conditions(scope) == ()
    assert filters.judge({}, scope, {}).inside


def test_the_line_names_the_field_the_value_and_what_was_wanted():
    verdict = filters.judge({"Type": "Prospect"}, Scope((), "Type", ("Customer", "Partner")), {})
    assert verdict.line == "Type is Prospect, not Customer or Partner"


def test_an_empty_value_is_called_empty():
    assert "Type is empty" in filters.judge({"Type": None}, Scope((), "Type", ("Customer",)), {}).line
    assert "Record type is empty" in filters.judge({"RecordTypeId": None}, Scope(("Customer",)), NAMES).line


def test_a_long_choice_is_counted_not_listed():
    scope = Scope((), "Type", ("A", "B", "C", "D"))
    assert filters.judge({"Type": "Z"}, scope, {}).line == "Type is Z, not one of 4 chosen"


def test_an_empty_value_may_be_chosen():
    """ "Nothing entered" is a value that people filter by."""
    scope = Scope((), "Type", ("", "Customer"))
    assert filters.judge({"Type": None}, scope, {}).inside
    assert filters.conditions(scope) == (Condition("Type", ("", "Customer")),)


def test_the_record_type_is_judged_first():
    """One record, one reason: the first line that excludes it."""
    scope = Scope(("Customer",), "Type", ("Customer",))
    assert filters.judge({"RecordTypeId": "01B", "Type": "No"}, scope, NAMES).line.startswith("Record type")


def test_picklist_values_are_compared_exactly():
    assert not filters.judge({"Type": "customer"}, Scope((), "Type", ("Customer",)), {}).inside


@pytest.mark.parametrize(
    ("wanted", "inside"), [(("true",), {True}), (("false",), {False}), (("true", "false"), {True, False})]
)
def test_a_checkbox_is_judged_by_true_and_false(wanted: tuple[str, ...], inside: set[bool]) -> None:
    scope = Scope((), "Active__c", wanted, checkbox=True)
    assert {box for box in (True, False) if filters.judge({"Active__c": box}, scope, {}).inside} == inside
    assert scope.default is (wanted[0] == "true")
    assert Scope((), "Type", ("Customer", "Other")).default == "Customer"
