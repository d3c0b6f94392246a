"""Looks up writes with an unknown outcome of the run itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone

from connectors.api.values import Condition, Query, RecordRef
from mappings.kinds.people.relations import MEMBERSHIP
from mappings.rules.convert import same
from syncadmin.engine.drift import took_effect, values_to_write
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.people.addresses import FREE_ADDRESS
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import Step, StepOutcome
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared import duplicate_check
from syncadmin.runs.pipeline.shared import memberships as apply_memberships
from syncadmin.runs.storage import email_groups
from syncadmin.runs.storage.rows import OutcomeRow
from syncadmin.runs.storage.steps import changes_of, store_outcomes, unrecorded

CHUNK = 100
# Step id -> remote id of a write that took effect, None where it cannot be told. One that did not is not in it.
Found = Mapping[int, str | None]
NO_CODES: Mapping[int, str] = {}


def abandon(context: Context) -> None:
    """Mark steps as unknown that a worker was sending when it died."""
    left_behind = unrecorded(context.run).filter(state=StepState.SENDING)
    with context.progress.holding():
        left_behind.update(state=StepState.UNKNOWN)


def resolve(context: Context) -> int:
    """Look up each step with an unknown outcome: done if it took effect, else planned again.

    Returns how many are planned again. A step that cannot be looked up stays unknown.
    """
    again = 0
    for side in Side:
        for steps in _unknown(context, side):
            creates = [step for step in steps if step.operation.creates]
            members = [step for step in steps if step.relation == MEMBERSHIP.name]
            again += _close(context, members, *_found_memberships(context, members))
            freed = [step for step in steps if step.operation == FREE_ADDRESS]
            added = [step for step in steps if step.relation and step not in [*members, *freed]]
            again += _close(context, added, _found_additions(context, added))
            updates = [step for step in steps if not step.relation and step not in creates]
            again += _close(context, freed, {})  # to ask for it again does no harm
            again += _close(context, creates, _found_creates(context, side, creates))
            again += _close(context, updates, _found_updates(context, side, updates))
    return again


def look_at_refused(context: Context) -> None:
    """Look up refused creations: an attempt whose answer was lost may have created the record. Then they are done."""
    refused = unrecorded(context.run).doing(Verb.CREATE.on(Side.RIGHT)).filter(state=StepState.REJECTED)
    last = 0
    while steps := list(refused.filter(id__gt=last).order_by("id")[:CHUNK]):
        last = steps[-1].pk
        found = _found_creates(context, Side.RIGHT, steps)
        _close(context, [step for step in steps if found.get(step.pk)], found)


def _unknown(context: Context, side: Side) -> Iterator[list[Step]]:
    last = 0
    rows = unrecorded(context.run).filter(state=StepState.UNKNOWN).order_by("id")
    while steps := list(rows.filter(id__gt=last, side=side)[:CHUNK]):
        last = steps[-1].pk
        yield steps


def _close(context: Context, steps: Sequence[Step], found: Found, codes: Mapping[int, str] = NO_CODES) -> int:
    """Mark steps as done that took effect, and as planned that did not. Returns the number of the latter."""
    if not steps:
        return 0
    with context.progress.holding():
        return _store(steps, found, codes)


def _store(steps: Sequence[Step], found: Found, codes: Mapping[int, str]) -> int:
    done = [step for step in steps if found.get(step.pk)]
    there, now = "The answer was lost; the record was looked up and is there.", timezone.now()
    store_outcomes(
        OutcomeRow(step.pk, StepState.DONE, found[step.pk], codes.get(step.pk, ""), there, "", now) for step in done
    )
    Step.objects.filter(pk__in=[step.pk for step in done]).update(state=StepState.DONE)
    again = [step.pk for step in steps if step.pk not in found]
    StepOutcome.objects.filter(step_id__in=again).delete()
    Step.objects.filter(pk__in=again).update(state=StepState.PLANNED)
    return len(again)


def _found_creates(context: Context, side: Side, steps: Sequence[Step]) -> Found:
    """Created records: right ones by the left id stored in them, left ones by key if exactly one is new."""
    if not steps:
        return {}
    if side is Side.LEFT:
        return _found_by_key(context, steps)
    field = context.book.config.id_field
    if not context.book.config.stores_id:
        return dict.fromkeys((step.pk for step in steps), None)
    where = (Condition(field, tuple(step.left_id for step in steps)),)
    query = Query(context.kind.right_object, (context.kind.right_name, field), where)
    ids: dict[Any, str] = {}
    for page in context.right.read(query):
        ids |= {record.values.get(field): record.ref.id for record in page.records}
    return {step.pk: ids[step.left_id] for step in steps if step.left_id in ids}


def _found_by_key(context: Context, steps: Sequence[Step]) -> Found:
    """New left records by their key that no earlier read has seen. A key that none or several have decides nothing.

    Keys are compared as in matching.
    """
    kind = context.kind
    texts = {step.pk: duplicate_check.key_text(context, step) for step in steps}
    object = kind.new_object(context.book.config) or kind.left_object
    fresh = duplicate_check.fresh_by_key(context, email_groups.siblings(context.sync), object, list(texts.values()))
    found = {pk: fresh.get(kind.left_key({kind.left_key_field: text}), []) for pk, text in texts.items() if text}
    unsure: dict[int, str | None] = {pk: None for pk, text in texts.items() if not text}
    return unsure | {pk: listed[0] if len(listed) == 1 else None for pk, listed in found.items() if listed}


def _found_memberships(context: Context, steps: Sequence[Step]) -> tuple[Found, Mapping[int, str]]:
    """Membership steps that took effect, and a reason code for each membership that somebody else has added."""
    now = apply_memberships.present(context, {step.right_id for step in steps})
    at = {step.pk: now.get((step.right_id, apply_memberships.organization(step))) for step in steps}
    found = {step.pk: step.right_id for step in steps if apply_memberships.outcome_stands(step, at[step.pk])}
    added = [(step, at[step.pk]) for step in steps if step.operation == ADD_MEMBERSHIP]
    theirs = [step for step, one in added if one and not apply_memberships.is_made_by(step, one)]
    return found, {step.pk: ReasonCode.ALREADY_MEMBER for step in theirs}


def _found_additions(context: Context, steps: Sequence[Step]) -> Found:
    """Records with the same values that belong to the same record; each counts for one step."""
    found: dict[int, str | None] = {}
    for name in {step.relation for step in steps}:
        relation, mine = context.kind.relation(name), [step for step in steps if step.relation == name]
        fields = tuple(dict.fromkeys(change["field"] for step in mine for change in step.changes))
        where = (Condition(relation.parent, tuple(sorted({step.right_id for step in mine}))),)
        pages = context.connector(Side(relation.side)).read(Query(relation.object, (relation.parent, *fields), where))
        there = {record.ref.id: record.values for page in pages for record in page.records}
        for id in StepOutcome.objects.filter(remote_id__in=there, state=StepState.DONE).values_list(
            "remote_id", flat=True
        ):
            there.pop(id, None)  # made by another step
        for step in mine:
            values = {**values_to_write(changes_of(step.changes)), relation.parent: step.right_id}
            made = next(
                (id for id, held in there.items() if all(same(held.get(n), v) for n, v in values.items())), None
            )
            if made:
                found[step.pk] = made
                del there[made]
    return found


def _found_updates(context: Context, side: Side, steps: Sequence[Step]) -> Found:
    targets = {step.pk: step.left_id if side is Side.LEFT else step.right_id for step in steps}
    if not targets:
        return {}
    remote = context.remote_object(side)
    fields = tuple(dict.fromkeys(change["field"] for step in steps for change in step.changes))
    fields = fields or (context.kind.side(side).label_field,)
    refs = [RecordRef(remote, id) for id in targets.values()]
    now = {record.ref.id: record for record in context.connector(side).fetch(refs, fields)}
    found = {}
    for step in steps:
        record = now.get(targets[step.pk])
        if step.operation.deletes:
            there = record is None or record.deleted
        else:
            changes = changes_of(step.changes)
            there = record is not None and not record.deleted and took_effect(changes, record.values)
        if there:
            found[step.pk] = targets[step.pk]
    return found
