"""The entries of the left navigation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation, and where it leads."""

    label: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """An entry as one page shows it."""

    label: str
    icon: str
    url: str
    active: bool


def links(path: str, entries: Iterable[Entry]) -> list[NavigationLink]:
    """All entries; the one whose address is the longest beginning of ``path`` is active."""
    found = list(entries)
    best = max((entry.url for entry in found if path.startswith(entry.url)), key=len, default="")
    active = "" if best == "/" and path != "/" else best
    return [NavigationLink(entry.label, entry.icon, entry.url, entry.url == active) for entry in found]
