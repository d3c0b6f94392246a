"""Left records that were merged by people, and what happens to the loser's counterpart (S1.39)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet

from mappings.kinds.declaration import MASTER_RECORD
from syncadmin.engine.merged import Merged
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared import missing
from syncadmin.runs.storage import email_groups
from syncadmin.runs.storage.mirror import MirrorRow

LONGEST_CHAIN = 10


def losers(context: Context) -> dict[str, Merged]:
    """The linked records of this sync that were deleted by a merge and are to be planned, by id."""
    needs_planning = _needs_planning(context).values_list("remote_id", "values")
    masters = {id: str(values.get(MASTER_RECORD) or "") for id, values in needs_planning}
    masters = {id: master for id, master in masters.items() if master}
    if not masters:
        return {}
    links = Link.objects.active_of(context.sync, left_id__in=masters)
    users = dict(links.values_list("left_id", "right_id"))
    names, counterparts = _masters(context, {masters[id] for id in users})
    return {
        id: Merged(masters[id], names.get(masters[id], masters[id]), user, counterparts.get(masters[id], ""))
        for id, user in users.items()
    }


def follow_chains(context: Context) -> None:
    """Set the final winner of each loser whose winner was merged itself."""
    rows = [row for row in _needs_planning(context) if (row.values or {}).get(MASTER_RECORD)]
    for _ in range(LONGEST_CHAIN):
        further = _merged_on(context, {row.values[MASTER_RECORD] for row in rows})
        rows = [row for row in rows if row.values[MASTER_RECORD] in further]
        for row in rows:
            row.values = {**row.values, MASTER_RECORD: further[row.values[MASTER_RECORD]]}
        if not rows:
            return
        with context.progress.holding():
            MirrorRecord.objects.bulk_update(rows, ["values"], batch_size=500)


def _merged_on(context: Context, ids: set[str]) -> dict[str, str]:
    """Those of these left records that were merged, each with the id of the winner."""
    known = MirrorRecord.objects.left_of(email_groups.siblings(context.sync)).alive()
    unknown = ids - set(known.filter(remote_id__in=ids).values_list("remote_id", flat=True))
    return missing.merges(context, unknown)


def successors(context: Context, found: Mapping[str, Merged], ids: Collection[str]) -> dict[str, Merged]:
    """Those of these unlinked records that won a merge against a record whose counterpart exists, by id."""
    merges = {one.master: one for one in found.values() if one.master in ids and not one.counterpart}
    rights = MirrorRecord.objects.right_of(context.sync).alive()
    alive = rights.filter(remote_id__in=[one.right_id for one in merges.values()]) if merges else rights.none()
    living = set(alive.values_list("remote_id", flat=True))
    return {id: one for id, one in merges.items() if one.right_id in living}


def replan(context: Context, found: Mapping[str, Merged]) -> None:
    """Plan winners of merges again that have no counterpart."""
    masters = [one.master for one in found.values() if not one.counterpart]
    if masters:
        rows = MirrorRecord.objects.left_of(context.sync, remote_id__in=masters).alive()
        rows.filter(in_scope=True).update(needs_planning=True)


def deleted_holders(context: Context, rights: Iterable[MirrorRow]) -> frozenset[str]:
    """Left ids stored in these right records whose record was deleted: another record may take its place despite the
    link.
    """
    held = {right.external_key for right in rights} - {""}
    if not held:
        return frozenset()
    dead = MirrorRecord.objects.left_of(context.sync, remote_id__in=held, deleted=True)
    return frozenset(dead.values_list("remote_id", flat=True))


def _needs_planning(context: Context) -> QuerySet[MirrorRecord]:
    return MirrorRecord.objects.left_of(context.sync, needs_planning=True, id__gt=0, deleted=True)


def _masters(context: Context, ids: set[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The names of these records and their counterparts, including proposed ones."""
    syncs = email_groups.siblings(context.sync)
    rows = MirrorRecord.objects.left_of(syncs, remote_id__in=ids)
    links = Link.objects.of_sync(syncs, left_id__in=ids)
    return dict(rows.values_list("remote_id", "label")), dict(links.values_list("left_id", "right_id"))
