"""Records that were deleted where no list of changes tells of it: the whole list is looked through now and then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.utils import timezone

from connectors.api.values import Query, Record
from syncadmin.engine.steps import Side
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import MirrorRecord, SideState
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared import missing

EVERY = timedelta(hours=1)
# Longer lists are looked through less often: so many records an hour.
RECORDS_AN_HOUR = 10_000
CHUNK = 500
Store = Callable[[Sequence[Record]], None]


def look_for(context: Context, side: Side, state: SideState, query: Query, store: Store) -> bool:
    """After a read of changes: what the whole list does not show is asked for by id, and buried where it is gone.

    Returns whether it was looked for now. Of each record as little is read as one call for many of them tells.
    """
    if not context.connection(side).spec.hides_deletions or not _is_due(context, side, state):
        return False
    declared = context.kind.rechecked(context.book.config) if side is Side.LEFT else ()
    names = declared or (context.kind.left_name if side is Side.LEFT else context.kind.right_name,)
    for page in context.connector(side).read(Query(query.object, names, query.where)):
        ids = [record.ref.id for record in page.records]
        for start in range(0, len(ids), CHUNK):
            with context.progress.holding():
                rows = MirrorRecord.objects.of_side(context.sync, side, remote_id__in=ids[start : start + CHUNK])
                rows.update(last_run=context.run.pk)
        context.progress.beat()
    missing.confirm(context, side, query.fields, store, filtered=bool(query.where))
    return True


def _is_due(context: Context, side: Side, state: SideState) -> bool:
    """Each time where people start a run, else once an hour; less often where the list is long."""
    if state.listed_at is None:
        return True
    known = MirrorRecord.objects.of_side(context.sync, side).alive().count()
    pause = EVERY * (known // RECORDS_AN_HOUR)
    pause = max(pause, EVERY) if context.run.trigger == Trigger.AUTOMATIC else pause
    return timezone.now() - state.listed_at > pause
