"""The left navigation. An entry whose URL does not exist is left out, so apps can come and go."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the registry: ``url_name`` is reversed without arguments unless ``args`` are given."""

    label: str
    icon: str
    url_name: str
    args: tuple[str, ...] = ()


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
    """The entries that exist; the one whose address is the longest beginning of ``path`` is active."""
    found = [(entry, url) for entry in entries if (url := _url(entry))]
    best = max((url for _, url in found if path.startswith(url)), key=len, default="")
    active = "" if best == "/" and path != "/" else best
    return [Link(entry.label, entry.icon, url, url == active) for entry, url in found]


def _url(entry: Entry) -> str:
    try:
        return reverse(entry.url_name, args=entry.args)
    except NoReverseMatch:
        return ""
