"""The URLs of sync pages: a sync by its slug, the lists by kind."""

from __future__ import annotations

from django.urls import reverse

from mappings.kinds.declaration import Heading
from mappings.kinds.registry import kind_of, under


def list_url(kind: str) -> str:
    """The list of the syncs of a kind; the overview, which shows all, where there is no such kind."""
    return reverse("mappings:list", args=[kind]) if kind_of(kind).known else reverse("overview")


def add_url(kind: str) -> str:
    """Where a sync of this kind is added."""
    return reverse("mappings:add", args=[kind])


def heading_url(heading: Heading) -> str:
    """Where a heading of the navigation leads."""
    return reverse(heading.page) if heading.page else list_url(under(heading)[0].slug)


def section_url(kind: str) -> str:
    """The entry of the navigation that pages of this kind stand below."""
    return heading_url(kind_of(kind).heading)
