"""Stage 5: store the results of writes in links, mirror and log, where the next run starts from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from syncadmin.engine.drift import values_to_write
from syncadmin.engine.lifecycle import FINAL_STEPS, StepState
from syncadmin.engine.match import How
from syncadmin.engine.people.addresses import FREE_ADDRESS
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.people.memberships import MADE_BY_OTHERS, PRIMARY
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import CONFLICT, INFORMATIONAL, LINK, PROBLEM, UNLINK, Change, Operation, Side, Verb
from syncadmin.engine.undo import agreement
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import Link, MirrorRecord, Step
from syncadmin.runs.pipeline import run_log
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.record import additions
from syncadmin.runs.pipeline.record import related as record_standing
from syncadmin.runs.pipeline.shared import rests
from syncadmin.runs.pipeline.shared.match_keys import derive, digest
from syncadmin.runs.pipeline.shared.requeue import replan_dependents, replan_rivals, replan_waiting
from syncadmin.runs.querysets import doing
from syncadmin.runs.services import field_choices
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage import email_groups, former_addresses, mirror
from syncadmin.runs.storage.mirror import MirrorRow
from syncadmin.runs.storage.rows import LinkRow
from syncadmin.runs.storage.steps import Answer, answers, changes_of, save_links, steps_about, unrecorded

CHUNK = 500


def record(context: Context, *, refused_creations: bool = True) -> int:
    """Record every finished step that is not recorded yet. Safe to repeat. Returns their number.

    Without ``refused_creations`` those wait until it was looked up whether an earlier attempt created them.
    """
    total = 0
    finished = unrecorded(context.run).filter(state__in=FINAL_STEPS)
    if not refused_creations:
        finished = finished.exclude(doing(*(Verb.CREATE.on(side) for side in Side)), state=StepState.REJECTED)
    while steps := list(finished.order_by("state", "id")[:CHUNK]):
        with context.progress.holding():
            _record_chunk(context, steps)
        total += len(steps)
    return total


def _record_chunk(context: Context, steps: list[Step]) -> None:
    """One transaction, so that a worker that dies leaves all of it or nothing.

    1. Store what was written in links and mirror, and mark its records as in sync.
    2. Of those, mark records as unfinished that have another step which is open or failed.
    3. Store refusals, conflicts and skips as the status of their records.
    4. Log each step, and only then mark it as recorded.
    """
    outcomes = answers(steps)
    by_state: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_state[step.state].append(step)
    _record_done(context, by_state[StepState.DONE], outcomes)
    _leave_unfinished(context, by_state[StepState.DONE], outcomes)
    _record_rejected(context, by_state[StepState.REJECTED], outcomes)
    for step in by_state[StepState.CONFLICT]:
        if step.operation != CONFLICT and outcomes[step.pk].code == ReasonCode.NOT_LINKED:
            continue  # the step that should have linked it says why
        drifted = step.operation != CONFLICT
        reason = outcomes[step.pk].message if drifted else step.reason
        _stand(context, [step], "conflict", reason, needs_planning=drifted)
    _record_reported(context, by_state[StepState.SKIPPED])
    run_log.log_steps(context, steps, outcomes)
    Step.objects.filter(pk__in=[step.pk for step in steps]).update(recorded=True)


def _record_done(context: Context, steps: Sequence[Step], outcomes: Mapping[int, Answer]) -> None:
    by_operation: dict[Operation, list[Step]] = defaultdict(list)
    for step in steps:
        by_operation[step.operation].append(step)
    # links first, since what is agreed on and what belongs to a record look for them; their ends last
    made_left, made_right = (by_operation[Verb.CREATE.on(side)] for side in Side)
    updated_left, updated_right = (by_operation[Verb.UPDATE.on(side)] for side in Side)
    gone_left, gone_right = (by_operation[Verb.DELETE.on(side)] for side in Side)
    _pair_up(context, made_right, outcomes, Side.RIGHT)
    _pair_up(context, made_left, outcomes, Side.LEFT)
    changed = updated_right + by_operation[LINK]
    _agree(context, changed + updated_left, outcomes)
    former_addresses.note(context.sync.right, [*updated_right, *by_operation[FREE_ADDRESS]])
    additions.record_related(context, steps, outcomes)
    _patch(context, Side.RIGHT, changed + by_operation[UNLINK])
    _patch(context, Side.LEFT, updated_left)
    _end_links_of(context, gone_right, gone_left, by_operation[UNLINK])
    if context.run.undo_of_id:
        _undone(context, updated_right + updated_left)


def _leave_unfinished(context: Context, steps: Sequence[Step], outcomes: Mapping[int, Answer]) -> None:
    """Mark records as unfinished that have another open or failed step, or wait for the other direction."""
    lefts = {step.left_id or outcomes[step.pk].remote_id for step in steps}
    rows = MirrorRecord.objects.left_of(context.sync, in_scope=True)
    if context.run.direction != RunDirection.BOTH:
        rows.filter(remote_id__in=lefts).update(needs_planning=True)
    others = steps_about(context.run, left_id__in=lefts).exclude(state=StepState.DONE)
    for status, operation in (("conflict", CONFLICT), ("problem", PROBLEM)):  # for a person, whatever else was written
        for left_id, reason in others.doing(operation).values_list("left_id", "reason"):
            rows.filter(remote_id=left_id).update(status=status, reason=reason)
    found = list(others.exclude(verb__in=INFORMATIONAL).only("state", "left_id", "reason"))
    rows.filter(remote_id__in=[step.left_id for step in found]).update(needs_planning=True)
    refusals = answers([step for step in found if step.state in (StepState.REJECTED, StepState.CONFLICT)])
    for step in found:
        if answer := refusals.get(step.pk):
            status = "rejected" if step.state == StepState.REJECTED else "conflict"
            rows.filter(remote_id=step.left_id).update(status=status, reason=answer.message)


def _pair_up(context: Context, steps: Sequence[Step], outcomes: Mapping[int, Answer], side: Side) -> None:
    """Link created records to their sources, and mirror them as written."""
    if not steps:
        return
    links, rows, sources = [], [], []
    sync_id, run_id = context.run.sync_id, context.run.pk
    for step in steps:
        made = outcomes[step.pk].remote_id
        left_id, right_id = (step.left_id, made) if side is Side.RIGHT else (made, step.right_id)
        role, at = LinkRole.ELSEWHERE if step.object else LinkRole.SYNCING, outcomes[step.pk].at
        known = (role, How.CREATED, "Created by a run", step.last_synced, step.field_notes, step.owned_values)
        links.append(LinkRow(sync_id, left_id, right_id, *known, at, run_id))
        if not step.object:
            rows.append(_mirrored(context, side, made, values_to_write(changes_of(step.changes))))
            context.made[side].append(made)
        sources.append(step.left_id if side is Side.RIGHT else step.right_id)
    save_links(links)
    replan_dependents(context, [link.left_id for link in links])
    mirror.upsert(rows)
    record_standing.note_known(context, [link.right_id for link in links])
    _mark_in_sync(context, side.other, sources)


def _mirrored(context: Context, side: Side, remote_id: str, written: dict[str, Any]) -> MirrorRow:
    book, kind = context.book, context.kind
    fields = kind.left_fields(book.config) if side is Side.LEFT else kind.right_fields(book.config)
    row = MirrorRow(context.run.sync_id, side, remote_id, last_run=context.run.pk)
    unasked = kind.born_with if side is Side.RIGHT else {}
    return _refreshed(context, row, {name: written.get(name, unasked.get(name)) for name in fields})


def _refreshed(context: Context, row: MirrorRow, values: dict[str, Any]) -> MirrorRow:
    """The row with new values and what is derived from them, marked as in sync."""
    row.values, row.digest = values, digest(values)
    derive(row, context.book)
    row.needs_planning = row.deleted = False
    row.in_scope, row.status, row.reason, row.failures = True, RecordStatus.IN_SYNC, "", 0
    return row


def _agree(context: Context, steps: Sequence[Step], outcomes: Mapping[int, Answer]) -> None:
    """Store the agreed values of written steps and activate their links. A write to the left makes no link."""
    old = {link.left_id: link for link in _links(context, [step.left_id for step in steps])}
    steps = [step for step in steps if not _is_of_another(context, step, old.get(step.left_id))]
    known = {left_id for left_id, link in old.items() if link.active}
    part = [
        step for step in steps if step.operation == Verb.UPDATE.on(Side.LEFT) or step.reason_code == ReasonCode.ADDRESS
    ]
    linking = known | {step.left_id for step in steps if step not in part}
    steps = [step for step in steps if step.left_id in linking]
    if not steps:
        return
    links: dict[str, LinkRow] = {}
    for step in steps:
        how = How.GROUP if step.role == LinkRole.DUPLICATE else How.KEY
        link = old.setdefault(step.left_id, Link(left_id=step.left_id, how=how, reason=step.reason))
        _bring_up_to_date(context, link, step)
        links[step.left_id] = _link_row(context, step, link, outcomes[step.pk].at)
    save_links(links.values())
    if context.run.direction == RunDirection.BOTH:  # else the other direction's part of a choice is still to be written
        field_choices.forget(context.run, links.keys())
    replan_dependents(context, links.keys() - known)
    _transfer_users(context, steps)
    record_standing.note_known(context, {step.right_id for step in steps})
    _mark_in_sync(context, Side.LEFT, links.keys())
    gone = [step.left_id for step in steps if step.reason_code == ReasonCode.DELETED]
    MirrorRecord.objects.left_of(context.sync, remote_id__in=gone, deleted=True).update(
        needs_planning=False, status=RecordStatus.DELETED, reason="Deleted", failures=0
    )
    # what somebody has edited in a user is the business of the record that fills it
    _mark_in_sync(context, Side.RIGHT, [step.right_id for step in steps if step.role != LinkRole.DUPLICATE])


def _is_of_another(context: Context, step: Step, link: Link | None) -> bool:
    """Whether the step is about a record that only shares the key of the linked one."""
    undone = context.run.undo_of_id and context.book.config.several == "all"
    return step.reason_code == ReasonCode.SAME_KEY or bool(undone and link and link.right_id != step.right_id)


def _links(context: Context, left_ids: Sequence[str]) -> QuerySet[Link]:
    return Link.objects.of_sync(context.sync, left_id__in=left_ids)


def _bring_up_to_date(context: Context, link: Link, step: Step) -> None:
    """Set the agreed values, owned entries and role that the link has once the step is written."""
    if context.run.undo_of_id and step.reason_code != ReasonCode.FIRST_LINK:
        changes = changes_of(step.changes)
        link.last_synced, link.owned_values = agreement(
            context.book, step.operation, changes, link.last_synced, link.owned_values
        )
    elif step.operation == Verb.UPDATE.on(Side.LEFT) or step.reason_code == ReasonCode.ADDRESS:
        # what else was to be written is told by its own step
        others = {name: note for name, note in link.field_notes.items() if name not in step.last_synced}
        link.last_synced = {**link.last_synced, **step.last_synced}
        link.field_notes = {**others, **step.field_notes}
    elif step.role == LinkRole.DUPLICATE:
        link.role, link.right_id = LinkRole.DUPLICATE, step.right_id
        link.last_synced, link.field_notes = {}, {}
        link.owned_values = {**step.owned_values, **_related_of(context, link)}
    else:
        link.role, link.last_synced = step.role or link.role, {**_primary_of(link), **step.last_synced}
        link.field_notes = step.field_notes
        link.owned_values = {**step.owned_values, **_related_of(context, link)}


def _transfer_users(context: Context, steps: Sequence[Step]) -> None:
    """Plan the records again that filled a user which another record has taken over.

    A record outside the sync keeps its memberships only, so that it does not count as filling the user later (S1.9).
    """
    taken = [
        step
        for step in steps
        if step.reason_code in (ReasonCode.FIRST_LINK, ReasonCode.TAKEN_OVER) and step.role == LinkRole.SYNCING
    ]
    users, lefts = {step.right_id for step in taken}, {step.left_id for step in taken}
    if not users:
        return
    for sync in [*email_groups.siblings(context.sync), *email_groups.switched_off(context.sync)]:
        links = Link.objects.active_of(sync, right_id__in=users, role=LinkRole.SYNCING)
        former = {link.left_id: link for link in links.exclude(left_id__in=lefts)}
        rows = MirrorRecord.objects.left_of(sync, remote_id__in=former)
        alive = rows.filter(in_scope=True, deleted=False)
        taking_part = set(alive.values_list("remote_id", flat=True)) if sync.is_on else set()
        for left_id in former.keys() - taking_part:
            link = former[left_id]
            Link.objects.filter(pk=link.pk).update(
                role=LinkRole.DUPLICATE, last_synced={}, field_notes={}, owned_values=_related_of(context, link)
            )
        mirror.replan(alive)


def _related_of(context: Context, link: Link) -> dict[str, Any]:
    """What a link owns through steps of relations, which the step of the record's fields does not know."""
    names = [relation.link_key for relation in context.kind.relations]
    return {name: link.owned_values[name] for name in names if link.owned_values.get(name)}


