"""Domain names from one text field (S3.20)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.rules import domains

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
DOMAIN = st.builds(lambda labels, top: ".".join([*labels, top]), st.lists(LABEL, min_size=1, max_size=3),
                   st.sampled_from(["com", "de", "co.uk", "museum"]))  # fmt: skip


@pytest.mark.parametrize(
    "text, expected",
    [
        (None, ()),
        ("", ()),
        ("   ", ()),
        ("acme.com", ("acme.com",)),
        ("acme.com acme.de", ("acme.com", "acme.de")),
        ("  acme.com \t acme.de\r\nacme.co.uk ", ("acme.com", "acme.de", "acme.co.uk")),
        ("ACME.com acme.COM", ("acme.com",)),
        ("münchen.de", ("münchen.de",)),
        ("xn--mnchen-3ya.de", ("xn--mnchen-3ya.de",)),
        ("例え.テスト", ("例え.テスト",)),
        ("a.b.c.example.com", ("a.b.c.example.com",)),
    ],
)
def test_domains_are_separated_by_blanks_lower_case_and_each_once(text: str | None, expected: tuple[str, ...]):
    assert domains.split(text) == (expected, ())


@pytest.mark.parametrize(
    "word",
    [
        "localhost", "acme", ".com", "acme.", "acme..com", "-acme.com", "acme-.com", "ac_me.com", "acme.c",
        "https://acme.com", "acme.com/about", "joe@acme.com", "@acme.com", "acme.com,acme.de", "acme.com;", "1.2.3.4",
        "192.168.10.10", f"{'a' * 64}.com", f"{'ä' * 70}.com", "ä..com", ".".join(["abcdefghij"] * 24), "💡",
        "#N/A",
    ],
)  # fmt: skip
def test_a_word_that_is_no_domain_is_told_as_it_was_written(word: str):
    assert domains.split(f"good.com {word.upper()} fine.org") == (("good.com", "fine.org"), (word.upper(),))


@given(st.lists(DOMAIN, max_size=6), st.sampled_from([" ", "  ", "\n", "\t "]))
def test_every_domain_survives_once_in_order(names: list[str], blank: str):
    good, bad = domains.split(blank.join(names).upper())
    assert good == tuple(dict.fromkeys(names))
    assert bad == ()


@given(st.text(max_size=40))
def test_no_text_breaks_it_and_no_word_is_lost(text: str):
    good, bad = domains.split(text)
    assert {word.lower() for word in text.split()} == set(good) | {word.lower() for word in bad}
