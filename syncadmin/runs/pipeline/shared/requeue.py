"""Plans records again because of a change in another record."""

from __future__ import annotations

from collections.abc import Collection

from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage import email_groups, mirror

SETTLED = [RecordStatus.IN_SYNC, RecordStatus.IGNORED]


def replan_rivals(context: Context, keys: Collection[str]) -> None:
    """Plan unsettled records again that share a key with what changed: they may match now, or no longer.

    Where all right records with a key get the same values, settled records too.
    """
    wanted = set(keys) - {""}
    settled = [RecordStatus.IGNORED] if context.book.config.several == "all" else SETTLED
    for side in Side if wanted else ():  # a side at a time, as the index of keys wants it
        rows = MirrorRecord.objects.of_side(context.sync, side, match_key__in=wanted).alive()
        mirror.replan(rows.filter(in_scope=True, requeued=False).exclude(status__in=settled))


def replan_namesakes(sync: Sync, keys: Collection[str]) -> None:
    """Plan left records again with the key of a right record that changed: it may be their counterpart now."""
    lefts = MirrorRecord.objects.left_of(sync, match_key__in=set(keys) - {""}).alive_in_scope()
    lefts.exclude(status=RecordStatus.IGNORED).update(needs_planning=True)


def replan_linked(context: Context, right_ids: Collection[str]) -> None:
    """Plan records again whose counterpart is gone: it may exist anew, or have been merged."""
    if right_ids:
        links = Link.objects.active_of(context.sync, right_id__in=right_ids)
        lefts = MirrorRecord.objects.left_of(context.sync).alive_in_scope()
        lefts.filter(remote_id__in=links.values("left_id")).update(needs_planning=True)


def replan_dependents(context: Context, left_ids: Collection[str]) -> None:
    """Plan contacts again whose account was just linked or unlinked, and their email groups (S1.11)."""
    if not left_ids or not context.dependents:
        return
    for sync in context.dependents:
        rows = MirrorRecord.objects.of_sync(sync, parent_key__in=left_ids).alive()
        keys = set(rows.values_list("match_key", flat=True))
        if mirror.replan(rows.filter(in_scope=True)):
            context.requeued_syncs.add(sync.pk)
        replan_groups(sync, keys)


def replan_waiting(context: Context, keys: Collection[str]) -> None:
    """Plan records of the syncs that share users again whose email a user had or has now."""
    for sibling in email_groups.siblings(context.sync) if context.kind.grouping else ():
        rows = MirrorRecord.objects.left_of(sibling, match_key__in=keys).alive()
        waiting = [RecordStatus.WAITS, RecordStatus.REJECTED, RecordStatus.AMBIGUOUS]
        if mirror.replan(rows.filter(in_scope=True, requeued=False, status__in=waiting)):
            context.requeued_syncs.add(sibling.pk)


def replan_groups(sync: Sync, keys: Collection[str]) -> None:
    """Plan all records of an email group again, also in other syncs, because one of them changed (S1.7)."""
    wanted = [key for key in keys if key] if kind_of(sync.kind).grouping else ()
    for sibling in email_groups.siblings(sync) if wanted else ():
        rows = MirrorRecord.objects.left_of(sibling, match_key__in=wanted).alive()
        mirror.replan(rows.filter(in_scope=True, requeued=False).exclude(status=RecordStatus.IGNORED))
