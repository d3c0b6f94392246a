"""Rich text without its formatting."""

from html import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mappings.rules.rich_text import plain_text


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
        ("closed</b></p></div> by nobody", "closed\nby nobody"),
        ("<blockquote>Call first</blockquote><p>Done</p>", "Call first\nDone"),
        ("Intro<p>Text</p>End", "Intro\nText\nEnd"),
        ("<h4>Access</h4>Key<hr>0 visitors", "Access\nKey\n0 visitors"),
        ("<ul><li>One<ul><li>Two</li></ul>Rest</li></ul>", "One\nTwo\nRest"),
        ("<dl><dt>Door</dt><dd>Left</dd></dl>", "Door\nLeft"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>12</td><td>34</td></tr></table>", "A | B\n12 | 34"),
        ("<table><tr><td><p>1</p><p>2</p></td><td></td><td>3<br>4</td></tr></table>x", "1 2 | | 3 4\nx"),
        ("<table><tr><td>1<td>2<tr><td>3<td>4</table>", "1 | 2\n3 | 4"),
        ("<div>\n  <p>One\n  two</p>\n  <p>Three</p>\n</div>", "One two\nThree"),
        ("<p>One</p><p><br></p><p>Two<br></p>", "One\n\nTwo"),
        ("<p>One</p><p>&nbsp;</p><p>Two</p>", "One\n\nTwo"),
        ("<style>p {color: red}</style><p>Text</p><script>alert('<p>no</p>')</script>", "Text"),
        ("<head><title>No</title></head><body>Yes</body>", "Yes"),
        ("<pre>a\n  b</pre>c", "a\n  b\nc"),
        ("typed in\nlines", "typed in\nlines"),
        ("a <b>b</b> <i>c</i>, <span>d</span>", "a b c, d"),
        ("<!-- no --><p>isn&#39;t &amp; won&rsquo;t &lt;be&gt;</p>", "isn't & won’t <be>"),
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


BLOCK = st.sampled_from(["p", "div", "li", "h4", "blockquote", "td", "dd", "section", "pre", "tr"])


@given(st.lists(st.tuples(BLOCK, st.integers(0, 99)), min_size=2, max_size=6))
def test_what_stands_in_places_of_its_own_is_never_glued_together(parts: list[tuple[str, int]]):
    html = "".join(f"<{tag}>{number}</{tag}>" for tag, number in parts)
    assert plain_text(html).replace("|", " ").split() == [str(number) for _, number in parts]
