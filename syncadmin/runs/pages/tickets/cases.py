"""Finds the cases that tickets were sent as."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from connectors.models import Connection
from mappings.kinds.registry import kinds
from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link
from syncadmin.runs.pages.tickets.scope import words_of
from syncadmin.runs.status.labels import record_url


@dataclass(frozen=True, slots=True)
class SentAs:
    """The record that a ticket is linked to: its noun and its address."""

    one: str
    url: str


def sent_as(connection: Connection, ids: Collection[str]) -> dict[str, SentAs]:
    """The records that these tickets are linked to, by ticket id. Two queries; none without a kind of tickets."""
    object = words_of(connection).object
    sides = {
        kind.slug: side
        for kind in kinds()
        for side in Side
        if (kind.side(side).system, kind.side(side).object) == (connection.kind, object)
    }
    if not sides or not ids:
        return {}
    here = Q(left=connection) | Q(right=connection)
    syncs = {sync.pk: sync for sync in Sync.objects.filter(here, kind__in=sides).select_related("left", "right")}
    found = {}
    for link in Link.objects.active_of(list(syncs)).filter(Q(left_id__in=ids) | Q(right_id__in=ids)):
        sync = syncs[link.sync_id]
        side = sides[sync.kind]
        ticket, other = (link.left_id, link.right_id) if side is Side.LEFT else (link.right_id, link.left_id)
        found[ticket] = SentAs(_one(sync, side.other), record_url(sync, side.other, other))
    return found


def _one(sync: Sync, side: Side) -> str:
    names = next(kind for kind in kinds() if kind.slug == sync.kind).names
    return names.left_one if side is Side.LEFT else names.right_one
