"""Salesforce values in the helpdesk's words (S3.25, S3.27, S3.29, A11, A12). Nothing is rounded or cut silently."""

from collections.abc import Iterator
from time import tzset
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.api.values import FieldType
from mappings.rules.configuration import FieldRule
from mappings.rules.convert import ValueProblem, to_right
from mappings.rules.type_tables import CRM_TO_HELPDESK

T = FieldType
PAIRS = [(left, right) for left, targets in CRM_TO_HELPDESK.targets.items() for right in targets]
TEXTS = [pair for pair in PAIRS if pair[1] in (T.TEXT, T.LONG_TEXT) and pair[0] is not T.RICH_TEXT]
NUMBERS = (T.INTEGER, T.DECIMAL)
ODD_TEXTS = [
    "plain",
    "🔥👩‍👩‍👧 emoji",
    "שלום עולם — العربية",
    "<b>not markup</b> & <script>",
    "x" * 255,
    "line\r\nline\nline",
    "  blanks around  ",
    "0",
    "false",
    "null",
    "#N/A",
    "quote ' \" \\ back",
    "nul\x00free",
]


def rule(left: FieldType = T.TEXT, right: FieldType = T.TEXT, **rest: Any) -> FieldRule:
    return FieldRule("Left__c", "fields.right", left, right, **rest)


def refusal(of: FieldRule, value: Any, zone: str = "UTC") -> ValueProblem:
    with pytest.raises(ValueProblem) as caught:
        to_right(of, value, zone)
    return caught.value


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_value_clears_the_target(empty: Any):
    for left, right in PAIRS:
        expected = False if right is T.BOOLEAN else None
        assert to_right(rule(left, right, choices=frozenset()), empty) is expected, (left, right)


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_text_arrives_as_it_is(text: str):
    assert [pair for pair in TEXTS if to_right(rule(*pair), text) != text] == []


@pytest.mark.parametrize("value", [True, False])
def test_a_checkbox_stays_what_it_is(value: bool):
    assert to_right(rule(T.BOOLEAN, T.BOOLEAN), value) is value


@pytest.mark.parametrize("text, expected", [("true", True), ("FALSE", False), ("false", False), ("", False)])
def test_a_checkbox_spelled_as_text_is_read_not_taken_for_filled(text: str, expected: bool):
    assert to_right(rule(T.BOOLEAN, T.BOOLEAN), text) is expected


def test_a_checkbox_that_is_neither_is_a_problem():
    assert refusal(rule(T.BOOLEAN, T.BOOLEAN), "maybe").code == "not_a_checkbox"


@pytest.mark.parametrize(
    "value, expected", [(1000, 1000), (1000.0, 1000), ("1000", 1000), ("1000.000", 1000), (-3, -3), (0, 0), ("+7", 7),
                        ("12345678901234567890", 12345678901234567890), (1e15, 10**15)]
)  # fmt: skip
def test_whole_numbers_go_into_numeric_as_integers(value: Any, expected: int):
    found = to_right(rule(T.INTEGER, T.INTEGER), value)
    assert found == expected
    assert type(found) is int


@pytest.mark.parametrize("value", [0.5, 1000.01, -0.0001, "1000.5", "1e-3", 1e15 + 0.5])
def test_a_decimal_value_into_numeric_is_a_problem_and_never_rounded(value: Any):
    """S3.29, at run time, whatever the field's scale says."""
    problem = refusal(rule(T.INTEGER, T.INTEGER), value)
    assert problem.code == "decimal_in_numeric"
    assert str(value) in str(problem)


@pytest.mark.parametrize("left", [T.DECIMAL, T.PERCENT, T.INTEGER, T.GEOLOCATION])
@pytest.mark.parametrize("value", [0, 0.5, -12.25, 1e6, 123456789.125])
def test_numbers_go_into_decimal_as_they_are(left: FieldType, value: float):
    assert to_right(rule(left, T.DECIMAL), value) == value


