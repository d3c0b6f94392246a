"""Which field may feed which: the table of S3.27, cell by cell, and what is said of every refusal."""

import pytest

from connectors.api.values import FieldSchema, FieldType
from mappings.rules import compat

T = FieldType

# The table as it is published: X means allowed. Drop-down, Text, Multi-line text, Numeric, Decimal, Checkbox, Date.
TABLE = """
auto_number      . X X . . . .
checkbox         . . . . . X .
currency         . . . . X . .
date             . . . . . . X
datetime         . X X . . . X
email            . X . . . . .
geolocation      . . . X X . .
number           . . . X X . .
percent          . . . . X . .
phone            . X X . . . .
picklist         X . . . . . .
text             . X X . . . .
text_area        . X X . . . .
text_area_long   . X X . . . .
text_area_rich   . X X . . . .
text_encrypted   . X X . . . .
url              . X X . . . .
"""
COLUMNS = (T.DROPDOWN, T.TEXT, T.MULTILINE, T.NUMERIC, T.DECIMAL, T.CHECKBOX, T.DATE)
ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [
    pytest.param(T(name), column, mark == "X", id=f"{name}-{column}")
    for name, *marks in ROWS
    for column, mark in zip(COLUMNS, marks, strict=True)
]
NEVER_FED = [kind for kind in T if kind not in COLUMNS]
NEVER_OFFERED = [T.MULTI_SELECT, T.LOOKUP, T.FORMULA, T.ADDRESS, T.TIME, T.REGEXP, T.TAGS, T.ID, T.OTHER]


def field(kind: FieldType, scale: int | None = None) -> FieldSchema:
    return FieldSchema("a", "A", kind, scale=scale)


def test_the_table_has_119_cells():
    """Acceptance test 3: seventeen by seven."""
    assert len(CELLS) == 119
    assert {T(row[0]) for row in ROWS} == set(compat.LEFT_TYPES) == set(compat.TARGETS)
    assert set(compat.RIGHT_TYPES) == set(COLUMNS)


@pytest.mark.parametrize("left, right, allowed", CELLS)
def test_a_pair_is_allowed_exactly_as_the_table_says(left: FieldType, right: FieldType, allowed: bool):
    verdict = compat.verdict(field(left), field(right))
    assert verdict.allowed is allowed
    assert allowed or verdict.reason


@pytest.mark.parametrize("scale, allowed", [(None, True), (0, True), (1, False), (2, False), (18, False)])
def test_a_number_with_decimals_does_not_offer_numeric(scale: int | None, allowed: bool):
    """Acceptance test 4, S3.29: checked on the field before any value is seen."""
    verdict = compat.verdict(field(T.NUMBER, scale), field(T.NUMERIC))
    assert verdict.allowed is allowed
    assert allowed or str(scale) in verdict.reason


@pytest.mark.parametrize("scale", [None, 0, 2])
def test_a_number_always_offers_decimal(scale: int | None):
    assert compat.verdict(field(T.NUMBER, scale), field(T.DECIMAL)).allowed


@pytest.mark.parametrize("left", [T.CURRENCY, T.PERCENT])
def test_money_and_percents_never_offer_numeric_even_without_decimals(left: FieldType):
    assert not compat.verdict(field(left, 0), field(T.NUMERIC)).allowed


@pytest.mark.parametrize("left", NEVER_OFFERED)
def test_what_the_table_does_not_name_is_refused_with_its_own_name_as_the_reason(left: FieldType):
    """S3.28, A10."""
    assert not compat.mappable(field(left))
    for right in COLUMNS:
        verdict = compat.verdict(field(left), field(right))
        assert not verdict.allowed
        assert compat.NAMES[left] in verdict.reason


@pytest.mark.parametrize("right", NEVER_FED)
def test_a_helpdesk_field_of_another_type_is_never_filled(right: FieldType):
    """S3.28: a Regexp field would refuse what we send."""
    verdict = compat.verdict(field(T.TEXT), field(right))
    assert not verdict.allowed
    assert compat.NAMES[right] in verdict.reason


