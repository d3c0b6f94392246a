"""Records that need a person. Run states, pages, commands and lists all use this definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Count, QuerySet
from django.utils.translation import ngettext

from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.status.record_status import NEEDS_A_PERSON


def unresolved_records(syncs: Iterable[Sync]) -> QuerySet[MirrorRecord]:
    """The records of these syncs that a person has to decide about or correct."""
    return MirrorRecord.objects.of_sync(list(syncs), side__in=list(Side), status__in=NEEDS_A_PERSON)


def unresolved(sync: Sync) -> int:
    """How many records of the sync need a person now. While there are any, the sync is not green. One query."""
    return unresolved_records([sync]).count()


def unresolved_by_sync(syncs: Iterable[Sync]) -> dict[int, int]:
    """The same number by primary key of the sync; syncs without any are missing. One query."""
    rows = unresolved_records(syncs).order_by().values_list("sync").annotate(Count("pk"))
    return dict(rows)


def unresolved_of(sync: Sync, counted: Mapping[tuple[int, str, str], int]) -> int:
    """The same number, from existing counts by sync, side and status."""
    return sum(number for (pk, _, status), number in counted.items() if pk == sync.pk and status in NEEDS_A_PERSON)


def needing(number: int) -> str:
    """The number in words: "1 record needs a person"."""
    return ngettext("{number:,} record needs a person", "{number:,} records need a person", number).format(
        number=number
    )
