"""Nudges the syncs that read what a run has written: systems do not report our own writes, or we ignore that."""

from __future__ import annotations

from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import INFORMATIONAL, Side
from syncadmin.live.nudge import nudge_others
from syncadmin.live.waiting import MOST_RECORDS
from syncadmin.runs.models import Run, Step
from syncadmin.runs.storage import turns


def nudge_readers(run: Run) -> None:
    """Ask for runs of the other syncs that read records which this run has written.

    Syncs of another kind that share records with it are chosen of them anyway. Side effect: marks and jobs in Redis.
    """
    if run.pk is None:  # it found nothing, and is gone
        return
    other_kinds = turns.sharing(run.sync).exclude(kind=run.sync.kind).values_list("pk", flat=True)
    but = {run.sync_id, *other_kinds}
    for side in Side:
        ids = _written(run, side)
        if ids:
            connection = run.sync.left if side is Side.LEFT else run.sync.right
            object = run.sync.parted.side(side).object
            nudge_others(connection.slug, object, ids if len(ids) <= MOST_RECORDS else (), but)


def _written(run: Run, side: Side) -> set[str]:
    """The ids of at most one record more than a nudge may name."""
    done = (
        Step.objects.filter(run=run, side=side, state=StepState.DONE)
        .exclude(verb__in=INFORMATIONAL)
        .exclude(changes=[])
    )
    rows = done.order_by("pk").values_list(f"{side}_id", "outcome__remote_id")[: MOST_RECORDS + 1]
    return {found for known, made in rows if (found := known or made)}
