"""Rows of the mirror as named tuples, for reading and writing many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from connectors.api.values import Record, RecordRef
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.storage import bulk


@dataclass(slots=True)
class MirrorRow:
    """One row of MirrorRecord, without its id."""

    sync: int
    side: str
    remote_id: str
    digest: str = ""
    label: str = ""
    match_key: str = ""
    lookalike_key: str = ""
    address_look: str = ""
    external_key: str = ""
    criterion_2_key: str = ""
    criterion_3_key: str = ""
    parent_key: str = ""
    needs_planning: bool = True
    in_scope: bool = True
    deleted: bool = False
    status: str = ""
    reason: str = ""
    failures: int = 0
    refused_in: int = 0
    refused_for: str = ""
    last_run: int = 0
    missing_since: datetime | None = None
    unusable: str = ""
    values: Any = None
    modified_at: datetime | None = None

    def record(self, remote_object: str) -> Record:
        """The mirrored record as the engine takes it."""
        return Record(RecordRef(remote_object, self.remote_id), self.values, self.modified_at, self.deleted)


COLUMNS = tuple(field.name for field in fields(MirrorRow))
KEY = ("sync", "side", "remote_id")
MOST_OF_ONE = 20
"""Records of one user that are read with it."""
_values = attrgetter(*COLUMNS)


def rows_of(sync_id: int, side: Side, **where: Any) -> list[MirrorRow]:
    """The mirror rows of one side that match, by id."""
    found = MirrorRecord.objects.of_side(sync_id, side, **where).order_by("id")
    return [MirrorRow(*row) for row in found.values_list(*COLUMNS)]


def pair_to_read(record: MirrorRecord) -> dict[str, list[str]]:
    """The ids of a record and its counterparts by side, to be read by a run. Side effect: they are planned again.

    Without a counterpart, everything that changed on the other side is read.
    """
    mine, other = ("left_id", "right_id") if record.side == Side.LEFT else ("right_id", "left_id")
    linked = Link.objects.active_of(record.sync, **{mine: record.remote_id}).values_list(other, flat=True)
    ids = {Side(record.side): [record.remote_id], Side(record.side).other: list(linked[:MOST_OF_ONE])}
    rows = MirrorRecord.objects.of_sync(record.sync).alive()
    for side, of_side in ids.items():
        replan(rows.filter(side=side, remote_id__in=of_side, in_scope=True))
    return {str(side): of_side for side, of_side in ids.items()}


def replan(rows: QuerySet[MirrorRecord], **values: Any) -> int:
    """Plan these records again, even if a run is about to write an earlier plan for them (S1.7, S1.11). Returns their
    number.
    """
    return rows.update(needs_planning=True, requeued=True, **values)


def insert(rows: Iterable[MirrorRow]) -> None:
    """Insert rows that are known to be new."""
    bulk.insert(MirrorRecord, COLUMNS, map(_values, rows))


def upsert(rows: Iterable[MirrorRow]) -> None:
    """Insert rows or overwrite existing ones."""
    bulk.upsert(MirrorRecord, COLUMNS, map(_values, rows), KEY)
