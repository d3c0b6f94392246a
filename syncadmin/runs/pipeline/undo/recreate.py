"""Undo of deletions and ended links: records and links are made again, unless that has happened meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.api.values import RecordRef
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, OWNED, PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import LINK, SKIP, UNLINK, Change, PlannedStep, Side, Verb
from syncadmin.runs.models import Link, Run, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared import owned_entries
from syncadmin.runs.storage import email_groups
from syncadmin.runs.storage.steps import chunks, planned_step_of, steps_about

CHUNK = 1_000
_GONE = "Its source record is gone", ReasonCode.GONE
_LINKED = "It has a counterpart now", ReasonCode.AS_BEFORE


@dataclass(frozen=True, slots=True)
class Again:
    """Deleted records that an undo creates again: right ones with their left record, and left ones.

    ``refused``: why a record is not created again, with a code, by its former id.
    """

    rights: Mapping[str, str] = field(default_factory=dict)
    lefts: Collection[str] = ()
    refused: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def look(context: Context, undone: Run) -> Again:
    """What the undo of this run creates again: records that it deleted, that are still gone and whose
    source is free.
    """
    found: dict[Side, dict[str, str]] = {side: {} for side in Side}
    refused: dict[str, tuple[str, str]] = {}
    steps = Step.objects.filter(run=undone, state=StepState.DONE)
    for side in Side:
        deleted = steps.doing(Verb.DELETE.on(side)).values_list("id", "object", "left_id", "right_id")
        for rows in chunks(deleted, CHUNK):
            sources = {_id_on(side, row): _id_on(side.other, row) for row in rows}
            objects = {_id_on(side, row): row[1] or context.remote_object(side) for row in rows}
            words = _against(context, side, sources, objects)
            refused |= words
            found[side] |= {id: source for id, source in sources.items() if id not in words}
    return Again(found[Side.RIGHT], found[Side.LEFT].keys(), refused)


def with_organizations_of_today(context: Context, undone: Run, steps: Sequence[Step]) -> None:
    """Replace the ids of organizations that were deleted and created again, in the steps of an undo."""
    if not undone.undo_of_id or not context.kind.depends_on:
        return
    new = _made_anew(context, {org for step in steps for org in _organizations(step)})
    for step in steps if new else ():
        step.changes = [_renamed(change, new) for change in step.changes]
        step.last_synced = {
            key: new.get(value, value) if key == PRIMARY else value for key, value in step.last_synced.items()
        }
        ours = [new.get(org, org) for org in step.owned_values.get(OWNED, ())]
        step.owned_values = {**step.owned_values, OWNED: ours} if ours else step.owned_values


def fitted(context: Context, undone: Run, drafts: Sequence[PlannedStep], again: Again) -> list[PlannedStep]:
    """The steps that make records and links again, or a skip that says why not."""
    links = [draft for draft in drafts if draft.operation == LINK]
    knew = _knew(undone, [draft.right_id for draft in drafts if draft.operation == Verb.CREATE.on(Side.LEFT)])
    words = _against_links(context, links) if links else {}
    removed = owned_entries.removed(undone, [draft.left_id for draft in links]) if links else {}
    found = []
    for draft in drafts:
        if draft.operation == LINK and draft.left_id in again.lefts:
            continue  # once its record is there again, it is linked by what follows a creation
        if word := words.get(draft.left_id) if draft.operation == LINK else None:
            found.append(_skip(draft, *word))
        elif draft.operation == LINK:
            found.append(following(_without_memberships(draft, removed.get(draft.left_id, set())), again))
        elif draft.operation == Verb.CREATE.on(Side.LEFT) and draft.right_id in knew:
            link = knew[draft.right_id]
            found.append(
                replace(
                    draft,
                    last_synced=tuple(link.last_synced.items()),
                    field_notes=tuple(link.field_notes.items()),
                    owned_values=tuple(link.owned_values.items()),
                )
            )
        else:
            found.append(draft)
    return found


def of_links(context: Context, undone: Run, drafts: Sequence[PlannedStep], again: Again) -> list[PlannedStep]:
    """The steps without memberships and list entries that would come back for a link that neither holds nor is made
    again: nothing would remember that they are ours.
    """
    if not (lefts := {draft.left_id for draft in drafts if _adds(draft)}):
        return list(drafts)
    links = Link.objects.active_of(context.sync, left_id__in=lefts)
    held = {*links.values_list("left_id", "right_id"), *((left, right) for right, left in again.rights.items())}
    rows = steps_about(undone, left_id__in=lefts - set(again.lefts)).doing(UNLINK).filter(state=StepState.DONE)
    ended = [planned_step_of(step) for step in rows]
    words = _against_links(context, ended)
    held |= {(draft.left_id, draft.right_id) for draft in ended if draft.left_id not in words}
    reason = f"It is not linked to its {context.kind.names.right_one} any more"
    return [
        _without_additions(draft, reason) if _adds(draft) and (draft.left_id, draft.right_id) not in held else draft
        for draft in drafts
    ]


def following(draft: PlannedStep, again: Again) -> PlannedStep:
    """The step, waiting for the user that this plan creates again: its former id is void."""
    if draft.right_id not in again.rights:
        return draft
    return replace(draft, right_id="", waits_for=again.rights[draft.right_id], changes=_of_memberships(draft))


def refusal(draft: PlannedStep, former_id: str, again: Again) -> PlannedStep:
    """The creation, or a skip that says why the record is not created again."""
    if draft.operation.creates and former_id in again.refused:
        return _skip(draft, *again.refused[former_id])
    return draft


def as_primary(context: Context, drafts: Sequence[PlannedStep], primary: Mapping[str, str]) -> list[PlannedStep]:
    """Steps that make restored memberships primary again, unless the user has another primary organization now.

    ``primary``: the users' present primary organizations. One that this plan removes does not count.
    """
    added = [draft for draft in drafts if draft.operation == ADD_MEMBERSHIP]
    links = Link.objects.of_sync(context.sync, left_id__in=[draft.left_id for draft in added])
    agreed = {link.left_id: link.last_synced.get(PRIMARY) for link in links} if added else {}
    leaving = {(draft.right_id, draft.changes[0].before) for draft in drafts if draft.operation == REMOVE_MEMBERSHIP}
    found = []
    for draft in drafts:
        org, now = draft.changes[0].after if draft.changes else None, primary.get(draft.right_id)
        free = now is None or (draft.right_id, now) in leaving
        first = draft.operation == ADD_MEMBERSHIP and org == agreed.get(draft.left_id) and free
        found.append(replace(draft, last_synced=((PRIMARY, org),)) if first else draft)
    return found


def _against(
    context: Context, side: Side, sources: Mapping[str, str], objects: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Why records are not created again, by former id."""
    there = _there(context, side, [RecordRef(objects[id], id) for id in sources])
    source = side.other
    alive = _there(context, source, [RecordRef(context.remote_object(source), id) for id in sources.values()])
    column = "left_id" if source is Side.LEFT else "right_id"
    links = Link.objects.active_of(context.sync, **{f"{column}__in": list(sources.values())})
    linked = set(links.values_list(column, flat=True))
    words = {id: _GONE for id, of in sources.items() if of not in alive}
    words |= {id: _LINKED for id, of in sources.items() if of in linked}
    return {**words, **dict.fromkeys(there, ("The record is there again", ReasonCode.AS_BEFORE))}


