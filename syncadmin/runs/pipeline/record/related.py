"""Stage 5 for other records that a step affects: held back, without a counterpart, or linked now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.services.decisions import left_alone
from syncadmin.runs.status.labels import names_of
from syncadmin.runs.status.record_status import NEEDS_A_PERSON, RecordStatus, counterpart_deleted, kept_alone
from syncadmin.runs.storage import email_groups
from syncadmin.runs.storage.steps import chunks

CHUNK = 500


def note_held(context: Context) -> None:
    """List the records whose step was not approved. The next plan shows the step again."""
    held = Step.objects.filter(run=context.run, state=StepState.EXCLUDED, reason_code=ReasonCode.NOT_APPROVED)
    ours = MirrorRecord.objects.of_sync(context.sync).exclude(status__in=NEEDS_A_PERSON)
    for steps in chunks(held.values_list("id", "left_id", "right_id", "reason"), CHUNK):
        with context.progress.holding():
            about = defaultdict(list)
            for _, left_id, right_id, reason in steps:
                about[Side.LEFT if left_id else Side.RIGHT, reason].append(left_id or right_id)
            for (side, reason), ids in about.items():
                ours.filter(side=side, remote_id__in=ids).update(status=RecordStatus.HELD, reason=reason)


def note_known(context: Context, right_ids: Iterable[str]) -> None:
    """Mark users that this sync linked as known in all syncs that share them."""
    for sync in email_groups.siblings(context.sync):
        if sync != context.sync:
            rows = MirrorRecord.objects.right_of(sync, remote_id__in=list(right_ids))
            rows.filter(status=RecordStatus.UNMATCHED).update(status=RecordStatus.IN_SYNC, reason="")


def note_orphans(context: Context, steps: Sequence[Step]) -> None:
    """List the counterparts of deleted records that no other record keeps up to date."""
    rights = {step.right_id for step in steps if step.right_id}
    if not rights:
        return
    syncs = email_groups.siblings(context.sync)
    lefts = MirrorRecord.objects.left_of(syncs).alive().values("remote_id")
    kept = Link.objects.active_of(syncs, right_id__in=rights, left_id__in=lefts)
    orphans = rights - set(kept.values_list("right_id", flat=True))
    rows = MirrorRecord.objects.right_of(context.sync, remote_id__in=orphans).alive()
    decided = left_alone([context.sync], orphans)
    rows = rows.exclude(remote_id__in=decided)
    names = names_of(context.sync)
    if context.book.config.keeps_orphans:
        rows.update(status=RecordStatus.ALONE, reason=kept_alone(names), needs_planning=False)
        return
    rows.update(status=RecordStatus.COUNTERPART_DELETED, reason=counterpart_deleted(names), needs_planning=False)
    for step in steps:
        if step.reason_code == ReasonCode.MERGED:
            rows.filter(remote_id=step.right_id).update(reason=step.reason)
