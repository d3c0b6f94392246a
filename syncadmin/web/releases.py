"""Reads the changelog and the known issues for their pages (S3.C8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ReleaseSection:
    """A heading of a document, its depth (2 or 3), and the lines below it."""

    title: str
    depth: int
    items: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)


def sections(text: str) -> list[ReleaseSection]:
    """The ``##`` and ``###`` headings of a Markdown text with their list items and paragraphs, without line wraps and
    marks.
    """
    found: list[ReleaseSection] = []
    for line in text.splitlines():
        plain = line.strip().replace("**", "").replace("`", "")
        if line.startswith(("## ", "### ")):
            depth = 2 if line.startswith("## ") else 3
            found.append(ReleaseSection(plain.lstrip("# "), depth))
        elif not plain or not found:
            _end_paragraph(found)
        elif plain.startswith(("- ", "* ")):
            found[-1].items.append(plain[2:])
        elif line.startswith("  ") and found[-1].items:
            found[-1].items[-1] += f" {plain}"
        else:
            _add_to_paragraph(found[-1], plain)
    return [_without_blanks(section) for section in found]


def read_sections(path: Path) -> list[ReleaseSection]:
    """The sections of a file; empty if it does not exist."""
    return sections(path.read_text(encoding="utf-8")) if path.is_file() else []


def _end_paragraph(found: list[ReleaseSection]) -> None:
    if found and found[-1].paragraphs and found[-1].paragraphs[-1]:
        found[-1].paragraphs.append("")


def _add_to_paragraph(section: ReleaseSection, text: str) -> None:
    if section.paragraphs and section.paragraphs[-1]:
        section.paragraphs[-1] += f" {text}"
    elif section.paragraphs:
        section.paragraphs[-1] = text
    else:
        section.paragraphs.append(text)


def _without_blanks(section: ReleaseSection) -> ReleaseSection:
    return ReleaseSection(section.title, section.depth, section.items, [text for text in section.paragraphs if text])