def _there(context: Context, side: Side, refs: Sequence[RecordRef]) -> set[str]:
    name = (context.kind.left_name if side is Side.LEFT else context.kind.right_name,)
    found = context.connector(side).fetch(refs, name) if refs else ()
    return {record.ref.id for record in found if not record.deleted}


def _against_links(context: Context, drafts: Sequence[PlannedStep]) -> dict[str, tuple[str, str]]:
    """Why links are not made again, by left id: one of the records has another counterpart."""
    lefts = [draft.left_id for draft in drafts]
    # what a plan that was not written has proposed is no link yet
    links = Link.objects.active_of(context.sync, left_id__in=lefts)
    taken = set(links.values_list("left_id", flat=True))
    syncs = email_groups.siblings(context.sync)
    others = Link.objects.active_of(syncs, right_id__in=[draft.right_id for draft in drafts])
    filled = dict(others.filter(role=LinkRole.SYNCING).values_list("right_id", "left_id"))
    words = {
        draft.left_id: (f"Its counterpart is linked to {filled[draft.right_id]} now", ReasonCode.LINKED)
        for draft in drafts
        if draft.right_id in filled and draft.role != LinkRole.DUPLICATE
    }
    return {**words, **dict.fromkeys(taken, ("It is linked again", ReasonCode.AS_BEFORE))}