def _primary_of(link: Link) -> dict[str, Any]:
    return {name: link.last_synced[name] for name in (PRIMARY, MADE_BY_OTHERS) if name in link.last_synced}


def _link_row(context: Context, step: Step, link: Link, at: datetime) -> LinkRow:
    known = (link.role, link.how, link.reason, link.last_synced, link.field_notes, link.owned_values)
    return LinkRow(context.run.sync_id, step.left_id, step.right_id, *known, at, context.run.pk)


def _patch(context: Context, side: Side, steps: Sequence[Step]) -> None:
    """Store written values in the mirror, so that our own write is not read as a change."""
    written: dict[str, list[Change]] = defaultdict(list)
    for step in steps:
        if step.changes:
            written[step.left_id if side is Side.LEFT else step.right_id] += changes_of(step.changes)
    if not written:
        return
    rows = mirror.rows_of(context.run.sync_id, side, remote_id__in=written)
    before = {row.remote_id: row.match_key for row in rows}
    fresh = [
        _refreshed(context, row, {**row.values, **values_to_write(written[row.remote_id], row.values)}) for row in rows
    ]
    mirror.upsert(fresh)
    renamed = [row for row in fresh if row.match_key != before[row.remote_id]]
    keys = {key for row in renamed for key in (before[row.remote_id], row.match_key)}
    replan_rivals(context, keys)
    if side is Side.RIGHT:
        replan_waiting(context, keys)


