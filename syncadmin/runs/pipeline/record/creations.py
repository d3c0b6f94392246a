"""Stage 5 for new records: what they really hold is read back, so that no later plan takes it for an edit.

A system fills in what it was not told: a priority, an owner, the account of a contact. Where reading is cheap
(``Costs.reads_back``), each new record is read once after it was made; elsewhere the next run reads it, or the look
before its first update.
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors.api.usable import unusable
from connectors.api.values import Record, RecordRef
from syncadmin.engine.as_made import agreed
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.match import How
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import Link, MirrorRecord, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared.mirrored import judged
from syncadmin.runs.storage import mirror
from syncadmin.runs.storage.mirror import MirrorRow


def read_back_many(context: Context) -> None:
    """Read new records back as soon as there are enough of them for a call."""
    for side, made in context.made.items():
        costs = context.connection(side).spec.costs
        while costs.reads_back and len(made) >= costs.fetched:
            _read_back(context, side, made[: costs.fetched])
            del made[: costs.fetched]


def read_back(context: Context) -> None:
    """Read back what this run has made and not read since, also before it was interrupted."""
    for side in Side:
        costs = context.connection(side).spec.costs
        made = Step.objects.doing(Verb.CREATE.on(side)).filter(run=context.run, state=StepState.DONE)
        if not costs.reads_back or not made.exists():
            continue
        unread = MirrorRecord.objects.of_side(context.sync, side, last_run=context.run.pk, modified_at=None).alive()
        ids = list(unread.order_by("id").values_list("remote_id", flat=True))
        for start in range(0, len(ids), costs.fetched):
            _read_back(context, side, ids[start : start + costs.fetched])


def _read_back(context: Context, side: Side, ids: Sequence[str]) -> None:
    """Bring these new records and their links up to date; one that cannot be read stays as it was written."""
    kind, config = context.kind, context.book.config
    fields = kind.left_fields(config) if side is Side.LEFT else kind.right_fields(config)
    refs = [RecordRef(context.remote_object(side), id) for id in ids]
    read = context.connector(side).fetch(refs, fields)
    found = {record.ref.id: record for record in read if not record.deleted and not unusable(record.values)}
    with context.progress.holding():
        _agree(context, side, found)
        rows = mirror.rows_of(context.run.sync_id, side, remote_id__in=found)
        mirror.upsert([_row(context, side, row, found[row.remote_id]) for row in rows])


def _agree(context: Context, side: Side, found: dict[str, Record]) -> None:
    column = "left_id" if side is Side.LEFT else "right_id"
    where = {f"{column}__in": found, "run_id": context.run.pk, "how": How.CREATED}
    links = list(Link.objects.active_of(context.sync, **where))
    for link in links:
        seen = found[getattr(link, column)].values
        known = agreed(context.book, side, link.last_synced, link.field_notes, seen)
        link.last_synced, link.field_notes = known
    Link.objects.bulk_update(links, ["last_synced", "field_notes"], batch_size=200)


def _row(context: Context, side: Side, row: MirrorRow, record: Record) -> MirrorRow:
    """The row with what was read. One on the left is judged by the filters when it is read with all others."""
    if side is Side.LEFT:
        row.modified_at = record.modified_at
        return row
    fresh = judged(context, side, Record(record.ref, {**row.values, **record.values}, record.modified_at))
    if fresh.in_scope and fresh.match_key == row.match_key:
        fresh.needs_planning, fresh.status, fresh.reason = row.needs_planning, row.status, row.reason
    return fresh
