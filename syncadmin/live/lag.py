"""Measures the time from a change on one side to the write on the other: counted in classes, one row a minute."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from mappings.models import Sync
from syncadmin.live.models import LagMinute

CLASSES = (0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1_800, 3_600, 86_400)
"""The longest time of each class, in seconds."""
KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class LagTimes:
    """The times that half, and 95 of 100 changes took at most, in seconds; None where there were none."""

    changes: int
    p50: float | None
    p95: float | None


def add(sync_id: int, seconds: Iterable[float]) -> None:
    """Count changes that were written now. Side effect: the row of this minute."""
    counted = Counter(str(_class(value)) for value in seconds)
    if not counted:
        return
    minute = timezone.now().replace(second=0, microsecond=0)
    row, _ = LagMinute.objects.get_or_create(sync_id=sync_id, minute=minute)
    row.counts = dict(Counter(row.counts) + counted)
    row.save(update_fields=["counts"])


def times(sync: Sync, since: datetime, until: datetime) -> LagTimes:
    """Of the changes that were written in this time."""
    return series(sync, since, until - since, 1)[0]


def series(sync: Sync, since: datetime, step: timedelta, number: int) -> list[LagTimes]:
    """The same for so many steps, one after the other. One query."""
    rows = LagMinute.objects.filter(sync=sync, minute__gte=since, minute__lt=since + step * number)
    found: list[Counter[str]] = [Counter() for _ in range(number)]
    for minute, counts in rows.values_list("minute", "counts"):
        found[int((minute - since) / step)].update(counts)
    return [_times(counts) for counts in found]


def forget_old() -> None:
    """Side effect: rows that no page shows any more are deleted."""
    LagMinute.objects.filter(minute__lt=timezone.now() - KEPT).delete()


def _class(seconds: float) -> float:
    return CLASSES[min(bisect_left(CLASSES, max(0.0, seconds)), len(CLASSES) - 1)]


def _times(counts: Mapping[str, int]) -> LagTimes:
    number = sum(counts.values())
    return LagTimes(number, _quantile(counts, number, 0.5), _quantile(counts, number, 0.95))


def _quantile(counts: Mapping[str, int], number: int, share: float) -> float | None:
    passed = 0
    for longest in CLASSES:
        passed += counts.get(str(longest), 0)
        if number and passed >= share * number:
            return longest
    return None
