"""Converts between rows and values of the engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from syncadmin.engine.compare import LinkState
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import Change, PlannedStep, Verb
from syncadmin.runs.models import Link, Run, Step, StepOutcome
from syncadmin.runs.querysets import StepQuerySet
from syncadmin.runs.status.labels import labels_in, with_labels
from syncadmin.runs.storage import bulk
from syncadmin.runs.storage.rows import LinkRow, OutcomeRow, StepRow, StoredChange

_INFORMATIONAL = {
    Verb.SKIP: StepState.SKIPPED,
    Verb.CONFLICT: StepState.CONFLICT,
    Verb.PROBLEM: StepState.REJECTED,
}


def chunks(queryset: QuerySet[Any, Any], size: int) -> Iterator[list[Any]]:
    """Rows by id in chunks, paged by key, so that rows may change meanwhile. The id is the first column."""
    last = 0
    while rows := list(queryset.filter(id__gt=last).order_by("id")[:size]):
        yield rows
        last = rows[-1][0]


def store(run: Run, drafts: Iterable[PlannedStep]) -> None:
    """Store the steps of a plan. Rows that only inform are final at once. Their texts call fields by label."""
    drafts = list(drafts)
    labels = labels_in(run.sync, (text for draft in drafts for text in (*draft.warnings, draft.reason)))
    bulk.insert(Step, StepRow._fields, [_row(run.pk, _labelled(draft, labels)) for draft in drafts])


def _labelled(draft: PlannedStep, labels: Mapping[str, str]) -> PlannedStep:
    if not labels:
        return draft
    reason = with_labels(draft.reason, labels, keys=False)
    warnings = tuple(with_labels(warning, labels, keys=False) for warning in draft.warnings)
    return replace(draft, reason=reason, warnings=warnings)


def _row(run_id: int, draft: PlannedStep) -> StepRow:
    verb, side, relation = draft.operation
    return StepRow(
        run_id, verb, side, relation, _INFORMATIONAL.get(verb, StepState.PLANNED), draft.needs_approval, draft.object,
        draft.left_id, draft.right_id, draft.waits_for, draft.role, draft.group[:300], draft.label[:300],
        str(GroupKey.of(draft)), draft.reason_code, draft.reason, draft.changes, draft.warnings,
        dict(draft.last_synced), dict(draft.field_notes), dict(draft.owned_values), dict(draft.facts),
    )  # fmt: skip


def unrecorded(run: Run) -> StepQuerySet:
    """The steps of a run that are still to be written or recorded. They have an index of their own."""
    return Step.objects.filter(run=run, recorded=False)


def steps_about(run: Run, **ids: Collection[str]) -> StepQuerySet:
    """Steps of a run by ids of records: ``left_id__in`` or ``right_id__in``.

    "+ 0" keeps databases from walking all steps of the run: the ids are the selective part.
    """
    return Step.objects.filter(**ids).annotate(of=F("run_id") + 0).filter(of=run.pk)


class Answer(NamedTuple):
    """The remote system's answer to a step."""

    remote_id: str
    code: str
    message: str
    at: datetime


def store_outcomes(rows: Iterable[OutcomeRow]) -> None:
    """Store answers in the journal; a later one replaces an earlier one."""
    bulk.upsert(StepOutcome, OutcomeRow._fields, rows, ("step",))


def link_state_of(link: Link, **more: Any) -> LinkState:
    """The state of a linked pair, for the engine."""
    return LinkState(link.last_synced, link.owned_values, field_notes=link.field_notes, **more)


def save_links(rows: Iterable[LinkRow]) -> None:
    """Store written links in place of those that their left records have."""
    bulk.upsert(Link, LinkRow._fields, rows, ("sync", "left_id"))


def answers(steps: Iterable[Step]) -> dict[int, Answer]:
    """The answers to these steps from the journal, by step id; steps that were never sent are missing."""
    rows = StepOutcome.objects.filter(step_id__in=[step.pk for step in steps])
    answers = rows.values_list("step_id", "remote_id", "code", "message", "at")
    return {id: Answer(remote_id, code, message, at) for id, remote_id, code, message, at in answers}


def changes_of(packed: Iterable[StoredChange]) -> tuple[Change, ...]:
    """The changes of a stored step."""
    return tuple(
        Change(
            item["field"],
            item["before"],
            item["after"],
            item["reason"],
            tuple(item["add"]),
            tuple(item["remove"]),
            item.get("replaces", ""),
        )
        for item in packed
    )


def planned_step_of(step: Step) -> PlannedStep:
    """The planned step that was stored as this row."""
    return PlannedStep(
        step.operation,
        step.label,
        left_id=step.left_id,
        right_id=step.right_id,
        changes=changes_of(step.changes),
        reason=step.reason,
        reason_code=step.reason_code,
        warnings=tuple(step.warnings),
        last_synced=tuple(step.last_synced.items()),
        field_notes=tuple(step.field_notes.items()),
        owned_values=tuple((name, tuple(entries)) for name, entries in step.owned_values.items()),
        needs_approval=step.needs_approval,
        object=step.object,
        waits_for=step.waits_for,
        role=step.role,
        group=step.group,
    )
