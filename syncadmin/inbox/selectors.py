"""Queries for the page of messages, and for the messages about one record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Min, Prefetch, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from connectors.models import Connection
from mappings.models import Sync
from syncadmin.inbox.models import Delivery, DeliveryState, Message
from syncadmin.web.badges import Badge, Tone

DAYS = 14
MOST_OF_A_RECORD = 50
_S = DeliveryState
BADGES = {
    _S.QUEUED: Badge(_S.QUEUED.label, Tone.BLUE, "clock"),
    _S.TAKEN: Badge(_S.TAKEN.label, Tone.BLUE, "clock"),
    _S.WRITTEN: Badge(_S.WRITTEN.label, Tone.GREEN),
    _S.UNCHANGED: Badge(_S.UNCHANGED.label, Tone.SECONDARY, "circle-check"),
    _S.SKIPPED: Badge(_S.SKIPPED.label, Tone.YELLOW, "unlink"),
    _S.REJECTED: Badge(_S.REJECTED.label, Tone.ORANGE),
}
CODES = {
    "no_match": "no record has its id",
    "nobody": "it has no id that another system knows",
    "pending": "it waits for an approval",
    "overtaken": "a later message or the record itself has the same value",
    "by_event": "the message about its event covers it",
    "too_long": "its id is too long for a record id",
    "unknown_record": "neither it nor an earlier message says whose it is",
    "not_mapped": "nothing of its regulation is mapped",
    "converted": "its record was converted",
    "ambiguous": "several records have its id",
    "out_of_scope": "it is outside the filter",
    "deleted": "its user was deleted",
}


@dataclass(frozen=True, slots=True)
class DayBar:
    """A day of one line of the chart. ``height`` is in percent of the highest day of all lines."""

    words: str
    height: int


@dataclass(frozen=True, slots=True)
class ChartLine:
    label: str
    tone: str
    total: int
    bars: Sequence[DayBar]


@dataclass(frozen=True, slots=True)
class MessageCounts:
    """How messages stand now. ``oldest`` is the moment of the oldest that waits."""

    last: datetime | None
    waiting: int
    oldest: datetime | None
    unknown: int


def messages_of(slug: str) -> QuerySet[Message]:
    """The messages of a connection with what became of each, newest first."""
    found = Message.objects.filter(connection__slug=slug).defer("body").order_by("-pk")
    return found.prefetch_related(Prefetch("deliveries", Delivery.objects.select_related("sync").order_by("pk")))


def message_counts(connection: Connection) -> MessageCounts:
    received = Message.objects.filter(connection=connection)
    waiting = Delivery.objects.filter(message__connection=connection, state=_S.QUEUED)
    of_queue = waiting.aggregate(number=Count("message", distinct=True), oldest=Min("message__received_at"))
    last = received.aggregate(last=Max("received_at"))["last"]
    return MessageCounts(last, of_queue["number"], of_queue["oldest"], received.filter(known=False).count())


def chart(connection: Connection, today: date | None = None) -> list[ChartLine]:
    """Messages by day, a line for each outcome; a message counts once for each sync that it concerns. Two queries."""
    today = today or timezone.localdate()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    first = timezone.now() - timedelta(days=DAYS)
    received = Message.objects.filter(connection=connection, received_at__gte=first)
    counted: dict[str, Counter[date]] = {"": Counter(_by_day(received))}
    outcomes = Delivery.objects.filter(message__connection=connection, message__received_at__gte=first)
    rows = outcomes.annotate(day=TruncDate("message__received_at")).values("state", "day").annotate(n=Count("pk"))
    for row in rows:
        counted.setdefault(row["state"], Counter())[row["day"]] += row["n"]
    lines = (
        ("Received", Tone.BLUE, ("",)),
        ("Matched", Tone.PURPLE, (_S.TAKEN, _S.WRITTEN, _S.UNCHANGED, _S.REJECTED)),
        ("Written", Tone.GREEN, (_S.WRITTEN,)),
        ("Skipped", Tone.YELLOW, (_S.SKIPPED,)),
        ("Rejected", Tone.ORANGE, (_S.REJECTED,)),
    )
    sums = {label: sum((counted.get(state, Counter()) for state in states), Counter()) for label, _, states in lines}
    highest = max((n for of_days in sums.values() for n in of_days.values()), default=0)
    return [_line(label, tone, sums[label], days, highest) for label, tone, _ in lines]


def about(connection: Connection, records: Collection[str]) -> list[Message]:
    """The latest messages about these records of a connection."""
    found = messages_of(connection.slug).filter(record__in=records)
    return list(found.order_by("-happened_at", "-pk")[:MOST_OF_A_RECORD])


def words_of(delivery: Delivery) -> str:
    """What became of a message for a sync, in words: "Written: Newsletter__c"."""
    badge = BADGES[DeliveryState(delivery.state)]
    reason = CODES.get(delivery.code, delivery.code.replace("_", " "))
    more = ", ".join(delivery.fields) if delivery.state == _S.WRITTEN else reason
    return f"{badge.label}: {more}" if more else badge.label


def concerned(connection: Connection) -> QuerySet[Sync]:
    """The syncs that its messages go to."""
    return Sync.objects.on().filter(left=connection)


def _by_day(received: QuerySet[Message]) -> dict[date, int]:
    rows = received.annotate(day=TruncDate("received_at")).values("day").annotate(n=Count("pk"))
    return {row["day"]: row["n"] for row in rows}


def _line(label: str, tone: str, counted: Counter[date], days: Sequence[date], highest: int) -> ChartLine:
    bars = [
        DayBar(f"{day:%d %b}: {counted[day]:,} {label.lower()}", round(100 * counted[day] / highest) if highest else 0)
        for day in days
    ]
    return ChartLine(label, tone, sum(counted[day] for day in days), bars)
