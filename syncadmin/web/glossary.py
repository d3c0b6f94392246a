"""The help pages: glossary and guides, read from docs/."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.text import slugify

_TERM = re.compile(r"\*\*(?P<term>[^*]+?)\.?\*\*\s*(?P<text>.*)", re.DOTALL)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_EMPHASIS = re.compile(r"\*([^*]+)\*")
DOCUMENTS = ("", "concepts", "guides", "reference")
"""Folders below docs/ that are for people who use the product."""
_NOT_SHOWN = ("known-issues", "concepts")
"""Documents that have pages of their own."""


@dataclass(frozen=True, slots=True)
class GlossaryWord:
    """A term with its definition; ``slug`` is its anchor on the page."""

    slug: str
    name: str
    text: str

    @property
    def short(self) -> str:
        """The first sentence of the definition."""
        return self.text.partition(". ")[0].rstrip(".") + "."


@dataclass(frozen=True, slots=True)
class Guide:
    """A document: its address, which is its path below docs/ without suffix, and its title."""

    address: str
    title: str


def terms(text: str) -> list[GlossaryWord]:
    """The paragraphs of a document that begin with a bold term, without Markdown."""
    blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
    found = (match for block in blocks if (match := _TERM.fullmatch(block)))
    return [GlossaryWord(slugify(match["term"]), match["term"], _plain(match["text"])) for match in found]


def _plain(text: str) -> str:
    return " ".join(_EMPHASIS.sub(r"\1", _LINK.sub(r"\1", text)).replace("`", "").split())


@cache
def known_terms() -> dict[str, GlossaryWord]:
    """The terms of docs/concepts by slug; empty for an installation without documents."""
    path = _docs() / "concepts.md"
    return {term.slug: term for term in terms(path.read_text(encoding="utf-8"))} if path.is_file() else {}


@cache
def guides() -> dict[str, Guide]:
    """The documents by address, in the order of their folders."""
    paths = [path for folder in DOCUMENTS for path in sorted((_docs() / folder).glob("*.md"))]
    shown = [path for path in paths if path.stem not in _NOT_SHOWN]
    found = ((path.relative_to(_docs()).with_suffix("").as_posix(), path) for path in shown)
    return {address: Guide(address, _title(path)) for address, path in found}


def text_of(guide: Guide) -> str:
    """The Markdown of a document without its title."""
    return (_docs() / f"{guide.address}.md").read_text(encoding="utf-8").partition("\n")[2].strip()


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")


def _docs() -> Path:
    return Path(settings.BASE_DIR) / "docs"
