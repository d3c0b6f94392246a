"""A record that was read, as a row of the mirror, judged by the filters and by what the kind says of it."""

from __future__ import annotations

from connectors.api.values import Record
from syncadmin.engine.steps import Side
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared.match_keys import derive, digest
from syncadmin.runs.storage.mirror import MirrorRow


def judged(context: Context, side: Side, record: Record) -> MirrorRow:
    """The row of a record; one that takes no part says why."""
    book = context.book
    row = MirrorRow(
        context.run.sync_id,
        side,
        record.ref.id,
        digest=digest(record.values),
        deleted=record.deleted,
        values=record.values,
        modified_at=record.modified_at,
        last_run=context.run.pk,
    )
    if record.deleted:
        return row
    derive(row, book)
    judge = book.kind.admit if side is Side.LEFT else book.kind.admit_right
    if side is Side.LEFT or book.kind.leaves_out_refused:
        admission = judge(record.values, book.config)
        row.in_scope = admission.admitted
        if not admission.admitted:
            row.status, row.reason, row.needs_planning = admission.reason_code, admission.line, admission.in_plan
    return row
