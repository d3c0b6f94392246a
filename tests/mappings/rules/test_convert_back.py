"""Helpdesk values in Salesforce's words, for fields that go both ways and for records made in Salesforce."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.api.values import FieldType
from mappings.rules import compat
from mappings.rules.configuration import FieldRule
from mappings.rules.convert import ValueProblem, same, to_left, to_right

T = FieldType
PAIRS = [(left, right) for left in compat.LEFT_TYPES for right in compat.RIGHT_TYPES if right in compat.TARGETS[left]]
LINE = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20).map(str.strip)
BY_TYPE = {
    T.DROPDOWN: st.sampled_from(["gold", "silver"]),
    T.TEXT: LINE,
    T.MULTILINE: st.lists(LINE.filter(bool), max_size=3).map("\n".join),
    T.NUMERIC: st.integers(-(10**15), 10**15),
    T.DECIMAL: st.floats(allow_nan=False, allow_infinity=False),
    T.CHECKBOX: st.booleans(),
    T.DATE: st.dates().map(str).filter(lambda day: "0002" < day < "9998"),
}
MOMENT = st.datetimes().map(lambda moment: f"{moment.isoformat(timespec='seconds')}Z")
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Kiritimati"]


def rule(left: FieldType, right: FieldType, **rest: Any) -> FieldRule:
    return FieldRule("Left__c", "fields.right", left, right, **rest)


@pytest.mark.parametrize("left, right", PAIRS)
@given(data=st.data(), zone=st.sampled_from(ZONES))
def test_a_value_written_to_salesforce_reads_back_as_the_same(left: FieldType, right: FieldType, data, zone: str):
    """Else the next run would take our own write for somebody's edit."""
    pair = rule(left, right)
    value = data.draw(MOMENT if left is T.DATETIME and right is not T.DATE else BY_TYPE[right])
    assert same(to_right(pair, to_left(pair, value, zone), zone), value)


@pytest.mark.parametrize("left", compat.LEFT_TYPES)
def test_an_empty_value_clears_the_field(left: FieldType):
    expected = False if left is T.CHECKBOX else None
    for empty in (None, ""):
        assert to_left(rule(left, T.TEXT), empty) is expected


def test_a_day_becomes_its_midnight_in_the_declared_zone():
    pair = rule(T.DATETIME, T.DATE)
    assert to_left(pair, "2024-05-01", "America/New_York") == "2024-05-01T04:00:00Z"
    assert to_left(pair, "2024-05-01", "Pacific/Kiritimati") == "2024-04-30T10:00:00Z"


def test_a_day_that_starts_an_hour_late_is_still_that_day():
    """In Beirut the clocks went forward at midnight on 31 March 2024: there was no 00:30."""
    pair = rule(T.DATETIME, T.DATE)
    assert to_right(pair, to_left(pair, "2024-03-31", "Asia/Beirut"), "Asia/Beirut") == "2024-03-31"


def test_a_moment_in_a_text_comes_back_in_utc():
    pair = rule(T.DATETIME, T.TEXT)
    assert to_left(pair, "2024-05-01T12:00:00Z") == "2024-05-01T12:00:00Z"
    assert to_left(pair, "2024-05-01T12:00:00.250+02:00") == "2024-05-01T10:00:00.250Z"


@pytest.mark.parametrize("text", ["soon", "2024-02-30", "2024-05-01Tnoon"])
def test_a_text_that_is_no_moment_is_a_problem(text: str):
    with pytest.raises(ValueProblem) as caught:
        to_left(rule(T.DATETIME, T.TEXT), text)
    assert caught.value.code == "not_a_date"


def test_text_that_looks_like_markup_stays_text_in_a_rich_field():
    assert to_left(rule(T.TEXT_AREA_RICH, T.TEXT), "a < b & <b>c</b>\nd") == (
        "a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;<br>d"
    )


@pytest.mark.parametrize("left", [T.NUMBER, T.CURRENCY, T.PERCENT, T.GEOLOCATION])
def test_numbers_come_back_as_numbers(left: FieldType):
    pair = rule(left, T.DECIMAL)
    assert to_left(pair, "12.50") == 12.5
    assert to_left(pair, 12) == 12
    with pytest.raises(ValueProblem):
        to_left(pair, "twelve")


@pytest.mark.parametrize(
    ("scale", "value", "said"),
    [(0, 2.5, "2.5 has decimals; Left__c takes whole numbers only."),
     (0, "0.5", "0.5 has decimals; Left__c takes whole numbers only."),
     (2, "2.345", "2.345 has more decimals than the 2 that Left__c keeps."),
     (2, 1e-7, "1e-07 has more decimals than the 2 that Left__c keeps.")],
)  # fmt: skip
@pytest.mark.parametrize("left", [T.NUMBER, T.CURRENCY, T.PERCENT])
def test_a_number_that_salesforce_would_round_is_a_problem(left: FieldType, scale: int, value: Any, said: str):
    """S3.29: nothing is rounded silently."""
    with pytest.raises(ValueProblem) as caught:
        to_left(rule(left, T.DECIMAL, left_scale=scale), value)
    assert caught.value.code == "too_many_decimals"
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("scale", "value"), [(0, "3.000"), (0, 1e20), (0, "-7"), (1, "2.50"), (2, 2.35), (2, 10**17), (None, 2.345678)]
)
def test_a_number_that_the_field_keeps_whole_arrives(scale: int | None, value: Any):
    assert same(to_left(rule(T.NUMBER, T.DECIMAL, left_scale=scale), value), value)


def test_a_tag_comes_back_as_the_picklist_value_that_is_mapped_to_it():
    pair = rule(T.PICKLIST, T.DROPDOWN, value_map={"Gold": "tier_gold"}, left_choices=frozenset({"Gold", "bronze"}))
    assert to_left(pair, "tier_gold") == "Gold"
    assert to_left(pair, "bronze") == "bronze"


def test_a_tag_without_a_picklist_value_is_a_problem():
    pair = rule(T.PICKLIST, T.DROPDOWN, left_choices=frozenset({"Gold"}))
    with pytest.raises(ValueProblem) as caught:
        to_left(pair, "platinum")
    assert caught.value.code == "no_such_value"
    assert "platinum" in str(caught.value)


def test_a_tag_whose_namesake_is_mapped_elsewhere_is_a_problem():
    """Written as "Gold" it would come back as "tier_gold"."""
    with pytest.raises(ValueProblem) as caught:
        to_left(rule(T.PICKLIST, T.DROPDOWN, value_map={"Gold": "tier_gold"}), "Gold")
    assert caught.value.code == "no_such_value"
