"""Which left records the chosen list view shows. Read in each run: a record enters or leaves it without
being changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from django.db.models import Q, QuerySet

from connectors.api.special_fields import LIST_VIEW
from connectors.api.values import Query, Record, RecordRef
from mappings.rules import filters
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.extract import shared_reads
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage.steps import chunks

CHUNK = 2_000
Store = Callable[[Sequence[Record]], None]


def read(context: Context) -> frozenset[str]:
    """The ids of the records that the list view shows now; empty if none is chosen.

    Raises ConfigError for a list view that does not exist, or that the connection's user cannot see.
    """
    if not context.book.config.scope.list_view:
        return frozenset()
    (asked,) = (one for one in filters.conditions(context.book.config.scope) if one.field == LIST_VIEW)
    query = Query(context.kind.left_object, (context.kind.left_name,), (asked,))
    return frozenset(record.ref.id for page in shared_reads.read(context, query) for record in page.records)


def marked(context: Context, records: Iterable[Record], shown: Collection[str]) -> list[Record]:
    """The records, with the name of the list view under LIST_VIEW in those that it shows."""
    name = context.book.config.scope.list_view
    if not name:
        return list(records)
    return [record.with_value(LIST_VIEW, name if record.ref.id in shown else "") for record in records]


def look_again(context: Context, fields: Sequence[str], store: Store, shown: Collection[str]) -> None:
    """Judge records again that entered or left the list view, and read those that entered and were never read."""
    if not context.book.config.scope.list_view:
        return
    lefts = MirrorRecord.objects.left_of(context.sync).alive()
    counted_in = Q(in_scope=True) | Q(status__in=[RecordStatus.ACCOUNT_OUTSIDE])
    for ids in _ids(lefts.filter(counted_in)):
        _store(context, store, [id for id in ids if id not in shown])
    for ids in _ids(lefts.exclude(counted_in)):
        _store(context, store, [id for id in ids if id in shown])
    for ids in _unknown(context, sorted(shown)):
        refs = [RecordRef(context.kind.left_object, id) for id in ids]
        found = [record for record in context.left.fetch(refs, fields) if not record.deleted]
        with context.progress.holding():
            store(found)


def _ids(rows: QuerySet[MirrorRecord]) -> Iterator[list[str]]:
    for found in chunks(rows.values_list("id", "remote_id"), CHUNK):
        yield [remote_id for _, remote_id in found]


def _unknown(context: Context, ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        known = MirrorRecord.objects.left_of(context.sync, remote_id__in=some).values_list("remote_id", flat=True)
        if left := sorted(set(some) - set(known)):
            yield left


def _store(context: Context, store: Store, ids: Sequence[str]) -> None:
    if not ids:
        return
    rows = MirrorRecord.objects.left_of(context.sync, remote_id__in=ids).values_list(
        "remote_id", "values", "modified_at"
    )
    object = context.kind.left_object
    with context.progress.holding():
        store([Record(RecordRef(object, id), values or {}, modified_at) for id, values, modified_at in rows])
