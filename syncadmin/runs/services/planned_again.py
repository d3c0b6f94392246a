"""Records of other syncs that a run caused to be planned again: those syncs run at once."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from mappings.models import Sync
from syncadmin.live import nudge
from syncadmin.runs.models import MirrorRecord, Run


def waiting_records(run: Run) -> dict[int, int]:
    """How many records wait to be planned in the other syncs between the same two systems. Two queries."""
    beside = Sync.objects.on().filter(automatic_updates=True, left=run.sync.left_id, right=run.sync.right_id)
    keys = list(beside.exclude(pk=run.sync_id).values_list("pk", flat=True))
    rows = MirrorRecord.objects.filter(sync__in=keys, needs_planning=True) if keys else MirrorRecord.objects.none()
    return dict(rows.order_by().values_list("sync").annotate(Count("pk")))


def ask_for(run: Run, before: dict[int, int], named: Collection[int]) -> None:
    """Nudge the syncs that are ``named``, and those in which more records wait than ``before`` this run."""
    for sync_id, number in waiting_records(run).items():
        if sync_id in named or number > before.get(sync_id, 0):
            nudge.plan_again(sync_id)
