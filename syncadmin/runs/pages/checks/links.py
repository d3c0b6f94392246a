"""The page that each check links to."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from mappings.addresses import heading_url, list_url
from mappings.kinds.findings import CheckLink, Destination
from mappings.kinds.registry import kind_of, list_title
from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.pages.records.tables import needing_address


@dataclass(frozen=True, slots=True)
class Address:
    """A link with its text; ``outside`` leads to the remote system."""

    url: str
    words: str
    outside: bool = False


def addresses(links: tuple[CheckLink, ...], sync: Sync, before: Sync | None) -> list[Address]:
    """The links of a check, most useful first. ``before`` is the sync that has to be complete first."""
    found = [Address(_url(link, sync, before), link.words, link.to is Destination.REMOTE) for link in links]
    return [link for link in found if link.url]


def sync_before(sync: Sync) -> Sync | None:
    """The sync between the same two systems that has to be complete first (S3.43); None without one. At
    most one query.
    """
    kinds = kind_of(sync.kind).depends_on
    return sync.beside(kinds).order_by("pk").first() if kinds else None


def trail(sync: Sync) -> list[Address]:
    """The breadcrumb above the check page of a sync."""
    kind = kind_of(sync.kind)
    above = [Address(heading_url(kind.heading), kind.heading.title)] if kind.heading.page else []
    of_kind = Address(list_url(sync.kind), list_title(kind))
    return [*above, of_kind, Address(sync.get_absolute_url(), sync.slug)]


def _url(link: CheckLink, sync: Sync, before: Sync | None) -> str:
    """The address of a link; "" if there is none, or if a button is shown instead."""
    match link.to:
        case Destination.MAPPING:
            return _section(link.detail, sync)
        case Destination.RECORDS:
            side, _, status = link.detail.partition(":")
            return reverse("records:list") + needing_address(sync, side, status)
        case Destination.CONNECTION:
            return (sync.left if link.detail == Side.LEFT else sync.right).get_absolute_url()
        case Destination.REMOTE:
            return sync.right.base_url.rstrip("/") + sync.right.spec.pages.get(link.detail, "")
        case Destination.FIRST:
            return before.get_absolute_url() if before else list_url(kind_of(sync.kind).depends_on[0])
        case Destination.PLAN:
            return ""


def _section(detail: str, sync: Sync) -> str:
    """The section of the mapping page with this name, or the one that contains this option; "" if there is none."""
    if not detail:
        return sync.get_absolute_url()
    section = kind_of(sync.kind).section_of(detail)
    return f"{sync.get_absolute_url()}#{section.name}" if section else ""
