"""Queries of the log pages. None counts or scans the whole log."""

from __future__ import annotations

import re
from datetime import datetime

from django.db.models import Q, QuerySet

from syncadmin.logs.models import Level, LogEntry
from syncadmin.web.lists.pagination import COUNTING_STOPS_AT

# A text is looked for in so many of the newest entries of a selection; a run, a record or a time narrows it down.
LOOKED_THROUGH = 20_000
# Workers store entries out of order by a few thousand at most; ids follow the clock up to that.
OUT_OF_ORDER = 10_000
STORY = 200
LOOKED_AT = 1_000
_ID = re.compile(r"(?=.*\d)([A-Za-z0-9]{18}|[A-Za-z0-9]{15}|\d{4,}|[^\s@]{32,})")


def entries() -> QuerySet[LogEntry]:
    """The whole log, newest first."""
    return LogEntry.objects.select_related("sync")


def about_record(rows: QuerySet[LogEntry], text: str) -> QuerySet[LogEntry]:
    """Entries of a record: by id, by the address of an email group, else by a part of its name among the newest."""
    if "@" in text:
        return rows.filter(email_group__in={text, text.lower()})
    if _ID.fullmatch(text):
        ids = [LogEntry.objects.filter(**{side: text}).order_by().values("pk") for side in ("left_id", "right_id")]
        return rows.filter(Q(pk__in=ids[0]) | Q(pk__in=ids[1]))
    return newest(rows).filter(label__icontains=text)


def with_text(rows: QuerySet[LogEntry], text: str) -> QuerySet[LogEntry]:
    """Entries whose message, or word on what was not done, holds the text, or whose code it is, among the newest of the
    selection. One query to find the border.
    """
    matching = Q(message__icontains=text) | Q(not_done__icontains=text) | Q(code=text)
    return newest(rows).filter(matching)


def since(rows: QuerySet[LogEntry], moment: datetime) -> QuerySet[LogEntry]:
    """Entries from a moment on. One query turns the moment into an id, by which the log is ordered."""
    first = LogEntry.objects.filter(at__gte=moment).order_by("at").values_list("pk", flat=True).first()
    return rows.filter(at__gte=moment, pk__gte=first - OUT_OF_ORDER) if first else rows.none()


def until(rows: QuerySet[LogEntry], moment: datetime) -> QuerySet[LogEntry]:
    """Entries up to a moment. One query, as for ``since``."""
    last = LogEntry.objects.filter(at__lte=moment).order_by("-at").values_list("pk", flat=True).first()
    return rows.filter(at__lte=moment, pk__lte=last + OUT_OF_ORDER) if last else rows.none()


def newest(rows: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
    """The newest LOOKED_THROUGH entries of a selection, as a selection that can be filtered on."""
    border = rows.order_by("-pk").values_list("pk", flat=True)[LOOKED_THROUGH : LOOKED_THROUGH + 1].first()
    return rows if border is None else rows.filter(pk__gt=border)


def level_counts() -> dict[Level, int]:
    """Entries of each level, at most COUNTING_STOPS_AT + 1. One short query a level."""
    return {level: LogEntry.objects.filter(level=level).order_by()[: COUNTING_STOPS_AT + 1].count() for level in Level}


def story(entry: LogEntry) -> list[LogEntry]:
    """Everything the log knows of the entry's record in its run, by time; without a record the entry alone."""
    if not entry.left_id and not entry.right_id:
        return [entry]
    found = lines_about(entry.left_id, entry.right_id)
    return sorted((line for line in found if line.run_id == entry.run_id), key=lambda line: line.pk)[:STORY]


def lines_about(*ids: str) -> list[LogEntry]:
    """The newest entries that name one of these records, newest first. Two queries an id, over its own indexes.

    Nothing else is asked of the database: with a run or a sync beside it, it may walk through all of their entries.
    """
    found: dict[int, LogEntry] = {}
    for value in filter(None, ids):
        for side in ("left_id", "right_id"):
            rows = LogEntry.objects.filter(**{side: value}).order_by("-pk")
            found |= {line.pk: line for line in rows[:LOOKED_AT]}
    return sorted(found.values(), key=lambda line: -line.pk)
