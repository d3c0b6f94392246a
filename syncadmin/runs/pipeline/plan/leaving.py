"""A part that its configuration no longer lists: what was made for it is taken away, then it is switched off."""

from __future__ import annotations

from django.db.models import F, QuerySet

from mappings.models import Sync
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import Link, MirrorRecord, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.plan import deletions
from syncadmin.runs.pipeline.shared.tally import Tally, seal
from syncadmin.runs.storage import mirror
from syncadmin.runs.storage.steps import chunks, store

CHUNK = 1_000


def plan(context: Context) -> None:
    """Store the deletion of every right record that runs of this sync have made and that still takes part. Nothing
    else is planned. Starts over when it was interrupted.
    """
    run, tally, links = context.run, Tally(context.kind), made(context.sync)
    with context.progress.holding():
        Step.objects.filter(run=run).delete()
    context.progress.start_over(links.count())
    reason = f"The {context.kind.part_word.lower()} was removed from the list"
    for ids in chunks(links.values_list("id"), CHUNK):
        found = list(Link.objects.filter(id__in=[id for (id,) in ids]).order_by("id"))
        rows = mirror.rows_of(run.sync_id, Side.RIGHT, remote_id__in=[link.right_id for link in found])
        drafts = deletions.removed(context.book, found, {row.remote_id: row for row in rows}, reason)
        with context.progress.holding():
            store(run, drafts)
        for draft in drafts:
            tally.add(draft)
        context.progress.advance(len(found))
    seal(run, tally, "leaving")


def made(sync: Sync) -> QuerySet[Link]:
    """The links of right records that runs of this sync have made."""
    steps = Step.objects.doing(Verb.CREATE.on(Side.RIGHT)).filter(run__sync=sync, state=StepState.DONE)
    ids = steps.exclude(outcome__code=ReasonCode.WAS_THERE).order_by().values("outcome__remote_id")
    return Link.objects.active_of(sync, right_id__in=ids)


def note_end(sync: Sync) -> None:
    """Switch it off once nothing is left that could be taken away."""
    there = MirrorRecord.objects.right_of(sync).alive_in_scope()
    if not made(sync).filter(right_id__in=there.values("remote_id")).exists():
        Sync.objects.filter(pk=sync.pk, leaving=True, enabled=True).update(enabled=False, switched=F("switched") + 1)