def _end_links_of(
    context: Context, gone_right: Sequence[Step], gone_left: Sequence[Step], unlinked: Sequence[Step]
) -> None:
    """End links. Deleted records stay in the mirror, marked as deleted; their counterparts are free again."""
    ended = [*gone_right, *gone_left, *unlinked]
    if not ended:
        return
    ours = MirrorRecord.objects.of_sync(context.sync)
    rights = ours.filter(side=Side.RIGHT, remote_id__in=[step.right_id for step in ended])
    replan_rivals(context, set(rights.values_list("match_key", flat=True)))
    replan_dependents(context, [step.left_id for step in ended])
    links = Link.objects.of_sync(context.sync)
    _keep_what_links_knew(links, ended)
    links.filter(left_id__in=[step.left_id for step in [*gone_right, *gone_left] if step.left_id]).delete()
    _end_links(links, [step for step in unlinked if step.left_id])
    # one record may leave a user that others have too
    whole = [*gone_right, *gone_left, *(step for step in unlinked if not step.left_id)]
    links.filter(right_id__in=[step.right_id for step in whole if step.right_id]).delete()
    tombstone = {
        "deleted": True,
        "needs_planning": False,
        "status": RecordStatus.DELETED,
        "reason": "Deleted by an undo" if context.run.undo_of_id else "Deleted by a run",
    }
    ours.filter(side=Side.RIGHT, remote_id__in=[step.right_id for step in gone_right]).update(**tombstone)
    ours.filter(side=Side.LEFT, remote_id__in=[step.left_id for step in gone_left]).update(**tombstone)
    kept_left = [step.left_id for step in [*gone_right, *unlinked]]
    kept_right = [step.right_id for step in [*gone_left, *unlinked]]
    ours.filter(side=Side.LEFT, remote_id__in=kept_left, in_scope=True).update(
        needs_planning=True, status="", reason=""
    )
    ours.filter(side=Side.RIGHT, remote_id__in=kept_right).update(needs_planning=True, status="", reason="")


