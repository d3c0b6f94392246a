"""Names that differ, yet mean the same company: a warning before one is made, never a match (S3.C16)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncadmin.engine.lookalike import skeleton
from syncadmin.engine.match import fold


@pytest.mark.parametrize(
    "one, other",
    [
        ("Acme", "ACME Inc."),
        ("Acme", "The Acme Company"),
        ("Acme GmbH & Co. KG", "acme"),
        ("Acme G.m.b.H.", "Acme GmbH"),
        ("Acme S.A.", "Acme SA"),
        ("Acme, L.L.C.", "Acme LLC"),
        ("Café Noir", "Cafe-Noir"),
        ("Straße AG", "STRASSE"),
        ("A.B.C. Ltd", "ABC Limited"),
        ("\uff21\uff43\uff4d\uff45", "Acme"),
    ],
)
def test_form_does_not_count(one: str, other: str):
    assert skeleton(one) == skeleton(other) != ""


@pytest.mark.parametrize("one, other", [("Acme", "Acme Labs"), ("Acme", "Acne"), ("Acme 1", "Acme 2"), ("Inca", "Inc")])
def test_other_words_are_other_names(one: str, other: str):
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize("name", [None, "", "  ", "The Company", "Inc.", "...", "&"])
def test_a_name_of_which_nothing_is_left_looks_like_nobody(name: str | None):
    assert skeleton(name) == ""


@given(st.text(max_size=30))
def test_the_look_of_a_look_is_itself(name: str):
    assert skeleton(skeleton(name)) == skeleton(name)


@given(st.text(max_size=20), st.sampled_from([" ", "  ", "\t"]))
def test_names_that_match_look_alike(name: str, blank: str):
    other = blank.join(["", *name.split(), ""])
    assert fold(name) == fold(other)
    assert skeleton(name) == skeleton(other)
