"""The fixed ways to reshape a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.rules.transforms import TRANSFORMS


@pytest.mark.parametrize(
    "name, value, expected",
    [
        ("trim", "  Acme \n Corp\t", "Acme Corp"),
        ("lower", "ÄCME", "äcme"),
        ("upper", "äcme", "ÄCME"),
        ("first_line", "\n One \r\nTwo", "One"),
        ("first_line", "One", "One"),
        ("digits", "+49 (0) 89 / 123-45 ext. 6", "+4908912345" + "6"),
        ("digits", "none", ""),
        ("trim", "👩‍👩‍👧 שלום", "👩‍👩‍👧 שלום"),
    ],
)
def test_a_transform_reshapes_text(name: str, value: str, expected: str):
    assert TRANSFORMS[name].apply(value) == expected


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("value", [None, 12, 1.5, True])
def test_other_values_than_text_pass_through(name: str, value):
    assert TRANSFORMS[name].apply(value) is value


@pytest.mark.parametrize("name", ["trim", "upper", "first_line", "digits"])
@given(text=st.text(alphabet=st.characters(codec="ascii"), max_size=30))
def test_reshaping_twice_changes_nothing(name: str, text: str):
    once = TRANSFORMS[name].apply(text)
    assert TRANSFORMS[name].apply(once) == once


@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform_has_a_label_for_the_page(name: str):
    assert TRANSFORMS[name].label
