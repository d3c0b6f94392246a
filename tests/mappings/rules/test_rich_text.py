"""Rich text without its formatting."""

from html import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mappings.rules.convert import plain_text


@pytest.mark.parametrize(
    "html, text",
    [
        ("plain", "plain"),
        ("", ""),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
        ("<b>Bold</b> and <i>leaning</i>", "Bold and leaning"),
        ('<a href="https://example.com">link</a>', "link"),
        ("<p>a</p><p></p><p></p><p></p><p>b</p>", "a\n\nb"),
        ("Fish &amp; chips &lt;3 &eacute; &#128293;", "Fish & chips <3 é 🔥"),
        ("שלום <b>עולם</b>", "שלום עולם"),
        ("a < b and c > d", "a < b and c > d"),
        ("<p>never closed", "never closed"),
        ("closed</b></p></div> by nobody", "closed\n\n by nobody"),
        ("<img src=x onerror=alert(1)>after", "after"),
    ],
)
def test_markup_goes_and_block_ends_become_line_ends(html: str, text: str):
    assert plain_text(html) == text


@pytest.mark.parametrize(
    "html", ["a<![x[b", "<![if IE]>only<![endif]>", "<![CDATA[x", "<!", "<?php", "</", "<!--", "&#x110000;"]
)
def test_broken_markup_never_ends_a_run(html: str):
    assert isinstance(plain_text(html), str)


def test_an_unknown_marked_section_stays_as_it_was_written():
    assert plain_text("before <![what[ after") == "before <![what[ after"


@given(st.lists(st.sampled_from(["<", "!", "[", "]", ">", "/", "a", "p", "-", "&", "#", ";", " ", '"', "br", "="])))
def test_no_mark_up_whatever_raises(parts: list[str]):
    plain_text("".join(parts))


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"])))
@example("<b>&amp;</b>")
def test_escaped_text_comes_out_as_it_went_in(text: str):
    assert plain_text(escape(text)) == text.strip()
