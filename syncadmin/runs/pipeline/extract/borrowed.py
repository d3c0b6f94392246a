"""Reads left records again whose values come from another record, such as an account's name, when that one changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.api.values import Query, Record, RecordRef
from mappings.rules.borrowed import Borrowed
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.extract import shared_reads
from syncadmin.runs.pipeline.shared.match_keys import LOOKUP_KEYS
from syncadmin.runs.storage import mirror
from syncadmin.runs.storage.mirror import MirrorRow
from syncadmin.runs.storage.steps import chunks

CHUNK = 500
# Clocks differ a little, and a change shows up in an export some time after it was made.
OVERLAP = timedelta(minutes=5)


def refresh(
    context: Context, fields: Sequence[str], read_at: datetime | None, store: Callable[[Sequence[Record]], None]
) -> None:
    """Store the records whose borrowed values changed since ``read_at``.

    One call for each kind of lender; none if nothing is borrowed, or everything was just read.
    """
    watermark_at = context.connection(Side.LEFT).spec.watermark_at
    if read_at is None or watermark_at is None:
        return
    by_object: dict[str, list[Borrowed]] = defaultdict(list)
    for one in (*context.kind.left.borrowed, *context.book.config.borrowed):
        if one.field in fields:
            by_object[one.object].append(one)
    for object, borrowed in by_object.items():
        sources = tuple(dict.fromkeys(one.source for one in borrowed))
        query = Query(object, sources, since=watermark_at(read_at - OVERLAP))
        for page in shared_reads.read(context, query):
            lenders = {record.ref.id: record.values for record in page.records if not record.deleted}
            for by in dict.fromkeys(one.by for one in borrowed):  # a record may borrow of several: one after the other
                mine = [one for one in borrowed if one.by == by]
                for ids in _pieces(list(lenders)):
                    for records in _changed(context, by, mine, {id: lenders[id] for id in ids}):
                        with context.progress.holding():
                            store(records)


def _pieces(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _changed(
    context: Context, by: str, borrowed: Sequence[Borrowed], lenders: Mapping[str, Mapping[str, Any]]
) -> Iterator[list[Record]]:
    """The left records with other borrowed values than before, with their new ones, in chunks."""
    columns = {lookup.by: column for lookup, column in zip(context.kind.lookups, LOOKUP_KEYS, strict=False)}
    # only what look-ups go by has a column; else every record says whom it names
    where = {f"{columns[by]}__in": list(lenders)} if by in columns else {}
    found = MirrorRecord.objects.left_of(context.sync, **where).alive()
    for ids in chunks(found.values_list("id"), CHUNK):
        rows = mirror.rows_of(context.run.sync_id, Side.LEFT, id__in=[id for (id,) in ids])
        read = [_read_again(context, row, borrowed, lenders.get(str(row.values.get(by)), {})) for row in rows]
        yield [record for record in read if record]


def _read_again(
    context: Context, row: MirrorRow, borrowed: Sequence[Borrowed], lender: Mapping[str, Any]
) -> Record | None:
    now = {one.field: lender[one.source] for one in borrowed if one.source in lender}
    if all(row.values.get(name) == value for name, value in now.items()):
        return None
    return Record(RecordRef(context.kind.left_object, row.remote_id), now, row.modified_at)
