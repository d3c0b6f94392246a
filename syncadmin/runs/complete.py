"""Which kinds of sync are complete between two systems, so that others may build on them (S3.43)."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import QuerySet

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Direction, Run

ENDED = (RunState.COMPLETED, RunState.REJECTIONS)
# How often an undo may be undone again before it is no longer asked which of them stands.
DEPTH = 4


def complete_kinds() -> dict[tuple[int, int], set[str]]:
    """The kinds of which a run has ended that wrote to the helpdesk all there was to write, by both connections.

    Not one that was undone, unless its undo was undone, nor an undo itself, nor one that wrote to Salesforce only.
    One query.
    """
    runs = Run.objects.filter(state__in=ENDED, undo_of=None).exclude(direction=Direction.TO_LEFT)
    standing = _standing(runs).order_by()
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    for left, right, kind in standing.values_list("sync__left", "sync__right", "sync__kind").distinct():
        found[left, right].add(kind)
    return found


def _standing(runs: QuerySet[Run], depth: int = DEPTH) -> QuerySet[Run]:
    """Those of these runs whose effect stands: no undo of them does."""
    undos = Run.objects.filter(state__in=ENDED, undo_of__isnull=False)
    return runs.exclude(pk__in=(_standing(undos, depth - 1) if depth else undos).values("undo_of"))


def complete_beside(sync: Sync) -> set[str]:
    """The kinds that are complete between the two systems of this sync."""
    return complete_kinds()[sync.left_id, sync.right_id]
