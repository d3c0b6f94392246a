"""What a run reads that follows nudges: the side where something changed, and of it the records that were named.

The watermark stays where it is: runs by the clock read everything since it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connectors.api.values import Condition, Record, RecordRef
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context

Store = Callable[[Sequence[Record]], None]


def is_enough(context: Context, side: Side, always: Sequence[Condition], fields: Sequence[str], store: Store) -> bool:
    """Whether nothing more has to be read of this side. Side effect: the records that were named are read.

    Not where only records that meet conditions are read at all, for a record alone does not tell whether it does; nor
    where one is gone, for the list of changes tells what became of it. A side that nobody has nudged is read all the
    same where something may be created on it: it may have been made there since the last look.
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
    """Whether records are to be planned that have no counterpart."""
    linked = Link.objects.active_of(context.sync).values("left_id")
    rows = MirrorRecord.objects.left_of(context.sync, needs_planning=True).alive_in_scope()
    return rows.exclude(remote_id__in=linked).exists()
