"""What a run reads after a nudge: only the side, and the records, that changed.

The watermark does not move: scheduled runs read everything since it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connectors.api.values import Condition, Record, RecordRef
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context

Store = Callable[[Sequence[Record]], None]


def is_enough(context: Context, side: Side, always: Sequence[Condition], fields: Sequence[str], store: Store) -> bool:
    """Whether the nudged records are all that has to be read of this side. Side effect: they are read and stored.

    False where only records that meet conditions are read, because a single record does not tell whether it meets them;
    where a record is gone, because only the list of changes says why; and for a side without a nudge on which something
    may be created, because the record may exist there by now.
    """
    asked = context.run.asked
    if not asked:
        return False
    if side not in asked:
        return not (_without_counterpart(context) if side is Side.RIGHT else context.book.config.creates_left)
    if not (ids := asked[side]) or always:
        return False
    refs = [RecordRef(context.remote_object(side), id) for id in ids]
    records = list(context.connector(side).fetch(refs, fields))
    if any(record.deleted for record in records):
        return False
    with context.progress.holding():
        store(records)
    context.progress.advance(len(ids))
    return True


def _without_counterpart(context: Context) -> bool:
    """Whether records without a counterpart are waiting to be planned."""
    linked = Link.objects.active_of(context.sync).values("left_id")
    rows = MirrorRecord.objects.left_of(context.sync, needs_planning=True).alive_in_scope()
    return rows.exclude(remote_id__in=linked).exists()
