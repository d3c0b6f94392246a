"""Stage 5 for memberships: the link of the contact that brought a membership remembers that a sync added it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, MADE_BY_OTHERS, OWNED, PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared.match_keys import digest
from syncadmin.runs.pipeline.shared.memberships import organization
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage import mirror
from syncadmin.runs.storage.steps import Answer


def record(context: Context, steps: Sequence[Step], outcomes: Mapping[int, Answer]) -> None:
    """Store which memberships were added, removed and made primary. One that somebody else added is never ours."""
    if not steps:
        return
    known = Link.objects.of_sync(context.sync, left_id__in=[step.left_id for step in steps])
    links = {link.left_id: link for link in known}
    primary: dict[str, str] = {}
    for step in steps:
        answer = outcomes.get(step.pk)
        theirs = answer is not None and answer.code == ReasonCode.ALREADY_MEMBER
        if (link := links.get(step.left_id)) and link.right_id == step.right_id:
            _note(link, step, theirs=theirs)
            link.synced_at = answer.at if answer else link.synced_at
        if PRIMARY in step.last_synced and not theirs:
            primary[step.right_id] = organization(step)
    for link in links.values():
        link.run_id = context.run.pk
    Link.objects.bulk_update(links.values(), ["last_synced", "owned_values", "synced_at", "run_id"], batch_size=200)
    _mark_in_sync(context, steps)
    _show(context, primary)


def _note(link: Link, step: Step, *, theirs: bool) -> None:
    org, owned, base = organization(step), list(link.owned_values.get(OWNED, ())), dict(link.last_synced)
    made_by_others = list(base.get(MADE_BY_OTHERS, ()))
    if step.operation == ADD_MEMBERSHIP:
        (made_by_others if theirs else owned).append(org)
    elif step.operation == REMOVE_MEMBERSHIP:
        owned = [one for one in owned if one != org]
    base |= {} if theirs else step.last_synced
    link.last_synced = {**base, MADE_BY_OTHERS: list(dict.fromkeys(made_by_others))} if made_by_others else base
    link.owned_values = {**link.owned_values, OWNED: list(dict.fromkeys(owned))}


def _mark_in_sync(context: Context, steps: Sequence[Step]) -> None:
    rows = MirrorRecord.objects.left_of(context.sync).alive()
    if context.run.undo_of_id:  # what was taken back is agreed on no more
        rows.filter(remote_id__in=[step.left_id for step in steps], in_scope=True).update(needs_planning=True)
        return
    waiting = rows.filter(remote_id__in=[step.left_id for step in steps if step.reason_code != ReasonCode.FIRST_LINK])
    waiting.update(needs_planning=False, status=RecordStatus.IN_SYNC, reason="", failures=0)


def _show(context: Context, primary: Mapping[str, str]) -> None:
    """Update the primary organization of mirrored users, so that our own write is not read as a change."""
    if not primary:
        return
    rows = mirror.rows_of(context.run.sync_id, Side.RIGHT, remote_id__in=primary)
    for row in rows:
        values: dict[str, Any] = {**row.values, PRIMARY: primary[row.remote_id]}
        row.values, row.digest = values, digest(values)
    mirror.upsert(rows)
