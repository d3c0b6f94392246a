"""Plans an undo: the written steps of a run, inverted against the present records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from connectors.api.values import ATTACHED, Record, RecordRef
from mappings.kinds.declaration import Admission, everybody
from mappings.kinds.people import sentences
from mappings.kinds.people.relations import MEMBERSHIP
from mappings.rules.texts import fold
from syncadmin.engine.as_made import as_seen
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.people import addresses
from syncadmin.engine.people.addresses import FREE_ADDRESS
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import SKIP, UNLINK, PlannedStep, Side, Verb
from syncadmin.engine.undo import invert, invert_membership, with_all_of_ours
from syncadmin.runs.models import Link, Run, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared import lost_creations, owned_entries
from syncadmin.runs.pipeline.shared import memberships as apply_memberships
from syncadmin.runs.pipeline.shared.edited import without_ours
from syncadmin.runs.pipeline.shared.tally import Tally, seal
from syncadmin.runs.pipeline.undo import recreate
from syncadmin.runs.pipeline.undo.recreate import Again
from syncadmin.runs.storage.steps import planned_step_of, store

CHUNK = 1_000


def plan(context: Context) -> None:
    """Store the inverse of every step that the other run wrote."""
    run = context.run
    with context.progress.holding():
        Step.objects.filter(run=run).delete()
    assert run.undo_of is not None
    again = recreate.look(context, run.undo_of)
    written = Step.objects.filter(run=run.undo_of, state=StepState.DONE).select_related("outcome")
    context.progress.start_over(written.count())
    tally = Tally(context.kind)
    last = 0
    while steps := list(written.filter(id__gt=last).order_by("id")[:CHUNK]):
        last = steps[-1].pk
        drafts = lost_creations.hold(context, _inverses(context, run.undo_of, steps, again))
        with context.progress.holding():
            store(run, drafts)
        for draft in drafts:
            tally.add(draft)
        context.progress.advance(len(steps))
    seal(run, tally, f"undo of {run.undo_of_id}")


def _inverses(context: Context, undone: Run, steps: list[Step], again: Again) -> list[PlannedStep]:
    recreate.with_organizations_of_today(context, undone, steps)
    found: list[PlannedStep] = []
    of_members = [step for step in steps if step.relation == MEMBERSHIP.name]
    link_key = owned_entries.of_first_links(context, steps)
    related = {relation.link_key for relation in context.kind.relations}
    lists = {field for ours in link_key.values() for field in ours} - related
    freed, boxes = _freed(undone, steps), context.box_tags()
    links = {one.left_id: one for one in Link.objects.of_sync(context.sync, left_id__in=[s.left_id for s in steps])}
    added = {left_id: link.owned_values for left_id, link in links.items()} if related else {}
    for (side, remote), mine in _by_object(context, steps).items():
        now = _present(context, side, remote, mine, lists)
        joined = _joined(context, mine, now)
        for step in mine:
            target = step.left_id if side is Side.LEFT else step.right_id
            present = {} if target in again.rights and step.operation == UNLINK else now.get(target)
            present = present and without_ours(context, present, added.get(step.left_id, {}))
            draft = invert(_as_made(step, links.get(step.left_id)), present, context.born_with, boxes)
            draft = with_all_of_ours(draft, link_key.get(step.left_id, {}), now.get(target))
            draft = recreate.refusal(draft, target, again)
            if draft.operation.deletes and step.outcome.code == ReasonCode.WAS_THERE:
                reason = "It was there before the run, which only updated it; it is left alone"
                draft = replace(draft, operation=SKIP, changes=(), reason=reason, reason_code=ReasonCode.WAS_THERE)
            if draft.operation == Verb.DELETE.on(Side.RIGHT) and target in joined:
                skip = replace(draft, operation=SKIP, changes=())
                draft = replace(skip, reason=sentences.JOINED_SINCE, reason_code=ReasonCode.CHANGED_SINCE)
            found += [draft, *addresses.frees_of_undo(draft, freed)]
    found = recreate.of_links(context, undone, recreate.fitted(context, undone, found, again), again)
    memberships = _memberships(context, undone, of_members, again)
    planned = {(step.left_id, apply_memberships.organization(step)) for step in of_members}
    return _sparing_staff(context, memberships + owned_entries.ended_links(context, found, planned) + found)


def _as_made(step: Step, link: Link | None) -> PlannedStep:
    """What a step did; a creation with what its system made of it, as far as its link knows."""
    draft = planned_step_of(step)
    if link is None or step.object or step.operation != Verb.CREATE.on(Side.RIGHT) or link.right_id != step.right_id:
        return draft
    changes = as_seen(draft.changes, step.last_synced, link.last_synced, link.field_notes)
    return replace(draft, changes=changes)


def _freed(undone: Run, steps: list[Step]) -> set[str]:
    """The addresses that the other run freed or took back, if one of these steps changes an address."""
    if not any(step.reason_code == ReasonCode.ADDRESS for step in steps):
        return set()
    runs = [id for id in (undone.pk, undone.undo_of_id) if id]
    rows = Step.objects.doing(FREE_ADDRESS).filter(run__in=runs, state=StepState.DONE)
    return {fold(changes[0]["before"]) for changes in rows.values_list("changes", flat=True)}


def _sparing_staff(context: Context, drafts: list[PlannedStep]) -> list[PlannedStep]:
    """The steps without those that would change staff."""
    if context.kind.admit_right is everybody:
        return drafts
    users = sorted({draft.right_id for draft in drafts if _writes_a_user(draft)})
    found = context.right.fetch(
        [RecordRef(context.kind.right_object, id) for id in users], context.kind.traits(context.book.config)
    )
    admissions = {record.ref.id: context.kind.admit_right(record.values, context.book.config) for record in found}
    staff = {id: admission for id, admission in admissions.items() if not admission.admitted}
    return [
        _refused(draft, staff[draft.right_id]) if _writes_a_user(draft) and draft.right_id in staff else draft
        for draft in drafts
    ]


def _refused(draft: PlannedStep, word: Admission) -> PlannedStep:
    return replace(draft, operation=SKIP, changes=(), object="", reason=word.line, reason_code=word.reason_code)


def _writes_a_user(draft: PlannedStep) -> bool:
    return draft.operation.writes(Side.RIGHT) and bool(draft.changes) and bool(draft.right_id)


def _joined(context: Context, steps: list[Step], now: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Users created by the other run that people have added to an organization."""
    made = [step.right_id for step in steps if step.operation == Verb.CREATE.on(Side.RIGHT)]
    return apply_memberships.joined_by_people(
        context, {id: str(now[id].get("created_at") or "") for id in made if id in now}
    )


