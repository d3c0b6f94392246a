"""Which kinds of sync are complete between two systems, so that others may build on them (S3.43)."""

from __future__ import annotations

from collections import defaultdict

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import Run

ENDED = (RunState.COMPLETED, RunState.REJECTIONS)


def complete_kinds() -> dict[tuple[int, int], set[str]]:
    """The kinds with a finished run that wrote all of its plan to the right, by both connections. Two queries.

    A run that was undone does not count, unless the undo was undone too; nor does an undo, or a run that wrote left
    only.
    """
    runs = Run.objects.filter(state__in=ENDED, undo_of=None).exclude(direction=RunDirection.TO_LEFT)
    live = runs.exclude(pk__in=_undone()).order_by()
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    for left, right, kind in live.values_list("sync__left", "sync__right", "sync__kind").distinct():
        found[left, right].add(kind)
    return found


def _undone() -> set[int]:
    """The runs that an undo has taken back, unless that undo was undone."""
    undone: set[int] = set()
    for undo in Run.objects.filter(state__in=ENDED, undo_of__isnull=False).only("undo_of").order_by("-pk"):
        if undo.pk not in undone and undo.undo_of_id:  # the latest first: an undo comes after what it takes back
            undone.add(undo.undo_of_id)
    return undone


def complete_beside(sync: Sync) -> set[str]:
    """The kinds that are complete between the two systems of this sync."""
    return complete_kinds()[sync.left_id, sync.right_id]
