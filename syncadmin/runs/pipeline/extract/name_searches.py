"""Searches by name for the records that new left records will refer to, before they are planned (S2.12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q

from connectors.api.values import Compare, Condition, Query, Record
from mappings.kinds.name_search import NameSearch
from mappings.rules.texts import fold
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage.steps import chunks

CHUNK = 500
# Two are as good as many: only one alone counts.
ENOUGH = 2


def search(context: Context) -> None:
    """Store the result of the searches with each right record that may become a new left one. Safe to repeat.

    Records that are held are searched for again: what they lacked may exist now.
    """
    if not context.book.config.creates_left:
        return
    linked = Link.objects.active_of(context.sync).values("right_id")
    rights = MirrorRecord.objects.right_of(context.sync).alive_in_scope()
    rows = rights.filter(Q(needs_planning=True) | Q(status=RecordStatus.PROBLEM))
    for wanted in context.kind.searches:
        for ids in chunks(rows.exclude(remote_id__in=linked).values_list("id"), CHUNK):
            _complete(context, wanted, list(MirrorRecord.objects.filter(id__in=[id for (id,) in ids])))


def _complete(context: Context, search: NameSearch, rows: Sequence[MirrorRecord]) -> None:
    wanted = {row.pk: str(row.values.get(search.source) or "").strip() for row in rows}
    found = _found(context, search, sorted({text for text in wanted.values() if text}))
    for row in rows:
        before, now = row.values.get(search.field), found[fold(wanted[row.pk])]
        row.values = {**row.values, search.field: now}
        row.needs_planning = row.needs_planning or before != now
    with context.progress.holding():
        MirrorRecord.objects.bulk_update(rows, ["values", "needs_planning"], batch_size=200)


def _found(context: Context, search: NameSearch, texts: Sequence[str]) -> Mapping[str, list[dict[str, Any]]]:
    """Records by folded name; for a name without one, some whose names contain it."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if texts:
        for record in _read(context, search, Condition(search.by, tuple(texts))):
            found[fold(record.values[search.by])].append(_plain(search, record))
    for text in texts:
        if not found[fold(text)] and len(fold(text)) >= search.fewest_letters:
            within = Condition(search.by, (text,), by=Compare.CONTAINS)
            found[fold(text)] = [_plain(search, one) for one in _read(context, search, within, ENOUGH)]
    return found


def _read(context: Context, search: NameSearch, where: Condition, limit: int | None = None) -> Iterator[Record]:
    query = Query(search.object, (search.by, *search.fields), (where,), limit=limit)
    return (record for page in context.left.read(query) for record in page.records)


def _plain(search: NameSearch, record: Record) -> dict[str, Any]:
    return {"Id": record.ref.id, **{name: record.values.get(name) for name in (search.by, *search.fields)}}
