"""Writes of memberships: whose user was just created, which exist already, which id a removal needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connectors.api.values import Cause, Condition, Op, Outcome, Query, RecordRef, Write, WriteResult
from mappings.kinds.people import sentences
from mappings.kinds.people.relations import MEMBERSHIP
from syncadmin.engine.lifecycle import FINAL_STEPS, StepState
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, OWNED, PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import UNLINK, Operation, Side, Verb
from syncadmin.runs.models import Link, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.querysets import doing
from syncadmin.runs.storage import email_groups
from syncadmin.runs.storage.steps import steps_about

AT_ONCE = timedelta(seconds=1)
# What the helpdesk has accepted it has done by then. Whoever puts a user in later was not this call.
SOON = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Membership:
    """A membership as it is now."""

    id: str
    default: bool
    made: datetime


@dataclass(frozen=True, slots=True)
class Ready:
    """What a step becomes: a write, or the reason for none."""

    write: Write | None = None
    done: bool = False
    reason_code: str = ""
    message: str = ""


def find_users(context: Context, steps: Sequence[Step]) -> None:
    """Set the created user in steps that wait for it. Steps whose user was not created keep none."""
    waiting = [step for step in steps if not step.right_id and step.waits_for]
    if not waiting:
        return
    followed = {step.waits_for for step in waiting}
    made = followed - _open(context, followed, Verb.CREATE.on(Side.RIGHT), UNLINK)
    links = Link.objects.active_of(email_groups.siblings(context.sync), left_id__in=made)
    users = dict(links.values_list("left_id", "right_id"))
    found: dict[str, list[int]] = defaultdict(list)
    for step in waiting:
        step.right_id = users.get(step.waits_for, "")
        found[step.right_id].append(step.pk)
    with context.progress.holding():
        for user, ids in found.items():
            if user:
                Step.objects.filter(pk__in=ids).update(right_id=user)


def barred(context: Context, steps: Sequence[Step]) -> dict[int, Ready]:
    """Why these steps must not be written, by step id: the user was not created, or a membership still exists.

    A step with an empty reason may still be written by this run.
    """
    find_users(context, steps)
    no_user = Ready(reason_code=ReasonCode.NO_USER, message="Its user was not created; the next run tries again.")
    found = {step.pk: no_user for step in steps if step.waits_for and not step.right_id}
    found |= _not_made_yet(context, [step for step in steps if step.pk in found])
    found |= _not_taken_over(context, [step for step in steps if step.waits_for and step.pk not in found])
    found |= _not_left(context, steps)
    leaving = {step.left_id: step.pk for step in steps if step.operation == UNLINK}
    ends = steps_about(context.run, left_id__in=list(leaving)).doing(REMOVE_MEMBERSHIP)
    for left_id, state, held in ends.exclude(state=StepState.DONE).values_list("left_id", "state", "needs_approval"):
        stands = held or state in FINAL_STEPS
        message = "A membership that it added still exists; the next run tries again."
        found[leaving[left_id]] = Ready(reason_code=ReasonCode.STANDS, message=message) if stands else Ready()
    return found


def _not_made_yet(context: Context, steps: Sequence[Step]) -> dict[int, Ready]:
    """Those of these steps whose user this run has yet to create."""
    open_ = _open(context, {step.waits_for for step in steps}, Verb.CREATE.on(Side.RIGHT))
    return {step.pk: Ready() for step in steps if step.waits_for in open_}


def _not_left(context: Context, steps: Sequence[Step]) -> dict[int, Ready]:
    """Why these steps must not be written: their record has to leave another user first, and has not."""
    ids = {step.left_id for step in steps if step.operation != UNLINK}
    leaving = steps_about(context.run, left_id__in=ids).doing(UNLINK).filter(reason_code=ReasonCode.LEFT_GROUP)
    staying = set(leaving.exclude(state=StepState.DONE).values_list("left_id", flat=True))
    open_ = _open(context, staying, UNLINK)
    word = Ready(reason_code=ReasonCode.STANDS, message="It has not left its former user; the next run tries again.")
    return {
        step.pk: Ready() if step.left_id in open_ else word
        for step in steps
        if step.left_id in staying and step.operation != UNLINK
    }


def _not_taken_over(context: Context, steps: Sequence[Step]) -> dict[int, Ready]:
    """Why these steps must not be written: their successor does not fill the user, and somebody has to."""
    ids = {step.waits_for for step in steps if step.reason_code == ReasonCode.DUPLICATE}
    links = Link.objects.active_of(email_groups.siblings(context.sync), left_id__in=ids)
    filling = set(links.filter(role=LinkRole.SYNCING).values_list("left_id", "right_id"))
    word = Ready(
        reason_code=ReasonCode.WAITS, message="The other record has not taken the user over; the next run tries again."
    )
    waiting = [
        step
        for step in steps
        if step.reason_code == ReasonCode.DUPLICATE and (step.waits_for, step.right_id) not in filling
    ]
    open_ = _open(context, ids)
    return {step.pk: Ready() if step.waits_for in open_ else word for step in waiting}


def _open(context: Context, left_ids: Collection[str], *operations: Operation, **where: Any) -> set[str]:
    """Those of these left records that have an open step of these operations."""
    steps = steps_about(context.run, left_id__in=left_ids).filter(doing(*operations), needs_approval=False, **where)
    return set(steps.exclude(state__in=FINAL_STEPS).values_list("left_id", flat=True))


def prepare(context: Context, steps: Sequence[Step]) -> dict[int, Ready]:
    """The write of each membership step, by step id. Reads the memberships of users where one is changed or removed.

    An addition planned as primary is sent as an ordinary one if a person has chosen a primary organization since (A7).
    """
    find_users(context, steps)
    unlinked_ = unlinked(context, [step for step in steps if step.operation != REMOVE_MEMBERSHIP])
    changing = [step for step in steps if step.operation != ADD_MEMBERSHIP]
    now = present(context, {step.right_id for step in changing})
    placed = _placed_since(context, steps)
    return {
        step.pk: unlinked_.get(step.pk) or _ready(step, now.get((step.right_id, organization(step))), now, placed)
        for step in steps
    }


def _placed_since(context: Context, steps: Sequence[Step]) -> set[str]:
    """Users without an organization in the plan that have one now. One call for each hundred."""
    firsts = [step for step in steps if PRIMARY in step.last_synced and step.right_id and not step.waits_for]
    refs = [RecordRef(context.kind.right_object, step.right_id) for step in firsts]
    found = context.right.fetch(refs, (PRIMARY,)) if refs else ()
    return {record.ref.id for record in found if record.values.get(PRIMARY)}


def unlinked(context: Context, steps: Sequence[Step]) -> dict[int, Ready]:
    """Why these steps must not be written: their link was not made, so nothing would remember whose the
    membership is.
    """
    firsts = steps_about(context.run, left_id__in={step.left_id for step in steps}).filter(
        reason_code=ReasonCode.FIRST_LINK
    )
    failed = set(firsts.exclude(state=StepState.DONE).values_list("left_id", flat=True))
    one = context.kind.names.right_one
    word = Ready(
        reason_code=ReasonCode.NOT_LINKED, message=f"It was not linked to its {one}; the next run tries again."
    )
    open_ = _open(context, failed, reason_code=ReasonCode.FIRST_LINK)
    return {step.pk: Ready() if step.left_id in open_ else word for step in steps if step.left_id in failed}


def present(context: Context, users: Iterable[str]) -> dict[tuple[str, str], Membership]:
    """The memberships of these users, by user and organization."""
    asked = tuple(sorted({user for user in users if user}))
    if not asked:
        return {}
    fields = ("user_id", "organization_id", "default", "created_at")
    query = Query(MEMBERSHIP.object, fields, (Condition("user_id", asked),))
    found = {}
    for page in context.right.read(query):
        for record in page.records:
            key = str(record.values["user_id"]), str(record.values["organization_id"])
            made = datetime.fromisoformat(record.values["created_at"])
            found[key] = Membership(record.ref.id, bool(record.values["default"]), made)
    return found


def joined_by_people(context: Context, born: Mapping[str, str]) -> set[str]:
    """Users that people have added to an organization. ``born``: their creation times by Zendesk's clock.

    Zendesk itself adds a new user by the domain of its email at once.
    """
    if not born or MEMBERSHIP not in context.kind.relations:
        return set()
    owned: dict[str, set[str]] = defaultdict(set)
    links = Link.objects.of_sync(email_groups.siblings(context.sync), right_id__in=born)
    for user, ours in links.values_list("right_id", "owned_values"):
        owned[user] |= set(ours.get(OWNED, ()))
    return {
        user
        for (user, org), membership in present(context, born).items()
        if org not in owned[user] and membership.made - datetime.fromisoformat(born[user]) > AT_ONCE
    }


def organization(step: Step) -> str:
    """The organization that a membership step is about."""
    change = step.changes[0]
    return str(change["after"] or change["before"])


def outcome_stands(step: Step, membership: Membership | None) -> bool:
    """Whether the result of the step exists in Zendesk. A membership made after the removal was sent is another one."""
    if step.operation == REMOVE_MEMBERSHIP:
        return membership is None or (step.sent_at is not None and membership.made > step.sent_at)
    return membership is not None and (step.operation == ADD_MEMBERSHIP or membership.default)


def is_made_by(step: Step, membership: Membership) -> bool:
    """Whether the unanswered call of this step created the membership.

    Both times are by Zendesk's clock. In doubt it is somebody else's.
    """
    return step.sent_at is not None and step.sent_at <= membership.made <= step.sent_at + SOON


def read_answer(operation: Operation, result: WriteResult) -> WriteResult:
    """Count an addition of an existing membership, and a removal of a missing one, as done."""
    if result.outcome is not Outcome.REJECTED:
        return result
    if operation == ADD_MEMBERSHIP and result.cause is Cause.EXISTS:
        return replace(
            result, outcome=Outcome.DONE, code=ReasonCode.ALREADY_MEMBER, message="The user was a member already."
        )
    if operation == REMOVE_MEMBERSHIP and result.cause is Cause.GONE:
        return replace(result, outcome=Outcome.DONE, code=ReasonCode.GONE, message="The membership was gone already.")
    return result


def _ready(
    step: Step,
    membership: Membership | None,
    now: Mapping[tuple[str, str], Membership],
    placed: Collection[str],
) -> Ready:
    if not step.right_id:
        return Ready(reason_code=ReasonCode.NO_USER, message="Its user was not created; the next run tries again.")
    if step.operation == ADD_MEMBERSHIP:
        return Ready(Write(Op.CREATE, MEMBERSHIP.object, step.pk, None, _values(step, placed)))
    if outcome_stands(step, membership):
        return Ready(done=True)
    if membership is None:
        return Ready(reason_code=ReasonCode.GONE, message=sentences.NO_MEMBER_ANY_MORE)
    if step.operation == REMOVE_MEMBERSHIP:
        return Ready(Write(Op.DELETE, MEMBERSHIP.object, step.pk, membership.id))
    planned = str(step.changes[0]["before"] or "")
    held = next((org for (user, org), one in now.items() if user == step.right_id and one.default), "")
    if held != planned:
        return Ready(reason_code=ReasonCode.DRIFT, message=sentences.PRIMARY_CHOSEN_SINCE)
    values = {"default": True, "user_id": step.right_id}
    return Ready(Write(Op.UPDATE, MEMBERSHIP.object, step.pk, membership.id, values))


def _values(step: Step, placed: Collection[str]) -> dict[str, Any]:
    values: dict[str, Any] = {"user_id": step.right_id, "organization_id": organization(step)}
    first = PRIMARY in step.last_synced and step.right_id not in placed
    return {**values, "default": True} if first else values
