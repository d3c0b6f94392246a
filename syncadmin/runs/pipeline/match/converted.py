"""Right records that became records of this kind, such as the contact of a converted lead (S4.16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from mappings.models import Sync
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.status.record_status import RecordStatus


def became(context: Context, keys: Iterable[str]) -> dict[str, str]:
    """The right record that the former one with each key became, by key; without those that another left record has."""
    wanted = {key for key in keys if key}
    rows = _converted(context).filter(match_key__in=wanted) if context.kind.converted_from and wanted else ()
    field, found = context.kind.converted_from[1:], defaultdict[str, set[str]](set)
    for row in rows:
        found[row.match_key] |= {str(row.values.get(name)) for name in field if row.values.get(name)}
    single = {key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1}
    if not single:
        return {}
    rights = MirrorRecord.objects.right_of(context.sync, remote_id__in=single.values()).alive_in_scope()
    there = set(rights.values_list("remote_id", flat=True))
    linked = Link.objects.of_sync(context.sync, right_id__in=there).values_list("right_id", flat=True)
    free = there - set(linked)
    return {key: id for key, id in single.items() if id in free}


def replan(context: Context) -> None:
    """Plan left records again whose counterpart was converted meanwhile. Two queries if none was."""
    if not context.kind.converted_from:
        return
    keys = _converted(context).exclude(match_key="").values("match_key")
    alone = MirrorRecord.objects.left_of(context.sync, needs_planning=False, match_key__in=keys).alive_in_scope()
    alone = alone.filter(status=RecordStatus.NO_MATCH)
    if found := became(context, alone.values_list("match_key", flat=True)):
        alone.filter(match_key__in=found).update(needs_planning=True)


def _converted(context: Context) -> QuerySet[MirrorRecord]:
    slug, sync = context.kind.converted_from[0], context.sync
    others = Sync.objects.on().filter(kind=slug, left=sync.left_id, right=sync.right_id)
    return MirrorRecord.objects.right_of(others, status=RecordStatus.CONVERTED).alive()
