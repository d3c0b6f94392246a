"""Reads of the left side that several syncs of one configuration have in common, as twenty mailboxes of one org do: the
first of them reads, the others take what it has read.

A read serves a sync whose run was asked for before the read began, so nobody misses an edit of their own. One that goes
on from an earlier moment serves as well: what comes twice is no news.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from connectors.api.values import Page, Query, Record, RecordRef
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.services import fingerprint
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import SharedPage, SharedRead
from syncadmin.runs.pipeline.context import Context

KEPT = timedelta(minutes=15)
# A run that the clock starts may take what was read a short while before.
CLOCK = timedelta(minutes=1)


def read(context: Context, query: Query) -> Iterator[Page]:
    """The pages of a read of the left side. See ``Connector.read``."""
    if not _has_others(context.sync):
        yield from context.left.read(query)
    elif (found := _found(context, query)) is not None:
        yield from _pages(found, query)
    else:
        yield from _kept(context, query)


def forget(sync: Sync) -> None:
    """What was read of the left side is old: a run has written there."""
    SharedRead.objects.filter(connection=sync.left).delete()


def _has_others(sync: Sync) -> bool:
    return kind_of(sync.kind).part_list is not None and sync.beside([sync.kind]).on().exclude(pk=sync.pk).exists()


def _found(context: Context, query: Query) -> SharedRead | None:
    run, connection = context.run, context.sync.left
    asked_at = run.created_at - (CLOCK if run.trigger == Trigger.AUTOMATIC else timedelta())
    fresh = max(asked_at, timezone.now() - KEPT)
    reads = SharedRead.objects.filter(connection=connection, key=_key(query), began_at__gte=fresh, complete=True)
    if query.since is None:
        reads = reads.filter(since="")
    else:
        # watermarks of moments sort as texts; others have to be the same
        earlier = connection.spec.watermark_at is not None
        reads = reads.exclude(since="").filter(**{"since__lte" if earlier else "since": query.since})
    return reads.order_by("-began_at").first()


def _kept(context: Context, query: Query) -> Iterator[Page]:
    now = timezone.now()
    SharedRead.objects.filter(connection=context.sync.left, began_at__lt=now - KEPT).delete()
    kept = SharedRead.objects.create(
        connection=context.sync.left, key=_key(query), since=query.since or "", began_at=now
    )
    watermark = ""
    for page in context.left.read(query):
        watermark = page.watermark or watermark
        if page.records:
            SharedPage.objects.create(read=kept, records=[_stored(record) for record in page.records])
        yield page
    SharedRead.objects.filter(pk=kept.pk).update(watermark=watermark, complete=True)


def _pages(found: SharedRead, query: Query) -> Iterator[Page]:
    for records in found.pages.order_by("pk").values_list("records", flat=True).iterator(1):
        yield Page(tuple(_record(query.object, stored) for stored in records))
    yield Page((), watermark=found.watermark or None)


def _key(query: Query) -> str:
    return fingerprint(query.object, query.fields, query.where, query.limit)


def _stored(record: Record) -> list[Any]:
    moment = record.modified_at.isoformat() if record.modified_at else ""
    return [record.ref.id, record.values, moment, record.deleted]


def _record(object: str, stored: list[Any]) -> Record:
    id, values, moment, deleted = stored
    return Record(RecordRef(object, id), values, datetime.fromisoformat(moment) if moment else None, deleted)
