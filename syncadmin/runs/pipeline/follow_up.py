"""After a record was created on the left, store its id in the right record (S3.C12)."""

from __future__ import annotations

from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.plan import after_creating_left
from syncadmin.engine.steps import LINK, PlannedStep, Side, Verb
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.progress import keep
from syncadmin.runs.storage import mirror
from syncadmin.runs.storage.steps import planned_step_of, store

CHUNK = 1_000


def follow_up(context: Context) -> int:
    """Add a link step for each record that this run created on the left and whose id the right record lacks.

    The plan announced these with the creation; the run's counts grow by their number. Safe to repeat.
    """
    if context.run.direction == RunDirection.TO_LEFT:
        return 0
    total = last = 0
    while made := _created_and_unknown(context, last):
        last = made[-1].pk
        if drafts := _drafts(context, made):
            with context.progress.holding():
                _add(context, drafts)
            context.progress.expect_more(len(drafts))
            total += len(drafts)
    return total


def _created_and_unknown(context: Context, after: int) -> list[Step]:
    steps = Step.objects.filter(run=context.run)
    followed = steps.doing(LINK).values("right_id")
    created = steps.doing(Verb.CREATE.on(Side.LEFT)).filter(state=StepState.DONE).exclude(right_id__in=followed)
    return list(created.filter(id__gt=after).select_related("outcome").order_by("id")[:CHUNK])


def _drafts(context: Context, made: list[Step]) -> list[PlannedStep]:
    rows = mirror.rows_of(context.run.sync_id, Side.RIGHT, remote_id__in=[step.right_id for step in made])
    rights = {row.remote_id: row.record(context.kind.right_object) for row in rows}
    found = (
        after_creating_left(context.book, planned_step_of(step), step.outcome.remote_id, rights[step.right_id])
        for step in made
        if step.right_id in rights
    )
    return [draft for draft in found if draft]


def _add(context: Context, drafts: list[PlannedStep]) -> None:
    run = context.run
    store(run, drafts)
    linked = run.actions.get(LINK.word, 0) + len(drafts)
    keep(run, planned=run.planned + len(drafts), actions={**run.actions, LINK.word: linked})
