"""Queries of the Live page: how changes are reported, how long they take, what waits and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from redis.exceptions import RedisError

from mappings.kinds.registry import kind_of
from mappings.kinds.sentences import every
from mappings.models import Sync
from mappings.rules.configuration import Direction
from syncadmin.engine.lifecycle import ACTIVE
from syncadmin.engine.steps import Side
from syncadmin.live import lag, waiting
from syncadmin.live.channels import Channel, ChannelState, channel_of
from syncadmin.live.lag import LagTimes
from syncadmin.runs.models import Health, Run
from syncadmin.runs.services import automatic, health
from syncadmin.runs.status.run_status import state_word
from syncadmin.web.badges import Badge, Tone

# A nudge that waits for longer is late.
LATE = timedelta(seconds=30)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BADGES = {
    ChannelState.CONNECTED: Badge("Connected", Tone.GREEN),
    ChannelState.DELAYED: Badge("Delayed", Tone.ORANGE, "clock"),
    ChannelState.POLLING: Badge("Polling only", Tone.SECONDARY, "refresh"),
}


@dataclass(frozen=True, slots=True)
class LagBar:
    """A bar of a chart, in percent of the highest one."""

    words: str
    height: int


@dataclass(frozen=True, slots=True)
class LagChart:
    """One time span: both percentiles over all of it, and in steps."""

    title: str
    whole: LagTimes
    p50: Sequence[LagBar]
    p95: Sequence[LagBar]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits. ``since``: the first change that no run has taken; ``reason``: what it waits for, and what to do.

    ``rests``: no run starts by itself now, whatever changes.
    """

    since: datetime | None
    run: Run | None
    reason: str
    rests: bool = False


@dataclass(frozen=True, slots=True)
class LivePage:
    """``breaker``: the failure that stops automatic updates, None without one."""

    sync: Sync
    badge: Badge
    channels: Sequence[tuple[Channel, Badge]]
    queue: Queue
    charts: Sequence[LagChart]
    breaker: Health | None
    interval: str


def live_page(sync: Sync) -> LivePage:
    """Everything on the page. No call."""
    queue = _queue(sync)
    channels = [_late(channel, queue) for channel in _channels(sync)]
    breaker = Health.objects.filter(sync=sync, open_since__isnull=False).select_related("connection").first()
    now = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    charts = [
        _chart(sync, "The last hour", now - HOUR, timedelta(minutes=5), 12),
        _chart(sync, "The last day", now - DAY, HOUR, 24),
    ]
    badge = _badge(sync, channels, breaker, queue.rests)
    shown = [(channel, BADGES[channel.state]) for channel in channels]
    return LivePage(sync, badge, shown, queue, charts, breaker, every(sync.minutes))


def live_badge(sync: Sync) -> Badge:
    """The state of live updates in a word."""
    known: Health | None = getattr(sync, "health", None)
    rests = bool(automatic.rests([sync]))
    return _badge(sync, _channels(sync), known if known and known.open_since else None, rests)


def _channels(sync: Sync) -> list[Channel]:
    """The channels of the connections; one if both sides use the same connection."""
    kind = kind_of(sync.kind)
    objects: dict[int, set[str]] = {}
    for side in Side:
        objects.setdefault(getattr(sync, f"{side}_id"), set()).add(kind.side(side).object)
    connections = {sync.left_id: sync.left, sync.right_id: sync.right}
    return [channel_of(connection, objects[pk]) for pk, connection in connections.items()]


def _late(channel: Channel, queue: Queue) -> Channel:
    late = queue.since is not None and queue.since < timezone.now() - LATE
    if channel.state is not ChannelState.CONNECTED or not late:
        return channel
    reason = queue.reason or "Changes wait for a worker."
    return Channel(
        channel.connection, ChannelState.DELAYED, channel.how, channel.last_event, channel.since, channel.events,
        channel.refused, reason,
    )  # fmt: skip


def _badge(sync: Sync, channels: Sequence[Channel], breaker: Health | None, rests: bool) -> Badge:
    """The worst of the channels on the sides whose changes are written to the other one."""
    if not sync.automatic_updates or not sync.is_on:
        return Badge("Automatic updates are off", Tone.SECONDARY, "player-pause")
    if breaker:
        return Badge("Paused", Tone.ORANGE, "plug-off")
    if rests:
        return Badge("Paused", Tone.SECONDARY, "player-pause")
    way = sync.writes_by_itself
    sources = {Direction.TO_RIGHT: {sync.left_id}, Direction.TO_LEFT: {sync.right_id}}
    read = sources.get(way, {sync.left_id, sync.right_id})
    states = {channel.state for channel in channels if channel.connection.pk in read}
    order = (ChannelState.DELAYED, ChannelState.POLLING, ChannelState.CONNECTED)
    return BADGES[next(state for state in order if state in states)]


def _queue(sync: Sync) -> Queue:
    try:
        moment = waiting.since(sync.pk)
    except RedisError:
        moment = None
    since = datetime.fromtimestamp(moment, UTC) if moment else None
    run = Run.objects.filter(sync=sync, state__in=sorted(ACTIVE)).select_related("sync").first()
    if rest := automatic.rests([sync]).get(sync.pk):
        return Queue(since, run, rest.reason, rests=True)
    if run:
        return Queue(since, run, f"Run {run.pk} is {state_word(run)}. What changes meanwhile is taken by the next one.")
    return Queue(since, None, health.background_trouble())


def _chart(sync: Sync, title: str, since: datetime, step: timedelta, number: int) -> LagChart:
    points = lag.series(sync, since, step, number)
    highest = max((point.p95 or 0 for point in points), default=0)
    starts = [timezone.localtime(since + step * place) for place in range(number)]
    return LagChart(
        title,
        lag.times(sync, since, since + step * number),
        [_bar(start, point.p50, point.changes, highest) for start, point in zip(starts, points, strict=True)],
        [_bar(start, point.p95, point.changes, highest) for start, point in zip(starts, points, strict=True)],
    )


def _bar(start: datetime, seconds: float | None, changes: int, highest: float) -> LagBar:
    if seconds is None:
        return LagBar(f"{start:%H:%M}: no changes", 0)
    return LagBar(f"{start:%H:%M}: up to {in_words(seconds)}, {changes:,} changes", round(100 * seconds / highest))


def in_words(seconds: float | None) -> str:
    """ "1.5 s", "2 min"; a dash for None."""
    if seconds is None:
        return "–"
    return f"{seconds:g} s" if seconds < 120 else f"{seconds / 60:g} min"
