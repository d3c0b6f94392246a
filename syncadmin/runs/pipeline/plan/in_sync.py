"""Records that need no step."""

from __future__ import annotations

from collections.abc import Mapping

from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage.mirror import MirrorRow


def mark_in_sync(context: Context, rows: list[MirrorRow], links: Mapping[str, Link]) -> None:
    """Mark these records as in sync until something changes."""
    ours = MirrorRecord.objects.of_sync(context.sync)
    for side in Side:
        ids = [row.remote_id for row in rows if row.side == side and not row.deleted]
        gone = [row.remote_id for row in rows if row.side == side and row.deleted]
        agreed = {"needs_planning": False, "status": RecordStatus.IN_SYNC, "reason": "", "failures": 0}
        ours.filter(side=side, remote_id__in=ids).update(**agreed)
        ours.filter(side=side, remote_id__in=gone).update(
            needs_planning=False, status=RecordStatus.DELETED, reason="Deleted"
        )
        if side is Side.LEFT:
            paired = [links[id].right_id for id in ids if id in links]
            ours.filter(side=Side.RIGHT, remote_id__in=paired).update(**agreed)
