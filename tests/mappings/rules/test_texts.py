"""What people see of a text, and digits in any writing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.api.values import FieldType
from mappings.kinds.declaration import Criterion
from mappings.rules.configuration import FieldRule
from mappings.rules.convert import same, to_right
from mappings.rules.texts import plain_digits, visible
from mappings.rules.transforms import TRANSFORMS
from syncadmin.runs.pipeline.shared.match_keys import comparable


@pytest.mark.parametrize("text", ["+49 30 123", "+４９（３０）１２３", "+٤٩ ٣٠ ١٢٣", "\u202d+49 30 123\u202c"])
def test_a_number_is_the_same_in_any_writing(text: str) -> None:
    assert plain_digits(text) == comparable(text, Criterion("Phone", "phone")) == "4930123"


@pytest.mark.parametrize("text", ["ab-12", "ＡＢ－１２", "AB-12\u200b"])
def test_a_criterion_does_not_mind_width_case_and_what_nobody_sees(text: str) -> None:
    assert comparable(text, Criterion("Number__c", "fields.number")) == "ab-12"


def test_nought_is_a_value_of_a_criterion() -> None:
    assert comparable(0, Criterion("Number__c", "fields.number")) == "0"
    assert comparable(None, Criterion("Number__c", "fields.number")) == ""


def test_only_digits_stay_whatever_their_width() -> None:
    assert TRANSFORMS["digits"].apply("＋４９ (30) 12") == "+493012"


@given(st.text())
def test_an_accent_composed_or_not_is_the_same_value(text: str) -> None:
    assert same(unicodedata.normalize("NFD", text), unicodedata.normalize("NFC", text))
    assert visible(visible(text)) == visible(text)


def test_an_address_is_written_without_what_came_along_when_it_was_copied() -> None:
    rule = FieldRule("Email", "email", FieldType.EMAIL, FieldType.EMAIL, transform="lower")
    assert to_right(rule, "\u200bAnn@Example.com\ufeff ") == "ann@example.com"
