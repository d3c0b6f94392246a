"""Long values in narrow places: they break anywhere, are cut to a few lines, and are one press away from all of it."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeData, SafeString

SHORT, LONG, LINES = 28, 140, 4
"""Characters that a cell is wide enough for; those, and lines, that are read at a glance."""


def clamped(value: Any) -> Any:
    """A text, or its beginning with a "Show all" control."""
    text = str(value)
    start = "\n".join(text[:LONG].split("\n")[:LINES])
    if len(start) == len(text):
        return value
    return format_html(
        '<details class="clamped"><summary><span class="clamped-start">{}… </span>'
        '<span class="clamped-word clamped-more">Show all</span>'
        '<span class="clamped-word clamped-less">Show less</span></summary>{}</details>',
        start.rstrip(),
        text,
    )


def in_cell(value: Any) -> Any:
    """A table cell with long text clamped. A long link is cut, because it leads to the full text."""
    length = len(strip_tags(str(value)))
    if length <= SHORT:
        return value
    is_text = not isinstance(value, SafeData)
    if is_text and length > LONG:
        return format_html('<div class="long">{}</div>', clamped(value))
    is_cut = not is_text and length > LONG and value.startswith("<a ")
    return format_html('<div class="long{}">{}</div>', SafeString(" long-cut") if is_cut else "", value)