@pytest.mark.parametrize("right", NUMBERS)
@pytest.mark.parametrize(
    "value", ["abc", "1,000", "12 000", "1_000", "0x10", "nan", "inf", "-Infinity", "1e999", float("nan"),
              float("inf"), True, [1], "9" * 5000, "€5", "--1"]
)  # fmt: skip
def test_what_is_no_number_is_a_problem(right: FieldType, value: Any):
    assert refusal(rule(T.INTEGER, right), value).code == "not_a_number"


@pytest.mark.parametrize("right", NUMBERS)
def test_a_geolocation_with_both_numbers_says_to_map_one_of_them(right: FieldType):
    problem = refusal(rule(T.GEOLOCATION, right), {"latitude": 48.1, "longitude": 11.6})
    assert problem.code == "two_numbers"
    assert "latitude" in str(problem)


@pytest.mark.parametrize(
    "moment, zone, day",
    [
        ("2024-05-01T12:00:00Z", "UTC", "2024-05-01"),
        ("2024-05-01T23:30:00Z", "Europe/Berlin", "2024-05-02"),
        ("2024-05-01T03:59:59Z", "America/New_York", "2024-04-30"),
        ("2024-05-01T04:00:00Z", "America/New_York", "2024-05-01"),
        ("2024-01-01T04:59:59Z", "America/New_York", "2023-12-31"),
        # The night the clocks go forward (31 March 2024) and back (27 October 2024) in Berlin.
        ("2024-03-30T22:59:59Z", "Europe/Berlin", "2024-03-30"),
        ("2024-03-30T23:00:00Z", "Europe/Berlin", "2024-03-31"),
        ("2024-03-31T21:59:59Z", "Europe/Berlin", "2024-03-31"),
        ("2024-03-31T22:00:00Z", "Europe/Berlin", "2024-04-01"),
        ("2024-10-26T21:59:59Z", "Europe/Berlin", "2024-10-26"),
        ("2024-10-26T22:00:00Z", "Europe/Berlin", "2024-10-27"),
        ("2024-10-27T22:59:59Z", "Europe/Berlin", "2024-10-27"),
        ("2024-10-27T23:00:00Z", "Europe/Berlin", "2024-10-28"),
        # Zones beyond a day's half.
        ("2024-05-01T10:00:00Z", "Pacific/Kiritimati", "2024-05-02"),
        ("2024-05-01T10:00:00Z", "Pacific/Pago_Pago", "2024-04-30"),
        ("2024-02-29T23:00:00.123Z", "Asia/Kolkata", "2024-03-01"),
        # Other spellings of a moment, one without a zone means UTC.
        ("2024-05-01T23:30:00.000+0000", "Europe/Berlin", "2024-05-02"),
        ("2024-05-01T23:30:00-05:00", "UTC", "2024-05-02"),
        ("2024-05-01T23:30:00", "Europe/Berlin", "2024-05-02"),
    ],
)
def test_a_moment_becomes_the_day_it_falls_on_in_the_declared_zone(moment: str, zone: str, day: str):
    """A11."""
    assert to_right(rule(T.DATETIME, T.DATE), moment, zone) == day


@pytest.fixture
def _far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine's own zone is the earliest there is."""
    with monkeypatch.context() as machine:
        machine.setenv("TZ", "Pacific/Kiritimati")
        tzset()
        yield
    tzset()


@pytest.mark.usefixtures("_far_away")
def test_a_moment_without_a_zone_does_not_depend_on_this_machine():
    assert to_right(rule(T.DATETIME, T.DATE), "2024-05-01T23:30:00", "Europe/Berlin") == "2024-05-02"


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_date_is_the_same_day_in_every_zone(zone: str):
    assert to_right(rule(T.DATE, T.DATE), "2024-02-29", zone) == "2024-02-29"


