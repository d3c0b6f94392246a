"""Finds the sync of a page, and the navigation entry that it belongs to."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from mappings.addresses import section_url
from mappings.models import Sync
from mappings.selectors import sync_of


def stand_below(request: HttpRequest, kind: str) -> None:
    """Show the page below the heading of its kind in the navigation."""
    request.section = section_url(kind)  # type: ignore[attr-defined]  # the navigation reads it from the request


def sync_at(request: HttpRequest, slug: str) -> Sync:
    """The sync with everything its page shows, in its place in the navigation. Raises Http404.

    One of an unknown kind has nothing to configure.
    """
    sync = sync_of(slug)
    if not sync.is_known:
        raise Http404(sync.why_off)
    stand_below(request, sync.kind)
    return sync
