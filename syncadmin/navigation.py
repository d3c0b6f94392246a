"""Builds the navigation: fixed pages, and the headings of the kinds of sync."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from mappings.addresses import heading_url
from mappings.kinds.registry import headings
from syncadmin.web.glossary import guides
from syncadmin.web.navigation import Entry, links

_GENERAL = "quickstart"
_BEFORE = (("Overview", "home", "overview", _GENERAL), ("Connections", "plug-connected", "connectors:list", _GENERAL))
_AFTER = (
    ("Runs", "player-play", "runs:list", "concepts/rules"),
    ("Records", "zoom-question", "records:list", "guides/lists-and-search"),
    ("Logs", "list-details", "logs:list", "reference/log-codes"),
    ("Settings", "settings", "settings", "reference/settings"),
)


def entries() -> Iterator[Entry]:
    """Every entry, from the top."""
    for label, icon, name, guide in _BEFORE:
        yield Entry(label, icon, reverse(name), guide)
    for heading in headings():
        yield Entry(heading.title, heading.icon, heading_url(heading), heading.guide)
    for label, icon, name, guide in _AFTER:
        yield Entry(label, icon, reverse(name), guide)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The navigation for templates, at this address or at the ``section`` that a view named; and its document."""
    found = links(getattr(request, "section", request.path), entries())
    address = next((link.guide for link in found if link.active), _GENERAL)
    return {"navigation": found, "guide": guides().get(address)}
