"""The mail about records that automatic updates could not write: once for each change of them."""

from __future__ import annotations

import hashlib

from django.utils.text import Truncator

from syncadmin.engine.kinds import kind_of
from syncadmin.engine.lifecycle import StepState
from syncadmin.logs import notifications
from syncadmin.runs.models import Health, Run, Step

NAMED = 10


def tell_of_refused(run: Run) -> None:
    """Mail those who asked for it, unless an earlier run could not write exactly the same (S3.C1: nothing twice)."""
    refused = Step.objects.filter(run=run, state__in=[StepState.REJECTED, StepState.CONFLICT]).order_by("left_id", "pk")
    rows = list(refused.values_list("left_id", "right_id", "action", "code", "label"))
    digest = hashlib.sha256(repr([row[:4] for row in rows]).encode()).hexdigest() if rows else ""
    health, _ = Health.objects.get_or_create(sync=run.sync)
    if digest == health.told_refused:
        return
    Health.objects.filter(pk=health.pk).update(told_refused=digest)
    if not rows:
        return
    names = "\n".join(f"- {Truncator(label or left or right).chars(80)}" for left, right, *_, label in rows[:NAMED])
    more = f"\n... and {len(rows) - NAMED:,} more" if len(rows) > NAMED else ""
    notifications.notify_of_refused(
        title=f"{kind_of(run.sync.kind).title}: {len(rows):,} not written",
        text=f"An automatic update could not write {len(rows):,} of its changes:\n\n{names}{more}",
        path=run.get_absolute_url(),
    )
