"""Builds the navigation: fixed pages, and the headings of the kinds of sync."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from mappings.addresses import heading_url
from mappings.kinds.registry import headings
from syncadmin.web.navigation import Entry, links

_BEFORE = (("Overview", "home", "overview"), ("Connections", "plug-connected", "connectors:list"))
_AFTER = (
    ("Runs", "player-play", "runs:list"),
    ("Records", "zoom-question", "records:list"),
    ("Logs", "list-details", "logs:list"),
    ("Settings", "settings", "settings"),
)


def entries() -> Iterator[Entry]:
    """Every entry, from the top."""
    for label, icon, name in _BEFORE:
        yield Entry(label, icon, reverse(name))
    for heading in headings():
        yield Entry(heading.title, heading.icon, heading_url(heading))
    for label, icon, name in _AFTER:
        yield Entry(label, icon, reverse(name))


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The navigation for templates, at this address or at the ``section`` that a view named."""
    return {"navigation": links(getattr(request, "section", request.path), entries())}