def _keep_what_links_knew(links: QuerySet[Link], ended: Sequence[Step]) -> None:
    """Keep the state of an ended link in the step that ended it, for an undo of this run."""
    ending = {link.left_id: link for link in links.filter(left_id__in=[step.left_id for step in ended])}
    steps = [step for step in ended if step.left_id in ending]
    for step in steps:
        link = ending[step.left_id]
        step.last_synced, step.field_notes, step.owned_values = link.last_synced, link.field_notes, link.owned_values
    Step.objects.bulk_update(steps, ["last_synced", "field_notes", "owned_values"], batch_size=200)


def _end_links(links: QuerySet[Link], unlinked: Sequence[Step]) -> None:
    """End links, unless the record has another counterpart by now."""
    ended = {step.left_id: step.right_id for step in unlinked}
    found = links.filter(left_id__in=ended).values_list("pk", "left_id", "right_id")
    links.filter(pk__in=[pk for pk, left, right in found if ended[left] in ("", right)]).delete()


def _undone(context: Context, steps: Sequence[Step]) -> None:
    """Forget the agreed values of what was undone, so that the next plan compares it again."""
    lefts = [step.left_id for step in steps]
    MirrorRecord.objects.left_of(context.sync, remote_id__in=lefts).update(needs_planning=True)


