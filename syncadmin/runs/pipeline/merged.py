"""Records that people have merged in Salesforce: what becomes of the loser's counterpart (S1.39)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from syncadmin.engine.kinds.kind import MERGED_INTO
from syncadmin.engine.merged import Merged
from syncadmin.engine.steps import Side
from syncadmin.runs import email_groups
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context


def losers(context: Context) -> dict[str, Merged]:
    """The linked records of this sync that were deleted by a merge and are to be planned, by id."""
    pending = MirrorRecord.objects.filter(sync=context.sync, side=Side.LEFT, pending=True, id__gt=0, deleted=True)
    masters = {id: str(values.get(MERGED_INTO) or "") for id, values in pending.values_list("remote_id", "values")}
    masters = {id: master for id, master in masters.items() if master}
    if not masters:
        return {}
    links = Link.objects.filter(sync=context.sync, left_id__in=masters, active=True)
    users = dict(links.values_list("left_id", "right_id"))
    names, counterparts = _masters(context, {masters[id] for id in users})
    return {
        id: Merged(masters[id], names.get(masters[id], masters[id]), user, counterparts.get(masters[id], ""))
        for id, user in users.items()
    }


def heirs(context: Context, found: Mapping[str, Merged], ids: Collection[str]) -> dict[str, Merged]:
    """Those of these unlinked records that a linked one was merged into whose counterpart is there, by id."""
    merges = {one.master: one for one in found.values() if one.master in ids and not one.counterpart}
    rights = MirrorRecord.objects.filter(sync=context.sync, side=Side.RIGHT, deleted=False)
    alive = rights.filter(remote_id__in=[one.right_id for one in merges.values()]) if merges else rights.none()
    living = set(alive.values_list("remote_id", flat=True))
    return {id: one for id, one in merges.items() if one.right_id in living}


def wake(context: Context, found: Mapping[str, Merged]) -> None:
    """Have the records that others were merged into planned, if they have no counterpart yet."""
    masters = [one.master for one in found.values() if not one.counterpart]
    if masters:
        rows = MirrorRecord.objects.filter(sync=context.sync, side=Side.LEFT, remote_id__in=masters, deleted=False)
        rows.filter(in_scope=True).update(pending=True)


def _masters(context: Context, ids: set[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The names of these records and the counterparts that they have, proposed ones too."""
    syncs = email_groups.siblings(context.sync)
    rows = MirrorRecord.objects.filter(sync__in=syncs, side=Side.LEFT, remote_id__in=ids)
    links = Link.objects.filter(sync__in=syncs, left_id__in=ids)
    return dict(rows.values_list("remote_id", "label")), dict(links.values_list("left_id", "right_id"))
