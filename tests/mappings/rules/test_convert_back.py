"""Helpdesk values in Salesforce's words, for fields that go both ways and for records made in Salesforce."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.api.values import FieldType
from mappings.rules.configuration import FieldRule
from mappings.rules.convert import ValueProblem, same, to_left, to_right
from mappings.rules.type_tables import CRM_TO_HELPDESK

T = FieldType
PAIRS = [(left, right) for left, targets in CRM_TO_HELPDESK.targets.items() for right in sorted(targets)]
LINE = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20).map(str.strip)
BY_TYPE = {
    T.CHOICE: st.sampled_from(["gold", "silver"]),
    T.TEXT: LINE,
    T.LONG_TEXT: st.lists(LINE.filter(bool), max_size=3).map("\n".join),
    T.INTEGER: st.integers(-(10**15), 10**15),
    T.DECIMAL: st.floats(allow_nan=False, allow_infinity=False),
    T.BOOLEAN: st.booleans(),
    T.DATE: st.dates(date(1700, 1, 2), date(4000, 12, 30)).map(str),
}
ADDRESS = st.sampled_from(["ann@example.com", "o'neil+x@mail.example.co.uk", "groß@exämple.de"])
BY_TYPE |= {T.PHONE: LINE, T.URL: LINE, T.EMAIL: ADDRESS}
MOMENT = st.builds(lambda day, time: f"{day}T{time.isoformat('seconds')}Z", BY_TYPE[T.DATE], st.times())
OWN = {T.DATETIME: MOMENT, T.EMAIL: ADDRESS, T.INTEGER: BY_TYPE[T.INTEGER]}
"""What a left field of these types may hold, whatever the type of the right one."""
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Kiritimati"]


def rule(left: FieldType, right: FieldType, **rest: Any) -> FieldRule:
    return FieldRule("Left__c", "fields.right", left, right, **rest)


@pytest.mark.parametrize("left, right", PAIRS)
@given(data=st.data(), zone=st.sampled_from(ZONES))
def test_a_value_written_to_salesforce_reads_back_as_the_same(left: FieldType, right: FieldType, data, zone: str):
    """Else the next run would take our own write for somebody's edit."""
    pair = rule(left, right)
    own = OWN.get(left) if right is not T.DATE else None
    value = data.draw(BY_TYPE[right] if own is None else own)
    assert same(to_right(pair, to_left(pair, value, zone), zone), value)


@pytest.mark.parametrize("left", CRM_TO_HELPDESK.targets)
def test_an_empty_value_clears_the_field(left: FieldType):
    expected = False if left is T.BOOLEAN else None
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


@pytest.mark.parametrize("text", ["2024-05-01 12:30", "2024-05-01T12:30:00", " 2024-05-01 12:30 "])
def test_a_time_that_names_no_zone_is_that_of_the_org_where_it_was_typed(text: str):
    assert to_left(rule(T.DATETIME, T.TEXT), text, "America/New_York") == "2024-05-01T16:30:00Z"


LIMITS = [
    (T.TEXT, {"left_length": 5}, "12345", "123456", "too_long"),
    (T.LONG_TEXT, {"left_length": 5}, " 1234\n", "12\n456", "too_long"),
    (T.URL, {"left_length": 18}, "https://example.com"[:18], "https://example.com", "too_long"),
    (T.EMAIL, {}, " ann@example.com ", "not an address", "not_an_email"),
    (T.EMAIL, {}, "ann@example.co", "ann@example", "not_an_email"),
    (T.EMAIL, {}, "a.b@x.example", "a@b@x.example", "not_an_email"),
    (T.EMAIL, {"left_length": 10}, "a@x.exampl", "a@xy.exampl", "too_long"),
    (T.INTEGER, {"left_digits": 8, "left_scale": 0}, -99_999_999, 100_000_000, "out_of_range"),
    (T.DECIMAL, {"left_digits": 2, "left_scale": 2}, "99.99", "-100.00", "out_of_range"),
    (T.DATE, {}, "1700-01-01", "1699-12-31", "out_of_range"),
    (T.DATE, {}, "4000-12-31", "4001-01-01", "out_of_range"),
    (T.DATE, {}, "2024-02-29", "2023-02-29", "not_a_date"),
    (T.DATETIME, {}, "1999-12-31T23:00:00Z", "4001-01-01T00:00:00Z", "not_a_date"),
]


