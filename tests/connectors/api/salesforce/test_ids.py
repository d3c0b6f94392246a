"""Ids of Salesforce in their spellings: 15 characters, 18, and 18 that lost their case."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.api.salesforce.ids import whole_id
from connectors.sandbox.salesforce.ids import DIGITS, suffix

SHORT = st.text(DIGITS, min_size=15, max_size=15)


def test_the_documented_example() -> None:
    """Object Reference, "ID Field Type"."""
    assert whole_id("001D000000IqhSL") == "001D000000IqhSLIAZ"


@given(SHORT)
def test_every_spelling_of_an_id_is_the_same(short: str) -> None:
    whole = short + suffix(short)
    assert {whole_id(text) for text in (short, whole, whole.lower(), whole.upper())} == {whole}


@given(st.text() | st.text(DIGITS, min_size=18, max_size=18))
def test_what_is_no_id_stays_as_it_is(text: str) -> None:
    found = whole_id(text)
    assert found == text or found.upper() == text.upper() or (len(text) == 15 and found.startswith(text))
    assert whole_id(found) == found
