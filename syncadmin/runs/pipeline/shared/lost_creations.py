"""Before a creation is planned: whether an earlier run has sent the same one and never got an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from syncadmin.engine import lost_creations as rules
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import Operation, PlannedStep, Side, Verb
from syncadmin.runs.models import Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.querysets import StepQuerySet
from syncadmin.runs.storage.steps import changes_of

# What a creation is made for, by the id of the other side.
SOURCES = {Verb.CREATE.on(Side.RIGHT): "left_id", Verb.CREATE.on(Side.LEFT): "right_id"}
LOST = (StepState.SENDING, StepState.UNKNOWN)


def hold(context: Context, drafts: Sequence[PlannedStep]) -> list[PlannedStep]:
    """The steps; creations that may exist already, without a way to tell, wait for approval (ADR 4)."""
    lost = {
        operation: _lost(context, operation, (draft for draft in drafts if draft.operation == operation))
        for operation in SOURCES
    }
    return [_looked_at(context, draft, lost[draft.operation]) if draft.operation in lost else draft for draft in drafts]


def _looked_at(context: Context, draft: PlannedStep, lost: dict[str, Step]) -> PlannedStep:
    sent = lost.get(getattr(draft, SOURCES[draft.operation]))
    if sent is None or rules.is_known(context.book, draft, changes_of(sent.changes)):
        return draft
    return rules.hold(draft, context.kind.names, sent.run_id)


def _lost(context: Context, operation: Operation, drafts: Iterable[PlannedStep]) -> dict[str, Step]:
    """The last unanswered creation of each of these sources, unless a later step was written for it."""
    source = SOURCES[operation]
    ids = [getattr(draft, source) for draft in drafts]
    if not ids:
        return {}
    steps = Step.objects.doing(operation).filter(**{f"{source}__in": ids}, state__in=LOST)
    sent = _earlier(context, steps)
    lost = {getattr(step, source): step for step in sent}
    if not lost:
        return {}
    written = _earlier(context, Step.objects.filter(**{f"{source}__in": list(lost)}, state=StepState.DONE))
    last = {getattr(step, source): step.pk for step in written}
    return {id: step for id, step in lost.items() if step.pk > last.get(id, 0)}


def _earlier(context: Context, steps: StepQuerySet) -> list[Step]:
    """Those of these steps that earlier runs of this sync have, in order. Selected by step, as a run may have very
    many.
    """
    found = steps.select_related("run").order_by("pk")
    return [step for step in found if step.run.sync_id == context.run.sync_id and step.run_id != context.run.pk]