def _record_rejected(context: Context, steps: Sequence[Step], outcomes: Mapping[int, Answer]) -> None:
    """Store refusals. Those of the remote system are tried again, up to a limit; our own wait for a person."""
    by_reason: dict[tuple[str, bool], list[Step]] = defaultdict(list)
    for step in steps:
        ours = step.operation == PROBLEM
        by_reason[step.reason if ours else outcomes[step.pk].message, ours].append(step)
    for (reason, ours), group in by_reason.items():
        rows = _stand(context, group, "problem" if ours else "rejected", reason, needs_planning=not ours)
        if not ours:
            rests.count_refusal(context, rows, reason)
            rows.filter(failures__gte=rests.GIVES_UP_AFTER).update(needs_planning=False)


def _record_reported(context: Context, steps: Sequence[Step]) -> None:
    if context.run.undo_of_id:
        return
    by_word: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in steps:
        by_word[step.reason_code, step.reason].append(step)
    replan_dependents(context, [step.left_id for step in steps if step.reason_code == ReasonCode.COUNTERPART_DELETED])
    for (code, reason), group in by_word.items():
        _stand(context, group, code, reason, needs_planning=False)
    orphaning = [
        step
        for step in steps
        if step.reason_code in (ReasonCode.DELETED, ReasonCode.MERGED) and step.role != LinkRole.DUPLICATE
    ]
    record_standing.note_orphans(context, orphaning)


def _stand(
    context: Context, steps: Sequence[Step], status: str, reason: str, *, needs_planning: bool
) -> QuerySet[MirrorRecord]:
    """Store a status and its reason with the record that each step is about. Returns those rows."""
    about = {
        Side.LEFT: [step.left_id for step in steps if step.left_id],
        Side.RIGHT: [step.right_id for step in steps if not step.left_id],
    }
    ours = MirrorRecord.objects.of_sync(context.sync)
    rows = ours.filter(reduce(or_, (Q(side=side, remote_id__in=ids) for side, ids in about.items() if ids)))
    rows.update(status=status, reason=reason, needs_planning=needs_planning)
    pairs = [step.right_id for step in steps if step.left_id and step.right_id and step.role != LinkRole.DUPLICATE]
    ours.filter(side=Side.RIGHT, remote_id__in=pairs).update(needs_planning=False)
    return rows


def _mark_in_sync(context: Context, side: Side, ids: Iterable[str]) -> None:
    rows = MirrorRecord.objects.of_side(context.sync, side, remote_id__in=list(ids), in_scope=True, deleted=False)
    rows.update(needs_planning=False, status=RecordStatus.IN_SYNC, reason="", failures=0)
