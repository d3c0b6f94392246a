"""Finds the links that other syncs have for a record or for its counterpart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from connectors.api.registry import connector_spec
from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.status.record_status import record_status
from syncadmin.runs.status.states import Status

MOST = 200


@dataclass(frozen=True, slots=True)
class OtherPlace:
    """The same record in another system, as a sync has it. ``outside``: its address there, "" for none."""

    system: str
    label: str
    sync: Sync
    url: str
    outside: str
    status: Status


def places(sync: Sync, left: MirrorRecord | None, right: MirrorRecord | None) -> list[OtherPlace]:
    """What other syncs have linked with either record of a pair, by system. Three queries."""
    if not any(row and not row.deleted for row in (left, right)):
        return []
    others = {other.pk: other for other in Sync.objects.exclude(pk=sync.pk).select_related("left", "right")}
    ours = {(conn, row.remote_id) for conn, row in ((sync.left_id, left), (sync.right_id, right)) if row}
    found = _links(others.values(), ours)
    beyond = {(link.sync_id, side, id) for link in found for side, id in _other_end(others[link.sync_id], link, ours)}
    rows = _rows(beyond)
    made = [_place(others[row.sync_id], row) for row in rows]
    return sorted(made, key=lambda place: (place.system, str(place.sync)))


def _links(syncs: Iterable[Sync], ours: set[tuple[int, str]]) -> list[Link]:
    wanted = Q(pk__in=())
    for connection, id in ours:
        of_left = [sync.pk for sync in syncs if sync.left_id == connection]
        of_right = [sync.pk for sync in syncs if sync.right_id == connection]
        wanted |= Q(sync__in=of_left, left_id=id) | Q(sync__in=of_right, right_id=id)
    return list(Link.objects.filter(wanted, active=True)[:MOST])


def _other_end(sync: Sync, link: Link, ours: set[tuple[int, str]]) -> Iterable[tuple[Side, str]]:
    ends = ((Side.LEFT, sync.left_id, link.left_id), (Side.RIGHT, sync.right_id, link.right_id))
    return [(side, id) for side, connection, id in ends if (connection, id) not in ours]


def _rows(wanted: set[tuple[int, Side, str]]) -> list[MirrorRecord]:
    if not wanted:
        return []
    syncs, ids = {sync for sync, _, _ in wanted}, {id for _, _, id in wanted}
    rows = MirrorRecord.objects.filter(sync__in=syncs, remote_id__in=ids, deleted=False).defer("values")
    return [row for row in rows if (row.sync_id, Side(row.side), row.remote_id) in wanted]


def _place(sync: Sync, row: MirrorRecord) -> OtherPlace:
    connection = sync.left if row.side == Side.LEFT else sync.right
    object = sync.declared.side(row.side).object
    return OtherPlace(
        connector_spec(connection.kind).label,
        str(row),
        sync,
        reverse("records:detail", args=[sync.slug, row.side, row.remote_id]),
        connection.spec.record_url(connection.base_url, object, row.remote_id),
        record_status(row.status),
    )
