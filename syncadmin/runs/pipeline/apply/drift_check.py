"""Checks before a write: whether what the plan was based on has changed, so that the step becomes a conflict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from connectors.api.values import RecordRef
from mappings.kinds.declaration import everybody
from mappings.kinds.people import sentences
from syncadmin.engine.drift import edited_since, find_drift, in_use
from syncadmin.engine.match import How
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Change, Side, Verb
from syncadmin.runs.models import Link, MirrorRecord, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared import memberships as apply_memberships
from syncadmin.runs.pipeline.shared.edited import without_ours
from syncadmin.runs.storage.steps import changes_of

# The sources of a plan that waited longer are looked at again before anything is made of them.
WAITED = timedelta(minutes=15)
Values = Mapping[str, Any]
_DELETES_RIGHT = Verb.DELETE.on(Side.RIGHT)


class Objection(NamedTuple):
    """Why a step is not written."""

    reason_code: str
    message: str


GONE = Objection(ReasonCode.GONE, "The record was deleted since the plan was made.")
SOURCE_GONE = Objection(ReasonCode.GONE, "Its source record was deleted after the plan was made.")


def objections(context: Context, side: Side, steps: Sequence[Step], now: Mapping[str, Values]) -> dict[int, Objection]:
    """Why updates, links and deletions must not be written, by step id. ``now``: their present targets."""
    joined = _joined(context, steps, now)
    keys = _keys_as_planned(context, steps)
    now = _as_people_left_it(context, steps, now) if side is Side.RIGHT else now
    rights = now if side is Side.RIGHT else _counterparts(context, steps)
    found = {}
    for step in steps:
        target, right = now.get((step.left_id if side is Side.LEFT else step.right_id) or ""), rights.get(step.right_id)
        word = _against_counterpart(context, right, keys.get(step.pk)) if right is not None else None
        word = GONE if target is None else word or _frozen(context, side, target) or _against(context, step, target)
        if word is None and step.right_id in joined:
            word = Objection(ReasonCode.DRIFT, sentences.JOINED_SINCE)
        if word:
            found[step.pk] = word
    return found


def lost_sources(context: Context, side: Side, steps: Sequence[Step]) -> dict[int, Objection]:
    """Why creations must not be written, by step id: the source was deleted, or has become staff.

    Creations on the left are always checked, as they are hard to clean up; others only if the plan has waited.
    """
    if side is Side.RIGHT and not has_waited(context):
        return {}
    source = side.other
    ids = {step.pk: step.left_id if source is Side.LEFT else step.right_id for step in steps}
    now = _fetched(context, source, ids.values())
    found = {}
    for pk, id in ids.items():
        if id not in now:
            found[pk] = SOURCE_GONE
        elif source is Side.RIGHT and (word := _as_staff(context, now[id])):
            found[pk] = word
    return found


def has_waited(context: Context) -> bool:
    """Whether the plan is so old that its sources must be read again."""
    planned_at = context.run.planned_at
    return planned_at is not None and timezone.now() - planned_at > WAITED


def was_left(context: Context) -> bool:
    """Whether the plan waited for an approval, or for a while: its records may have changed since."""
    return context.run.approved_at is not None or has_waited(context)


def staff(context: Context, steps: Sequence[Step]) -> dict[int, Objection]:
    """Why membership steps must not be written, by step id: their user has become staff (ADR 24). New users
    cannot be.
    """
    if context.kind.admit_right is everybody:
        return {}
    users = {step.pk: step.right_id for step in steps if step.right_id and not step.waits_for}
    now = _fetched(context, Side.RIGHT, users.values())
    words = {pk: _as_staff(context, now[id]) for pk, id in users.items() if id in now}
    return {pk: word for pk, word in words.items() if word}


def _against_counterpart(context: Context, right: Values, key: str | None) -> Objection | None:
    """Why a right record is neither read from nor written to: it left the sync, or its key says it is another one."""
    if word := _as_staff(context, right):
        return word
    if key is None or context.kind.right_key(right) == key:
        return None
    name = context.kind.names.key
    return Objection(ReasonCode.DRIFT, f"Its {name} was changed since the plan was made: it may be another record now.")


def _against(context: Context, step: Step, target: Values) -> Objection | None:
    changes = changes_of(step.changes)
    if drift := find_drift(changes, _with_key(context, changes, target), context.book.whole_id):
        return Objection(ReasonCode.DRIFT, f"{drift}.")
    spares = context.run.undo_of_id is not None or (context.kind.spares_edited and step.operation == _DELETES_RIGHT)
    return _against_deleting(context, changes, target) if spares and step.operation.deletes else None


def _frozen(context: Context, side: Side, target: Values) -> Objection | None:
    frozen = context.kind.left.frozen if side is Side.LEFT else None
    return Objection(ReasonCode.FROZEN, reason) if frozen and (reason := frozen(target)) else None


def _with_key(context: Context, changes: Sequence[Change], target: Values) -> Values:
    """The target with the planned key where its own key was emptied: writing it takes nothing away."""
    field = context.book.config.id_field
    planned = next((change.before for change in changes if change.field == field), None)
    emptied = context.kind.right.upserts and planned and field in target and not target[field]
    return {**target, field: planned} if emptied else target


def _as_people_left_it(context: Context, steps: Sequence[Step], now: Mapping[str, Values]) -> Mapping[str, Values]:
    """The right records to be deleted, without what runs added to them besides mapped fields."""
    gone = {step.left_id: step.right_id for step in steps if step.operation == _DELETES_RIGHT and step.right_id in now}
    links = Link.objects.of_sync(context.sync, left_id__in=gone) if gone and context.kind.relations else ()
    owned = {gone[link.left_id]: link.owned_values for link in links}
    found = {id: without_ours(context, now[id], owned.get(id, {})) for id in gone.values()}
    if context.run.undo_of_id is None:
        for values in found.values():
            values.pop(context.book.config.id_field, None)
    return {**now, **found}


def _against_deleting(context: Context, changes: Sequence[Change], target: Values) -> Objection | None:
    if hanging := in_use(target):
        return Objection(ReasonCode.IN_USE, f"Since the plan was made {hanging}; it is left alone.")
    written = {change.field: change.before for change in changes}
    if edited := edited_since(written, target, context.born_with, context.box_tags()):
        return Objection(ReasonCode.DRIFT, f"{edited} was changed since the plan was made; it is left alone.")
    return None


def _as_staff(context: Context, user: Values) -> Objection | None:
    word = context.kind.admit_right(user, context.book.config)
    return None if word.admitted else Objection(word.reason_code, word.line)


def _joined(context: Context, steps: Sequence[Step], now: Mapping[str, Values]) -> set[str]:
    """The users to be deleted that people have added to an organization."""
    users = [step.right_id for step in steps if step.operation == Verb.DELETE.on(Side.RIGHT)]
    return apply_memberships.joined_by_people(
        context, {id: str(now[id].get("created_at") or "") for id in users if id in now}
    )


def _keys_as_planned(context: Context, steps: Sequence[Step]) -> dict[int, str]:
    """The key by which each first link was planned, and that of each pair linked by key, by step id."""
    by_keys, always = (ReasonCode.FIRST_LINK, ReasonCode.SAME_KEY), context.kind.linked_by_key
    firsts = [step for step in steps if (always or step.reason_code in by_keys) and not step.operation.creates]
    if not firsts:
        return {}
    links = Link.objects.of_sync(context.sync, left_id__in=[step.left_id for step in firsts])
    by_key = set((links if always else links.filter(how=How.KEY)).values_list("left_id", flat=True))
    rights = MirrorRecord.objects.right_of(context.sync, remote_id__in=[step.right_id for step in firsts])
    keys = dict(rights.values_list("remote_id", "match_key"))
    return {step.pk: keys[step.right_id] for step in firsts if step.left_id in by_key and step.right_id in keys}


def _counterparts(context: Context, steps: Sequence[Step]) -> dict[str, Values]:
    """The present right records that values are taken from, if their key may belong to another one now. Empty for an
    undo, and for a plan that was just made.
    """
    if not context.kind.linked_by_key or context.run.undo_of_id is not None or not was_left(context):
        return {}
    return _fetched(context, Side.RIGHT, {step.right_id for step in steps})


def _fetched(context: Context, side: Side, ids: Iterable[str]) -> dict[str, Values]:
    """The present records with these ids. Deleted ones are missing."""
    refs = [RecordRef(context.remote_object(side), id) for id in sorted(set(ids))]
    if not refs:
        return {}
    names = context.kind.traits(context.book.config) if side is Side.RIGHT else ()
    names += (context.kind.right_key_field,) if names and context.kind.linked_by_key else ()
    found = context.connector(side).fetch(refs, names or ("name" if side is Side.RIGHT else context.kind.left_name,))
    return {record.ref.id: record.values for record in found if not record.deleted}