def _made_anew(context: Context, ids: Collection[str]) -> dict[str, str]:
    """The present organizations of accounts whose former ones, with these ids, an undo has deleted."""
    syncs = context.sync.beside(context.kind.depends_on)
    deleted = Step.objects.doing(Verb.DELETE.on(Side.RIGHT)).filter(right_id__in=ids, state=StepState.DONE)
    accounts = dict(deleted.filter(run__sync__in=syncs).order_by("pk").values_list("right_id", "left_id"))
    links = Link.objects.active_of(syncs, left_id__in=set(accounts.values()))
    present = dict(links.values_list("left_id", "right_id"))
    return {id: present[account] for id, account in accounts.items() if account in present}


def _organizations(step: Step) -> set[str]:
    changed = [value for change in step.changes for value in (change["before"], change["after"])
               if change["field"] == PRIMARY]  # fmt: skip
    return {str(org) for org in (*changed, step.last_synced.get(PRIMARY), *step.owned_values.get(OWNED, ())) if org}


def _renamed(change: dict[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    if change["field"] != PRIMARY:
        return change
    return {**change, **{key: new.get(change[key], change[key]) for key in ("before", "after")}}


def _knew(undone: Run, rights: Collection[str]) -> dict[str, Step]:
    """The steps that keep the state of the links of records created on the left, by right id.

    Such a link ends before its record is deleted.
    """
    steps = steps_about(undone, right_id__in=rights).doing(UNLINK).filter(state=StepState.DONE)
    return {step.right_id: step for step in steps if step.last_synced} if rights else {}


def _without_memberships(draft: PlannedStep, removed: Collection[str]) -> PlannedStep:
    link_key = tuple(
        (name, tuple(entry for entry in entries if name != OWNED or entry not in removed))
        for name, entries in draft.owned_values
    )
    return replace(draft, owned_values=link_key)


def _adds(draft: PlannedStep) -> bool:
    lists = draft.operation == Verb.UPDATE.on(Side.RIGHT) and any(change.add for change in draft.changes)
    return lists or draft.operation == ADD_MEMBERSHIP


def _without_additions(draft: PlannedStep, reason: str) -> PlannedStep:
    """The step without the list entries that it adds; a skip if nothing is left to do."""
    kept = tuple(replace(change, add=()) for change in draft.changes if change.remove or not change.add)
    if draft.operation == ADD_MEMBERSHIP or not kept:
        return _skip(draft, reason, ReasonCode.NOT_LINKED)
    left_out = tuple(
        f"{change.field} was not restored: it is not linked any more." for change in draft.changes if change.add
    )
    return replace(draft, changes=kept, warnings=(*draft.warnings, *left_out))


def _of_memberships(draft: PlannedStep) -> tuple[Change, ...]:
    """The memberships in a step that waits for a user; its fields are part of the creation."""
    return draft.changes if draft.operation == ADD_MEMBERSHIP else ()


def _skip(draft: PlannedStep, reason: str, code: str) -> PlannedStep:
    return replace(
        draft,
        operation=SKIP,
        reason=reason,
        reason_code=code,
        changes=(),
        warnings=(),
        last_synced=(),
        field_notes=(),
        owned_values=(),
        object="",
    )


def _id_on(side: Side, row: Sequence[str]) -> str:
    return row[2] if side is Side.LEFT else row[3]
