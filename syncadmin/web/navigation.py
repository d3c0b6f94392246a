"""The entries of the left navigation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the navigation and its address."""

    label: str
    icon: str
    url: str
    guide: str = ""
    """The document about its pages."""


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """An entry as shown on one page."""

    label: str
    icon: str
    url: str
    active: bool
    guide: str = ""


def links(path: str, entries: Iterable[Entry]) -> list[NavigationLink]:
    """All entries; active is the one whose address is the longest prefix of ``path``."""
    found = list(entries)
    best = max((entry.url for entry in found if path.startswith(entry.url)), key=len, default="")
    active = "" if best == "/" and path != "/" else best
    return [NavigationLink(entry.label, entry.icon, entry.url, entry.url == active, entry.guide) for entry in found]