@pytest.mark.parametrize(("left", "limits", "fits", "unfit", "code"), LIMITS)
def test_what_salesforce_would_refuse_is_a_problem_of_its_field(
    left: FieldType, limits: dict[str, Any], fits: Any, unfit: Any, code: str
):
    """Salesforce would refuse the whole record for it."""
    pair = rule(left, T.TEXT, **limits)
    assert to_left(pair, fits) is not None
    with pytest.raises(ValueProblem) as caught:
        to_left(pair, unfit)
    assert caught.value.code == code
    assert len(str(caught.value)) < 160


@given(st.text() | st.integers() | st.floats(), st.integers(1, 12), st.sampled_from(list(CRM_TO_HELPDESK.targets)))
def test_nothing_that_is_written_is_longer_or_larger_than_the_field(value: Any, most: int, left: FieldType):
    pair = rule(left, T.TEXT, left_length=most, left_digits=most)
    try:
        written = to_left(pair, value)
    except ValueProblem:
        return
    if isinstance(written, str) and left not in (T.DATE, T.DATETIME, T.CHOICE):
        assert len(written.strip()) <= most
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        assert abs(written) < 10**most


def test_a_text_that_is_too_long_for_the_helpdesk_is_a_problem_too():
    pair = rule(T.TEXT, T.TEXT, right_length=3)
    assert to_right(pair, "abc") == "abc"
    with pytest.raises(ValueProblem) as caught:
        to_right(pair, "x" * 1000)
    assert "has 1,000 characters; fields.right takes 3" in str(caught.value)


@pytest.mark.parametrize("text", ["soon", "2024-02-30", "2024-05-01Tnoon"])
def test_a_text_that_is_no_moment_is_a_problem(text: str):
    with pytest.raises(ValueProblem) as caught:
        to_left(rule(T.DATETIME, T.TEXT), text)
    assert caught.value.code == "not_a_date"


def test_text_that_looks_like_markup_stays_text_in_a_rich_field():
    assert to_left(rule(T.RICH_TEXT, T.TEXT), "a < b & <b>c</b>\nd") == ("a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;<br>d")


@pytest.mark.parametrize("left", [T.DECIMAL, T.PERCENT, T.GEOLOCATION])
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
@pytest.mark.parametrize("left", [T.DECIMAL, T.PERCENT])
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
    assert same(to_left(rule(T.DECIMAL, T.DECIMAL, left_scale=scale), value), value)


def test_a_tag_comes_back_as_the_picklist_value_that_is_mapped_to_it():
    pair = rule(T.CHOICE, T.CHOICE, value_map={"Gold": "tier_gold"}, left_choices=frozenset({"Gold", "bronze"}))
    assert to_left(pair, "tier_gold") == "Gold"
    assert to_left(pair, "bronze") == "bronze"


def test_a_tag_without_a_picklist_value_is_a_problem():
    pair = rule(T.CHOICE, T.CHOICE, left_choices=frozenset({"Gold"}))
    with pytest.raises(ValueProblem) as caught:
        to_left(pair, "platinum")
    assert caught.value.code == "no_such_value"
    assert "platinum" in str(caught.value)


def test_a_tag_whose_namesake_is_mapped_elsewhere_is_a_problem():
    """Written as "Gold" it would come back as "tier_gold"."""
    with pytest.raises(ValueProblem) as caught:
        to_left(rule(T.CHOICE, T.CHOICE, value_map={"Gold": "tier_gold"}), "Gold")
    assert caught.value.code == "no_such_value"
