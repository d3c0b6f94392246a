"""Where a check leads: the address of the place where something can be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from mappings.addresses import heading_url, list_url
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.engine.checks.assessment import Check, Place
from syncadmin.engine.steps import Side
from syncadmin.runs.pages.records.tables import needing_address
from syncadmin.runs.status.record_status import RecordStatus

_RECORDS: dict[Place, tuple[str, RecordStatus]] = {
    Place.AMBIGUOUS: ("", RecordStatus.AMBIGUOUS),
    Place.NAMELESS: (Side.LEFT, RecordStatus.NO_NAME),
    Place.UNMATCHED: (Side.RIGHT, RecordStatus.UNMATCHED),
    Place.NO_EMAIL: (Side.LEFT, RecordStatus.NO_EMAIL),
    Place.CONVERTED: (Side.LEFT, RecordStatus.CONVERTED),
}
_SECTIONS = {
    Place.MAPPING: "",
    Place.SCOPE: "#scope",
    Place.FIELDS: "#fields",
    Place.MATCHING: "#matching",
    Place.DUPLICATES: "#duplicates",
    Place.CREATING: "#creating",
}


@dataclass(frozen=True, slots=True)
class Link:
    """An address with its words; ``outside`` is in the remote system, not here."""

    url: str
    words: str
    outside: bool = False


def links(check: Check, sync: Sync, before: Sync | None) -> list[Link]:
    """Where the check leads, the best place first. ``before`` is the sync that has to be complete first."""
    ways = [(check.place, check.link), *((way.place, way.link) for way in check.more)]
    found = [Link(_address(place, sync, before), words, place is Place.HELPDESK) for place, words in ways if place]
    return [link for link in found if link.url and link.words]


def sync_before(sync: Sync) -> Sync | None:
    """The sync between the same two systems that this one builds on (S3.43); None without one. At most one query."""
    kinds = kind_of(sync.kind).depends_on
    if not kinds:
        return None
    return sync.beside(kinds).order_by("pk").first()


def trail(sync: Sync) -> list[Link]:
    """The pages above the check of a sync: the list of its kind, below the page of its heading, and the sync."""
    kind = kind_of(sync.kind)
    above = [Link(heading_url(kind.heading), kind.heading.title)] if kind.heading.page else []
    of_kind = Link(list_url(sync.kind), kind.left.many.capitalize())
    return [*above, of_kind, Link(sync.get_absolute_url(), sync.slug)]


def _address(place: Place, sync: Sync, before: Sync | None) -> str:
    """Empty where there is nowhere to go, or where a button stands instead."""
    if place in _RECORDS:
        side, standing = _RECORDS[place]
        return reverse("records:list") + needing_address(sync, side, standing)
    if place in _SECTIONS:
        return sync.get_absolute_url() + _SECTIONS[place]
    match place:
        case Place.LEFT:
            return sync.left.get_absolute_url()
        case Place.RIGHT:
            return sync.right.get_absolute_url()
        case Place.SETTINGS:
            return f"{sync.get_absolute_url()}#{'person' if kind_of(sync.kind).people else 'organization'}"
        case Place.HELPDESK:
            return sync.right.base_url.rstrip("/") + sync.right.spec.pages.get("end_users", "")
        case Place.FIRST:
            return before.get_absolute_url() if before else list_url(kind_of(sync.kind).depends_on[0])
        case _:
            return ""
