"""The mail about records that automatic updates could not write, sent when their set changes."""

from __future__ import annotations

import hashlib

from django.utils.text import Truncator

from mappings.selectors import heading
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import Side
from syncadmin.logs import notifications
from syncadmin.runs.models import Health, MirrorRecord, Run, Step
from syncadmin.runs.status.record_status import RecordStatus

NAMED = 10
_REFUSED = (RecordStatus.REJECTED, RecordStatus.CONFLICT)


def mail_refusals(run: Run) -> None:
    """Mail the subscribers if the set of refused records has changed (S3.C1).

    A resting record counts as refused, so that a daily retry is no change.
    """
    refused = Step.objects.filter(run=run, state__in=[StepState.REJECTED, StepState.CONFLICT]).order_by("pk")
    rows = list(refused.values_list("left_id", "right_id", "label"))
    records = MirrorRecord.objects.of_sync(run.sync, side__in=list(Side), status__in=_REFUSED)
    ids = list(records.order_by("side", "remote_id").values_list("side", "remote_id"))
    digest = hashlib.sha256(repr(ids).encode()).hexdigest() if ids else ""
    health, _ = Health.objects.get_or_create(sync=run.sync)
    if digest == health.mailed_refusals:
        return
    Health.objects.filter(pk=health.pk).update(mailed_refusals=digest)
    if not rows:
        return
    names = "\n".join(f"- {Truncator(label or left or right).chars(80)}" for left, right, label in rows[:NAMED])
    more = f"\n... and {len(rows) - NAMED:,} more" if len(rows) > NAMED else ""
    notifications.notify_of_refused(
        title=f"{heading(run.sync)}: {len(rows):,} not written",
        text=f"An automatic update could not write {len(rows):,} of its changes:\n\n{names}{more}",
        path=run.get_absolute_url(),
    )
