"""The left navigation."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the registry."""

    label: str
    icon: str
    url_name: str


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one page shows it."""

    label: str
    icon: str
    url: str
    active: bool


ENTRIES = (
    Entry("Overview", "home", "overview"),
    Entry("Connections", "plug-connected", "connectors:list"),
    Entry("Accounts", "building", "mappings:accounts"),
    Entry("People", "users", "synced_people"),
    Entry("Runs", "player-play", "runs:list"),
    Entry("Records", "zoom-question", "records:list"),
    Entry("Logs", "list-details", "logs:list"),
    Entry("Settings", "settings", "settings"),
)


def links(path: str, entries: tuple[Entry, ...] = ENTRIES) -> list[Link]:
    """All entries; the one whose address is the longest beginning of ``path`` is active."""
    found = [(entry, reverse(entry.url_name)) for entry in entries]
    best = max((url for _, url in found if path.startswith(url)), key=len, default="")
    active = "" if best == "/" and path != "/" else best
    return [Link(entry.label, entry.icon, url, url == active) for entry, url in found]