@pytest.mark.parametrize("kind", T)
def test_every_type_has_a_name_that_people_read(kind: FieldType):
    assert compat.NAMES[kind]


def test_a_refusal_names_what_would_fit():
    assert compat.verdict(field(T.PICKLIST), field(T.TEXT)).reason == "Picklist needs a Drop-down field"
    wanted = "Date/Time needs a Text, Multi-line text or Date field"
    assert compat.verdict(field(T.DATETIME), field(T.CHECKBOX)).reason == wanted


@pytest.mark.parametrize(
    "left, right, lost",
    [(T.DATETIME, T.DATE, "time of day"), (T.TEXT_AREA_RICH, T.TEXT, "Formatting"), (T.TEXT, T.TEXT, "")],
)
def test_an_allowed_pair_says_what_is_lost_on_the_way(left: FieldType, right: FieldType, lost: str):
    """A11."""
    verdict = compat.verdict(field(left), field(right))
    assert verdict.allowed
    assert lost in verdict.reason
    assert bool(lost) is bool(verdict.reason)


def test_a_multi_select_makes_tags_though_it_feeds_no_field():
    """A10."""
    assert compat.taggable(field(T.MULTI_SELECT))
    assert not compat.mappable(field(T.MULTI_SELECT))
    assert not compat.taggable(field(T.LOOKUP))
    assert all(compat.taggable(field(left)) for left in compat.LEFT_TYPES)


@pytest.mark.parametrize(
    ("left", "right", "transform", "allowed"),
    [
        (FieldSchema("Phone", "Phone", T.PHONE), FieldSchema("phone", "Phone", T.TEXT), "", True),
        (FieldSchema("Phone", "Phone", T.PHONE), FieldSchema("phone", "Phone", T.TEXT), "digits", False),
        (FieldSchema("Phone", "Phone", T.PHONE, updatable=False), FieldSchema("phone", "Phone", T.TEXT), "", False),
        (FieldSchema("Met", "Met", T.DATETIME), FieldSchema("met", "Met", T.DATE), "", False),
        (FieldSchema("Bio", "Bio", T.TEXT_AREA_RICH), FieldSchema("bio", "Bio", T.MULTILINE), "", False),
    ],
)
def test_only_what_loses_nothing_may_go_back(
    left: FieldSchema, right: FieldSchema, transform: str, allowed: bool
) -> None:
    back = compat.way_back(left, right, transform)
    assert back.allowed is allowed
    assert bool(back.reason) is not allowed


@pytest.mark.parametrize("kind", [T.GEOLOCATION, T.ADDRESS])
def test_a_field_of_several_values_is_offered_nowhere_and_its_parts_are(kind: FieldType) -> None:
    whole, part = FieldSchema("Place__c", "Place", kind, compound=True), field(T.GEOLOCATION, 5)
    assert not compat.mappable(whole)
    assert not compat.taggable(whole)
    assert "one of its parts" in compat.verdict(whole, field(T.DECIMAL)).reason
    assert compat.mappable(part)
    assert compat.verdict(part, field(T.DECIMAL)).allowed


def test_an_amount_without_its_currency_may_go_both_ways_and_says_so() -> None:
    amount = FieldSchema("Amount__c", "Amount", T.CURRENCY, unit="CurrencyIsoCode")
    assert "CurrencyIsoCode" in compat.verdict(amount, field(T.DECIMAL)).caution
    assert compat.way_back(amount, field(T.DECIMAL), "").allowed
    assert not compat.verdict(field(T.CURRENCY), field(T.DECIMAL)).caution


def test_a_text_that_may_be_masked_says_so_and_makes_no_tags() -> None:
    secret = FieldSchema("Secret__c", "Secret", T.TEXT_ENCRYPTED, mask="*")
    assert "masked" in compat.verdict(secret, field(T.TEXT)).caution
    assert not compat.taggable(secret)
