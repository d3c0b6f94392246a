"""Brings messages that a system sent by itself into the mirror, in chunks.

For each chunk, in this order: leave out messages about records outside the sync, read the records that a message only
reports as changed, add the values of the other messages, and store records and messages in one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.utils import timezone

from connectors.api.protocol import Pushes
from connectors.api.values import Record, RecordRef
from syncadmin.engine.steps import Side
from syncadmin.inbox.models import Delivery, DeliveryState, Message
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.pipeline.context import Context

CHUNK = 1_000
# So often a sync that gets messages is compared with the system itself, where a message may have been lost.
COMPARED_EVERY = timedelta(hours=1)
UNKNOWN_RECORD, NOT_MAPPED = "unknown_record", "not_mapped"
Store = Callable[[Sequence[Record]], None]


@dataclass(slots=True)
class _Chunk:
    """Messages by the record that they are about, and the reason codes of those that are left out."""

    of_record: dict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    left_out: dict[int, str] = field(default_factory=dict)


def are_enough(context: Context, read_at: datetime | None) -> bool:
    """Whether an automatic run can skip reading: messages wait, and everything was compared recently."""
    if context.run.trigger != Trigger.AUTOMATIC or read_at is None or timezone.now() - read_at > COMPARED_EVERY:
        return False
    return Delivery.objects.filter(sync=context.sync, state=DeliveryState.QUEUED).exists()


def take(context: Context, fields: Sequence[str], store: Store) -> None:
    """Bring the waiting messages of this sync into the mirror. Calls the left system for records to read again."""
    pushes = context.connection(Side.LEFT).spec.pushes
    if pushes is None or pushes.object != context.kind.left_object:
        return
    queued = Delivery.objects.filter(sync=context.sync, state=DeliveryState.QUEUED).select_related("message")
    last = 0
    while found := list(queued.filter(id__gt=last).order_by("id")[:CHUNK]):
        last = found[-1].pk
        _take_chunk(context, pushes, fields, found, store)
        context.progress.beat()


def newest(context: Context, side: Side, fields: Sequence[str], records: Sequence[Record]) -> Sequence[Record]:
    """The records as read, except where a message has newer values. One query."""
    pushes = context.connection(Side.LEFT).spec.pushes
    if side is Side.RIGHT or pushes is None or pushes.object != context.kind.left_object:
        return records
    known = _known(context, [record.ref.id for record in records])
    return [
        replace(record, values=pushes.newest(known[record.ref.id], record, fields))
        if record.ref.id in known and not record.deleted
        else record
        for record in records
    ]


def _take_chunk(
    context: Context, pushes: Pushes, fields: Sequence[str], deliveries: list[Delivery], store: Store
) -> None:
    chunk = _sorted(deliveries)
    looked_up = _fetched(context, fields, _to_look_up(context, chunk))
    known = _known(context, chunk.of_record.keys() - looked_up.keys())
    records = list(looked_up.values())
    for id, about in chunk.of_record.items():
        values: Mapping[str, Any] = known.get(id, {})
        for delivery in about:
            body = orjson.loads(delivery.message.body or b"{}")
            if id in looked_up:
                delivery.fields = [rule.right for rule in context.book.rules]
                continue
            after = pushes.merge(values, body, fields)
            if not after:
                chunk.left_out[delivery.pk] = NOT_MAPPED
                continue
            values, delivery.fields = after, _spoken_of(context, pushes.merge({}, body, fields))
        if id not in looked_up and values and values is not known.get(id):
            moment = max((one.message.happened_at for one in about if one.message.happened_at), default=None)
            records.append(Record(RecordRef(pushes.object, id), values, moment))
    for delivery in deliveries:
        delivery.code = chunk.left_out.get(delivery.pk, "")
        delivery.state = DeliveryState.SKIPPED if delivery.code else DeliveryState.TAKEN
        delivery.run_id = context.run.pk
    with context.progress.holding():
        store(records)
        Delivery.objects.bulk_update(deliveries, ["state", "code", "fields", "run_id"], batch_size=200)


def _sorted(deliveries: Sequence[Delivery]) -> _Chunk:
    chunk = _Chunk()
    nameless = {one.message.entity for one in deliveries if not one.message.record and not one.message.left_out}
    connections = {one.message.connection_id for one in deliveries}
    earlier = Message.objects.filter(connection__in=connections, entity__in=nameless).exclude(record="")
    records = dict(earlier.values_list("entity", "record")) if nameless else {}
    for delivery in deliveries:
        message = delivery.message
        record = message.record or records.get(message.entity, "")
        if message.left_out or not record:
            chunk.left_out[delivery.pk] = message.left_out or UNKNOWN_RECORD
        else:
            chunk.of_record[record].append(delivery)
    return chunk


def _to_look_up(context: Context, chunk: _Chunk) -> set[str]:
    """The records to read: those whose values changed or were withdrawn, and those believed to be deleted."""
    entities = {one.message.entity for about in chunk.of_record.values() for one in about}
    later = Message.objects.filter(connection=context.sync.left, entity__in=entities, look_up=True)
    changed = set(later.values_list("entity", flat=True))
    gone = MirrorRecord.objects.left_of(context.sync, remote_id__in=chunk.of_record.keys(), deleted=True)
    return set(gone.values_list("remote_id", flat=True)) | {
        id for id, about in chunk.of_record.items() if any(one.message.entity in changed for one in about)
    }


def _fetched(context: Context, fields: Sequence[str], ids: Collection[str]) -> dict[str, Record]:
    refs = [RecordRef(context.kind.left_object, id) for id in sorted(ids)]
    return {record.ref.id: record for record in context.left.fetch(refs, fields)} if refs else {}


def _known(context: Context, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    rows = MirrorRecord.objects.left_of(context.sync, remote_id__in=ids).alive()
    return dict(rows.values_list("remote_id", "values"))


def _spoken_of(context: Context, values: Mapping[str, Any]) -> list[str]:
    """The right fields that a message has values for."""
    rules = context.book.rules
    return [
        rule.right for rule in rules if values.get(rule.left) is not None and values.get(rule.left) not in rule.unsaid
    ]
