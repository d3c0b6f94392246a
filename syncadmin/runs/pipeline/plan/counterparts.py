"""Right records that are not linked: those outside the sync, those that share a key, those without a counterpart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from syncadmin.engine.compare import LinkState
from syncadmin.engine.plan import Rulebook, plan_pair
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import PlannedStep, Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage import mirror
from syncadmin.runs.storage.mirror import MirrorRow


def refused(context: Context, rows: Iterable[MirrorRow]) -> dict[str, tuple[str, str]]:
    """Why the right records with the keys of these rows are outside the sync: a reason code and a sentence, by key."""
    if not context.kind.leaves_out_refused:
        return {}
    keys = {row.match_key for row in rows if row.match_key}
    rights = MirrorRecord.objects.right_of(context.sync, match_key__in=keys, in_scope=False).alive()
    return {key: (status, reason) for key, status, reason in rights.values_list("match_key", "status", "reason")}


def with_key(context: Context, rows: Iterable[MirrorRow]) -> dict[str, list[MirrorRow]]:
    """The unlinked right records by key, for kinds that write the same values to all right records with a key."""
    found: dict[str, list[MirrorRow]] = defaultdict(list)
    if context.book.config.several != "all":
        return found
    keys = {row.match_key for row in rows if row.match_key}
    rights = mirror.rows_of(context.run.sync_id, Side.RIGHT, match_key__in=keys, in_scope=True, deleted=False)
    links = Link.objects.of_sync(context.sync, right_id__in=[right.remote_id for right in rights])
    linked = set(links.values_list("right_id", flat=True))
    for right in rights:
        if right.remote_id not in linked:
            found[right.match_key].append(right)
    return found


def not_preferred(context: Context, rows: Sequence[MirrorRow]) -> dict[str, str]:
    """The right records whose key a preferred record has, with the reason, by id. One query; none if the kind prefers
    none.
    """
    judge, names = context.kind.preferred, context.kind.names
    if judge is None:
        return {}
    keys = {row.match_key for row in rows if row.match_key and not judge(row.values)}
    rights = mirror.rows_of(context.run.sync_id, Side.RIGHT, match_key__in=keys, in_scope=True, deleted=False)
    preferred: dict[str, list[MirrorRow]] = defaultdict(list)
    for right in rights:
        if judge(right.values):
            preferred[right.match_key].append(right)
    only = {key: found[0] for key, found in preferred.items() if len(found) == 1}
    reason = f"Of the {names.right_many} with this {names.key}, {{}} counts"
    return {
        row.remote_id: reason.format(only[row.match_key].label)
        for row in rows
        if row.match_key in only and only[row.match_key].remote_id != row.remote_id
    }


def plan_others(book: Rulebook, left: MirrorRow, link: Link, others: Iterable[MirrorRow]) -> list[PlannedStep]:
    """The steps that write the same values to the other records with the key of a linked one. They have no link."""
    record, agreed = left.record(book.kind.left_object), LinkState(link.last_synced, field_notes=link.field_notes)
    found: list[PlannedStep] = []
    for other in others:
        drafts, _ = plan_pair(book, record, other.record(book.kind.right_object), agreed)
        found += [replace(draft, reason_code=draft.reason_code or ReasonCode.SAME_KEY) for draft in drafts]
    return found


def note_alone(context: Context, right_ids: Sequence[str]) -> None:
    """Note that these right records have no counterpart, for kinds that leave them out of the plan."""
    names = context.kind.names
    records = MirrorRecord.objects.right_of(context.sync, remote_id__in=right_ids)
    reason = f"No {names.left_one} in {names.left_system} has its {names.key}"
    records.update(needs_planning=False, status=RecordStatus.ALONE, reason=reason)
