"""Records that a full read did not return: read by id before they count as deleted, and looked for again later."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from connectors.api.values import MERGED_INTO, Record, RecordRef
from mappings.kinds.declaration import MASTER_RECORD
from syncadmin.engine import losses
from syncadmin.engine.steps import Side
from syncadmin.inbox.models import Message
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared import requeue

CHUNK = 2_000
# Records that are looked for again, and for how long; a look costs a call for each 2,000 or 100 of them.
MOST_LOOKED_FOR = 2_000
LOOKED_FOR = timedelta(days=30)
# So long a record that was told of may be missing from what is read.
LAGS = timedelta(minutes=15)
Store = Callable[[Sequence[Record]], None]


def confirm(context: Context, side: Side, fields: Sequence[str], store: Store, *, filtered: bool) -> None:
    """After a full read: pass records that still exist by id to ``store``, and mark the others as deleted.

    If the remote system ``filtered`` the read, records that were outside the filter before are not looked for.
    """
    unseen = MirrorRecord.objects.of_side(context.sync, side).alive().exclude(last_run=context.run.pk)
    if filtered:
        unseen = unseen.filter(Q(in_scope=True) | Q(remote_id__in=_linked(context, side)))
    for ids in _chunks(unseen):
        found = _fetched(context, side, ids, fields)
        _keep(context, found, store)
        gone = set(ids) - {record.ref.id for record in found}
        gone -= _recently_received(context, gone) if side is Side.LEFT else set()
        merged = merges(context, gone) if side is Side.LEFT else {}
        with context.progress.holding():
            bury(context, side, gone - merged.keys())
            _bury_merged(context, merged)
        context.progress.beat()


def _recently_received(context: Context, ids: Collection[str]) -> set[str]:
    """Those of these left records that a recent message was about, other than a deletion: reads lag behind messages."""
    messages = Message.objects.filter(connection=context.sync.left, record__in=ids, left_out="")
    lately = messages.filter(received_at__gt=timezone.now() - LAGS).values_list("record", "look_up")
    found = list(lately) if context.sync.left.spec.pushes else []
    return {id for id, _ in found} - {id for id, look_up in found if look_up}


def look_again(context: Context, side: Side, fields: Sequence[str], store: Store) -> None:
    """Store records that a full read did not find and that exist again: no change of theirs announces it."""
    since = timezone.now() - LOOKED_FOR
    lost = MirrorRecord.objects.of_side(context.sync, side, missing_since__gt=since)
    ids = list(lost.order_by("-missing_since").values_list("remote_id", flat=True)[:MOST_LOOKED_FOR])
    if ids:
        _keep(context, _fetched(context, side, ids, fields), store)


def is_another_system(context: Context, side: Side) -> bool:
    """Whether a full read at a new address found none of the linked records, neither listed nor by id."""
    ours = MirrorRecord.objects.of_side(context.sync, side, remote_id__in=_linked(context, side))
    if not ours.exists() or ours.filter(last_run=context.run.pk).exists():
        return False
    some = list(ours.order_by("id").values_list("remote_id", flat=True)[:100])
    return not _fetched(context, side, some, _name(context, side))


def too_many(context: Context) -> str:
    """Why a person must look before this plan is written, because a read lost many records; "" if none did."""
    for side in Side:
        linked = _linked(context, side)
        records = MirrorRecord.objects.of_side(context.sync, side, remote_id__in=linked)
        lost = records.filter(missing_since__isnull=False, needs_planning=True).count()
        if lost and losses.too_many(known := records.count(), lost):
            names = context.kind.names
            return losses.sentence(names.left_system if side is Side.LEFT else names.right_system, known, lost)
    return ""


def _linked(context: Context, side: Side) -> QuerySet[Link, str]:
    column = "left_id" if side is Side.LEFT else "right_id"
    return Link.objects.active_of(context.sync).values_list(column, flat=True)


def _name(context: Context, side: Side) -> tuple[str, ...]:
    return (context.kind.left_name if side is Side.LEFT else context.kind.right_name,)


def _chunks(rows: QuerySet[MirrorRecord]) -> Iterator[list[str]]:
    last = 0
    while found := list(rows.filter(id__gt=last).order_by("id").values_list("id", "remote_id")[:CHUNK]):
        last = found[-1][0]
        yield [remote_id for _, remote_id in found]


def _fetched(context: Context, side: Side, ids: Sequence[str], fields: Sequence[str]) -> list[Record]:
    """Those of these records that exist."""
    refs = [RecordRef(context.remote_object(side), id) for id in ids]
    return [record for record in context.connector(side).fetch(refs, fields) if not record.deleted]


def merges(context: Context, ids: Collection[str]) -> dict[str, str]:
    """Those of these left records that were merged into another one, with its id."""
    refs = [RecordRef(context.kind.left_object, id) for id in sorted(ids)]
    found = context.left.fetch(refs, (MERGED_INTO,)) if refs else ()
    return {record.ref.id: master for record in found if (master := record.values.get(MERGED_INTO))}


def _keep(context: Context, found: Sequence[Record], store: Store) -> None:
    if found:
        with context.progress.holding():
            store(found)


def bury(context: Context, side: Side, ids: Collection[str]) -> None:
    """Mark these records as deleted; they are looked for again."""
    _replan_others(context, side, ids)
    rows = MirrorRecord.objects.of_side(context.sync, side, remote_id__in=ids)
    rows.update(deleted=True, needs_planning=True, missing_since=timezone.now())


def _bury_merged(context: Context, masters: Mapping[str, str]) -> None:
    """Mark merged records as deleted and plan them again, as an incremental read would. They are not looked for."""
    _replan_others(context, Side.LEFT, masters.keys())
    rows = list(MirrorRecord.objects.left_of(context.sync, remote_id__in=masters))
    for row in rows:
        row.values = {**(row.values or {}), MASTER_RECORD: masters[row.remote_id]}
        row.deleted = row.needs_planning = True
    MirrorRecord.objects.bulk_update(rows, ["values", "deleted", "needs_planning"], batch_size=500)


def _replan_others(context: Context, side: Side, ids: Collection[str]) -> None:
    """Plan records again that may take the place of these, or that lost their counterpart."""
    if side is Side.RIGHT:
        requeue.replan_linked(context, ids)
    else:
        rows = MirrorRecord.objects.of_side(context.sync, side, remote_id__in=ids)
        requeue.replan_groups(context.sync, set(rows.exclude(match_key="").values_list("match_key", flat=True)))
