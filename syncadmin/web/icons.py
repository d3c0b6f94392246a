"""Inline SVG icons in the colour of the surrounding text."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_FRAME = (
    '<svg class="icon {}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>'
)


def icon(name: str, classes: str = "") -> SafeString:
    """The icon ``name`` as SVG, hidden from screen readers, as the text beside it says the same.

    Raises ValueError for an unknown name. Empty if the icons are not installed.
    """
    return format_html(_FRAME, classes, _drawing(name)) if name else SafeString("")


@cache
def _drawing(name: str) -> SafeString:
    folder = Path(settings.ICON_DIR) / "outline"
    if not folder.is_dir():
        return SafeString("")
    file = folder / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not file.is_file():
        raise ValueError(f"There is no icon {name!r}.")
    found = _DRAWING.search(file.read_text())
    lines = (found.group(1) if found else "").split("\n")
    # the first path is an empty frame of the drawing tool
    kept = "".join(line.strip() for line in lines if 'stroke="none"' not in line)
    return mark_safe(kept)  # noqa: S308 - a file of an installed package, not input
