"""Converts rich text to plain text, line by line.

Read by the parser of the standard library: what is wanted are the lines alone, where libraries such as html2text add
markup of their own, and others need a parser in C.
"""

import re
from html.parser import HTMLParser

_TAG = re.compile(r"</?[a-zA-Z]")
_BREAKS = re.compile(r"[ \t\f]*[\r\n]\s*")
# Elements that stand on lines of their own.
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre",
    "section", "select", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
# Elements whose content nobody sees.
_UNSEEN = frozenset({"head", "script", "style", "template", "title"})
BETWEEN_CELLS = " | "


def plain_text(html: str) -> str:
    """Rich text without formatting. Never raises.

    Each block and table row is a line of its own, cells are separated, scripts and styles are dropped, and empty
    paragraphs become one blank line.
    """
    reader = _Reader(spaced=not _TAG.search(html))
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", reader.text()).strip()


class _Reader(HTMLParser):
    """Collects lines. ``spaced``: the text has no markup, so that its line ends and blanks count."""

    def __init__(self, *, spaced: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._spaced = spaced
        self._lines: list[str] = []
        self._line = ""
        self._unseen: list[str] = []
        self._cells = 0
        self._row_began = False
        self._as_typed = 0
        # How many lines there were when each open paragraph began.
        self._paragraphs: list[int] = []

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._spaced or (self._as_typed and not self._cells):
            first, *others = data.replace("\r\n", "\n").split("\n")
            self._line += first
            for other in others:
                self._lines.append(self._line)
                self._line = other
            return
        self._line += _BREAKS.sub(" ", data).lstrip(" " if not self._line or self._line.endswith(" ") else "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._unseen = []  # a head that nobody closed
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif tag == "br":
            self._break()
        elif tag in _CELLS:
            self._begin_cell()
        elif tag in _BLOCKS:
            self._begin_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = self._unseen[: self._unseen.index(tag)] if tag in self._unseen else self._unseen
        elif tag in _CELLS:
            self._cells = max(0, self._cells - 1)
        elif tag in _BLOCKS:
            self._end_block(tag)

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Read an unknown section such as "<![like this" as text; the base class raises."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            self.handle_data("<![")
            return i + len("<![")

    def _begin_block(self, tag: str) -> None:
        if tag in ("table", "tr"):
            self._cells = 0  # a table within a cell, or cells that nobody closed
        self._end_line()
        if tag == "tr":
            self._row_began = False
        elif tag == "p":
            self._paragraphs.append(len(self._lines))
        elif tag == "pre":
            self._as_typed += 1

    def _end_block(self, tag: str) -> None:
        if tag in ("table", "tr"):
            self._cells = 0
        self._end_line()
        if tag == "pre":
            self._as_typed = max(0, self._as_typed - 1)
        elif tag == "p" and self._paragraphs and self._paragraphs.pop() == len(self._lines) and not self._cells:
            self._lines.append("")

    def _begin_cell(self) -> None:
        self._cells += 1
        if self._row_began:
            self._line = self._line.rstrip(" ") + BETWEEN_CELLS
        self._row_began = True

    def _break(self) -> None:
        if self._cells:
            self._end_line()
        else:
            self._lines.append(self._trimmed())
            self._line = ""

    def _end_line(self) -> None:
        """End the current line if it is not empty. Inside a table cell it continues after a blank."""
        if self._cells:
            self._line += "" if self._line.endswith(" ") or not self._line else " "
        elif self._line.strip():
            self._lines.append(self._trimmed())
            self._line = ""
        else:
            self._line = ""

    def _trimmed(self) -> str:
        return self._line if self._spaced or self._as_typed else self._line.strip(" ")
