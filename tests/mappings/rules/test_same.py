"""When two values mean the same: what a plan, a drift check and an undo call equal."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.rules.convert import same

VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(allow_nan=False), st.text(max_size=5),
    st.sampled_from(["", " ", "0", "1", "1.0", "true", "false", "a\r\nb", "a\nb", " a ", "a"]),
)  # fmt: skip
EQUAL = [
    (None, ""),
    (None, "  "),
    (None, False),
    ("", False),
    (1000, 1000.0),
    (1000, "1000"),
    (1000.0, "1000.00"),
    (-0.5, "-0.5"),
    (1e21, "1e21"),
    ("a\r\nb", "a\nb"),
    ("a ", "a"),
    ("a\n", "a"),
    (True, True),
]
DIFFERENT = [
    (None, 0),
    (None, "0"),
    (None, "false"),
    (False, 0),
    (True, 1),
    (True, "yes"),
    (False, True),
    (None, True),
    ("a", "A"),
    ("a b", "a  b"),
    ("1000", "1000.0"),
    (1000, "1_000"),
    (1000, "1,000"),
    (1, "one"),
    (1, 2),
    ("é", "e"),
]


@pytest.mark.parametrize("one, other", EQUAL)
def test_these_are_the_same_whichever_comes_first(one: Any, other: Any):
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize("one, other", DIFFERENT)
def test_these_differ_whichever_comes_first(one: Any, other: Any):
    assert not same(one, other)
    assert not same(other, one)


@given(VALUES)
def test_every_value_is_the_same_as_itself(value: Any):
    assert same(value, value)


@given(VALUES, VALUES)
def test_the_order_never_matters(one: Any, other: Any):
    assert same(one, other) is same(other, one)


def test_a_number_of_any_length_is_compared_without_an_error():
    assert not same("9" * 5000, 1)
    assert not same(1, "9" * 5000)