@pytest.mark.parametrize("value", ["2023-02-29", "tomorrow", "05/01/2024", "2024-13-01", 20240, "0001-01-01T00:00:00Z"])
def test_what_is_no_date_is_a_problem(value: Any):
    assert refusal(rule(T.DATETIME, T.DATE), value, "America/New_York").code == "not_a_date"


def test_a_moment_in_a_text_field_keeps_its_time():
    assert to_right(rule(T.DATETIME, T.TEXT), "2024-05-01T12:00:00Z") == "2024-05-01T12:00:00Z"


def test_a_picklist_value_must_be_the_tag_exactly():
    """S3.25."""
    pair = rule(T.CHOICE, T.CHOICE, choices=frozenset({"gold", "silver"}))
    assert to_right(pair, "gold") == "gold"
    for other in ("Gold", "gold ", "bronze"):
        problem = refusal(pair, other)
        assert problem.code == "no_such_choice"
        assert repr(other) in str(problem)


def test_the_value_map_comes_before_the_value_itself():
    """A12."""
    pair = rule(
        T.CHOICE, T.CHOICE, choices=frozenset({"tier_1", "gold"}), value_map={"gold": "tier_1", "Aurum": "gold"}
    )
    assert to_right(pair, "gold") == "tier_1"
    assert to_right(pair, "Aurum") == "gold"


def test_a_value_mapped_to_a_choice_that_is_gone_is_a_problem():
    pair = rule(T.CHOICE, T.CHOICE, choices=frozenset({"gold"}), value_map={"Gold": "old_gold"})
    assert refusal(pair, "Gold").code == "no_such_choice"


def test_a_drop_down_whose_choices_are_unknown_takes_the_value():
    assert to_right(rule(T.CHOICE, T.CHOICE), "gold") == "gold"


@pytest.mark.parametrize("right", [T.TEXT, T.LONG_TEXT])
def test_a_transform_comes_before_the_check_for_empty(right: FieldType):
    assert to_right(rule(T.TEXT, right, transform="trim"), "  \n ") is None
    assert to_right(rule(T.PHONE, right, transform="digits"), "+49 (89) 1") == "+49891"
    assert to_right(rule(T.TEXT, right, transform="upper"), None) is None


def test_a_transform_sees_rich_text_without_its_markup():
    pair = rule(T.RICH_TEXT, T.TEXT, transform="first_line")
    assert to_right(pair, "<p>One &amp; only</p><p>Two</p>") == "One & only"
    shouting = rule(T.RICH_TEXT, T.TEXT, transform="upper")
    assert to_right(shouting, "caf&eacute;&nbsp;x") == "CAFÉ\u00a0X"


def test_rich_text_that_shows_nothing_is_empty():
    assert to_right(rule(T.RICH_TEXT, T.TEXT), "<p><br></p>") is None


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.dates().map(str),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"), st.dictionaries(st.text(), st.floats(), max_size=2),
)  # fmt: skip


@given(pair=st.sampled_from(PAIRS), value=VALUES, zone=st.sampled_from(["UTC", "Asia/Tokyo", "America/Los_Angeles"]))
def test_any_value_either_converts_to_the_target_s_type_or_is_a_named_problem(pair, value, zone):
    """One odd record is a row of the plan, never the end of a run (S3.C7)."""
    left, right = pair
    kinds = {T.BOOLEAN: bool, T.INTEGER: int, T.DECIMAL: (int, float)}
    found: Any = None
    problem: ValueProblem | None = None
    try:
        found = to_right(rule(left, right, choices=frozenset({"a"})), value, zone)
    except ValueProblem as raised:
        problem = raised
    assert found is None or isinstance(found, kinds.get(right, str))
    assert found is None or right is not T.DATE or len(found) == 10
    assert problem is None or (problem.code and str(problem))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numeric_never_gives_another_number_than_it_got(value: float):
    try:
        assert to_right(rule(T.INTEGER, T.INTEGER), value) == value
    except ValueProblem:
        assert not value.is_integer()
