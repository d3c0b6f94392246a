"""Which records are linked, for apps that do not know runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord


def linked_values(sync: Sync) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Id and last read values of each linked left record in scope. One query."""
    linked = Link.objects.active_of(sync).values("left_id")
    rows = MirrorRecord.objects.left_of(sync, remote_id__in=linked).alive_in_scope()
    yield from rows.values_list("remote_id", "values").iterator(chunk_size=2_000)


def linked_rights(syncs: Sequence[Sync]) -> set[str]:
    """The ids of the right records that these syncs have linked to a record that exists. One query."""
    return set(of_existing_records(Link.objects.active_of(syncs)).values_list("right_id", flat=True))


def of_existing_records(links: QuerySet[Link]) -> QuerySet[Link]:
    """Those of these links whose records both exist."""
    for column, side in (("left_id", Side.LEFT), ("right_id", Side.RIGHT)):
        gone = MirrorRecord.objects.filter(sync=OuterRef("sync"), side=side, remote_id=OuterRef(column), deleted=True)
        links = links.exclude(Exists(gone))
    return links
