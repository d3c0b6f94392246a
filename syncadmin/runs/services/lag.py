"""Measures how long changes took until they were written, for runs that read them."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.services import clock_ahead
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import INFORMATIONAL, Side
from syncadmin.live import lag
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import MirrorRecord, Run, Step

MOST = 5_000


def note(run: Run) -> None:
    """Store the times for the Live page. Records that are planned again because of a new mapping do not count."""
    if run.trigger == Trigger.AUTOMATIC and run.planned:
        lag.add(run.sync_id, _seconds(run))


def _seconds(run: Run) -> Iterator[float]:
    for side in Side:
        source = "left_id" if side is Side.RIGHT else "right_id"
        written = Step.objects.filter(run=run, side=side, state=StepState.DONE).exclude(verb__in=INFORMATIONAL)
        answered = dict(written.exclude(**{source: ""}).values_list(source, "outcome__at")[:MOST])
        ahead = clock_ahead(run.sync.left if side is Side.RIGHT else run.sync.right)
        rows = MirrorRecord.objects.of_side(run.sync, side.other, remote_id__in=answered, last_run=run.pk)
        for id, changed in rows.values_list("remote_id", "modified_at"):
            if changed and answered[id]:
                yield (answered[id] - changed + ahead).total_seconds()
