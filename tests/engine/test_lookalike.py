"""Names that differ, yet mean the same company: a warning before one is made, never a match (S3.C16)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.rules.texts import fold
from syncadmin.engine.lookalike import address_look, skeleton


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
        ("Zero\u200bWidth, Inc.", "ZeroWidth"),
        ("Gro\u00df KG", "Gross"),
        ("Łódź", "Lodz"),
        ("Ørsted", "Orsted"),
        ("Đặng & Đuro", "Dang Duro"),
        ("Işık", "ISIK"),
        ("Ærø", "Aeroe"),
        ("Müller", "Mueller"),
        ("Œuvre", "Oeuvre"),
        ("Þór", "Thor"),
        ("Ŧⱥƶ", "Taz"),
        ("Hawai\u02bbi", "Hawai'i"),
        ("\u0410cme", "Acme"),
        ("\u0410\u0421\u041c\u0415", "Acme"),
        ("T\u0435\u0455la", "Tesla"),
        ("C\u03bfca-C\u03bfla", "Coca-Cola"),
        ("\u039d\u039f\u039a\u0399\u0391", "Nokia"),
        ("\u0261oogle", "google"),
        ("\u1d00cme", "Acme"),
    ],
)
def test_form_does_not_count(one: str, other: str):
    assert skeleton(one) == skeleton(other) != ""


@pytest.mark.parametrize(
    "one, other",
    [
        ("Acme", "Acme Labs"),
        ("Acme", "Acne"),
        ("Acme 1", "Acme 2"),
        ("Inca", "Inc"),
        ("Рога", "Pora"),
        ("Вода", "Воды"),
    ],
)
def test_other_words_are_other_names(one: str, other: str):
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize("name", ["Coe Inc.", "Saes SA", "Рога и копыта", "日本電気", "Ünal"])
def test_a_name_of_its_own_is_left_with_a_look(name: str):
    assert skeleton(name) == skeleton(name.upper()) == skeleton(name.lower()) != ""


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


def test_a_lower_case_letter_is_no_other_letter():
    """The helpdesk keeps these addresses and names apart, so they are two."""
    for one, other in (("gro\u00df@example.com", "gross@example.com"), ("o\ufb03ce", "office"), ("\u017f", "s")):
        assert fold(one) != fold(other)


UNSEEN = st.sampled_from("\u00ad\u200b\u200c\u200d\u2060\ufeff\u202e\ufe0f\u034f\u3164\U000e0041\x07")
BLANK = st.sampled_from(["\u00a0", "\u2007", "\u3000", "\u2800", "\t", "  "])


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs", "P"]), max_size=20), st.data())
def test_what_nobody_can_see_makes_no_other_name(name: str, data: st.DataObject):
    place = data.draw(st.integers(0, len(name)))
    hidden = name[:place] + data.draw(UNSEEN) + name[place:]
    spaced = name.replace(" ", data.draw(BLANK))
    for other in (hidden, spaced, unicodedata.normalize("NFD", name), unicodedata.normalize("NFC", name)):
        assert fold(other) == fold(name)
        assert skeleton(other) == skeleton(name)


@given(st.text(max_size=20))
def test_a_key_of_a_key_is_itself(name: str):
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    "one, other",
    [
        ("ann@example.com", "\u0430nn@example.com"),
        ("ann@example.com", "ann@ex\u0430mple.com"),
        ("nikos@example.com", "\u03bdikos@example.com".replace("\u03bd", "n").replace("o", "\u03bf")),
        ("ann@example.com", "ann@example.com."),
        ("ann@example.com", "ann@\uff45xample.com"),
        ("ann@m\u00fcller.de", "ann@xn--mller-kva.de"),
        ("ann@m\u00fcller.de", "ann@muller.de"),
        ("gross@example.com", "gro\u00df@example.com"),
        ("office@example.com", "o\ufb03ce@example.com"),
        ("ann@example.com", "ann@example\u3002com"),
    ],
)
def test_addresses_that_look_alike(one: str, other: str):
    assert fold(one) != fold(other)
    assert address_look(fold(one)) == address_look(fold(other)) != ""


@pytest.mark.parametrize(
    "one, other",
    [
        ("ann.b@example.com", "annb@example.com"),
        ("ann.b@example.com", "ann.b+test@example.com"),
        ("ann@acme.com", "ann@acme.co"),
        ("mueller@example.com", "muller@example.com"),
        ("o'neil@example.com", "oneil@example.com"),
        ("\u0432\u043e\u0434\u0430@example.com", "bo\u0434a@example.com"),
    ],
)
def test_addresses_that_people_tell_apart(one: str, other: str):
    assert address_look(fold(one)) != address_look(fold(other))


@given(st.emails() | st.text(max_size=30))
def test_the_look_of_the_look_of_an_address_is_itself(address: str):
    assert address_look(address_look(address)) == address_look(address)


@pytest.mark.parametrize("address", ["", "@", "ann@xn--\u00fc.de", "ann@xn--a.b", "ann@" + "xn--" * 40])
def test_what_is_no_address_has_a_look_too(address: str):
    assert isinstance(address_look(address), str)