def _by_object(context: Context, steps: list[Step]) -> dict[tuple[Side, str], list[Step]]:
    found: dict[tuple[Side, str], list[Step]] = defaultdict(list)
    for step in steps:
        side = step.operation.side
        if not step.relation:
            found[side, step.object or context.remote_object(side)].append(_with_made_id(step))
    return found


def _memberships(context: Context, undone: Run, steps: list[Step], again: Again) -> list[PlannedStep]:
    now = apply_memberships.present(context, {step.right_id for step in steps} - again.rights.keys())
    drafts = [
        invert_membership(
            planned_step_of(step),
            (step.right_id, apply_memberships.organization(step)) in now,
            step.outcome.code != ReasonCode.ALREADY_MEMBER,
        )
        for step in steps
    ]
    drafts = recreate.of_links(context, undone, drafts, again)
    primary = {user: org for (user, org), membership in now.items() if membership.default}
    return [recreate.following(draft, again) for draft in recreate.as_primary(context, drafts, primary)]


def _with_made_id(step: Step) -> Step:
    """The step with the id of the record that it created."""
    if step.operation == Verb.CREATE.on(Side.RIGHT):
        step.right_id = step.outcome.remote_id
    elif step.operation == Verb.CREATE.on(Side.LEFT):
        step.left_id = step.outcome.remote_id
    return step


def _present(context: Context, side: Side, remote: str, steps: list[Step], lists: Collection[str]) -> dict[str, dict]:
    fields = tuple(dict.fromkeys([*_looked_at(context, side), *_changed(steps), *_lists(side, lists)]))
    made, others = ([step for step in steps if (step.operation.creates) is creates] for creates in (True, False))
    found: dict[str, dict] = {}
    for some, asked in ((made, (*fields, ATTACHED)), (others, fields)):
        refs = [RecordRef(remote, step.left_id if side is Side.LEFT else step.right_id) for step in some]
        records = context.connector(side).fetch(refs, asked)
        if ATTACHED in asked and refs:
            records = _counted(context, side, remote, records)
        found |= {record.ref.id: dict(record.values) for record in records if not record.deleted}
    return found


def _counted(context: Context, side: Side, remote: str, records: Iterator[Record]) -> Iterator[Record]:
    """The records, while showing the progress of reading those that the other run created."""
    spec, undone = context.connection(side).spec, context.run.undo_of
    made = Step.objects.doing(Verb.CREATE.on(side)).filter(run=undone, state=StepState.DONE)
    objects = [remote, ""] if remote == context.remote_object(side) else [remote]
    context.progress.asks(spec.label, spec.noun(remote).counted(made.filter(object__in=objects).count()))
    for record in records:
        context.progress.answered()
        yield record


def _looked_at(context: Context, side: Side) -> tuple[str, ...]:
    """The fields that show whether a created record was edited. Salesforce fills defaults of its own."""
    return context.filled_in_by_people() if side is Side.RIGHT else ()


def _lists(side: Side, lists: Collection[str]) -> Collection[str]:
    """The list fields; only right records have any."""
    return sorted(lists) if side is Side.RIGHT else ()


def _changed(steps: list[Step]) -> list[str]:
    return [change["field"] for step in steps for change in step.changes]
