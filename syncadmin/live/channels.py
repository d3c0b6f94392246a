"""How a connection reports changes: by stream, webhook or not at all. For pages."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connectors.api.registry import CONNECTORS
from connectors.models import Connection
from syncadmin.live import webhooks
from syncadmin.live.listener.state import StreamReport, reports
from syncadmin.live.models import Webhook


class ChannelState(StrEnum):
    """Whether changes come by themselves."""

    CONNECTED = "connected"
    DELAYED = "delayed"
    POLLING = "polling only"


@dataclass(frozen=True, slots=True)
class Channel:
    """One connection. ``how`` names the method, ``reason`` what is wrong with it and what to do, "" if nothing is."""

    connection: Connection
    state: ChannelState
    how: str
    last_event: datetime | None = None
    since: datetime | None = None
    events: int = 0
    refused: int = 0
    reason: str = ""
    setup: str = ""
    """Where a person has it tell of more; "" where nothing is missing."""


ChannelSource = Callable[[Connection, Collection[str]], Channel | None]
_sources: list[ChannelSource] = []


def register(source: ChannelSource) -> ChannelSource:
    """Add a way by which connections may tell of changes of objects; it gives None for those that do not have it."""
    if source not in _sources:
        _sources.append(source)
    return source


def channel_of(connection: Connection, objects: Collection[str]) -> Channel:
    """How changes of these objects come: the best of its ways, else by looking."""
    found = [channel for source in _sources if (channel := source(connection, objects))]
    order = list(ChannelState)
    if found:
        return min(found, key=lambda channel: order.index(channel.state))
    return Channel(
        connection, ChannelState.POLLING, "Looking", reason=f"{connection.spec.label} does not report changes."
    )


@register
def by_stream(connection: Connection, objects: Collection[str]) -> Channel | None:
    """The stream of changes that a process of ours listens to: connected where it tells of each of the objects."""
    if connection.kind not in CONNECTORS or connection.spec.stream is None:
        return None
    found = reports(connection.pk, objects)
    offered = [report for report in found if report.offered]
    silent = [report for report in found if not report.connected]
    reason = " ".join(dict.fromkeys(map(_in_words, silent)))
    state = ChannelState.CONNECTED
    if silent:
        state = ChannelState.DELAYED if len(offered) == len(found) else ChannelState.POLLING
    events = [report.last_event_at for report in found if report.last_event_at]
    since = [report.connected_since for report in found if report.connected_since]
    return Channel(
        connection, state, "Stream of changes", max(events, default=None), min(since, default=None),
        sum(report.events for report in found), reason=reason,
        setup=connection.spec.stream_setup(connection.base_url) if len(offered) < len(found) else "",
    )  # fmt: skip


def _in_words(report: StreamReport) -> str:
    """Why it reports no changes, and what to do; its object is named once."""
    said = f"{report.reason} {report.remedy}".strip()
    return said if report.object in said else f"{report.object}: {said}"


@register
def by_webhook(connection: Connection, objects: Collection[str]) -> Channel | None:
    """The webhook that we have set up there."""
    if not webhooks.has_hooks(connection) or connection.spec.hooks is None:
        return None
    if not set(objects) & set(connection.spec.hooks.objects):
        return None
    row: Webhook | None = getattr(connection, "webhook", None)
    if row is None or not row.remote_id:
        missing = "It is set up within half a minute after automatic updates are enabled."
        reason = (row.problem if row else "") or (missing if webhooks.address(connection) else webhooks.NO_ADDRESS)
        return Channel(connection, ChannelState.POLLING, "Webhook", reason=reason)
    state = ChannelState.DELAYED if row.problem else ChannelState.CONNECTED
    return Channel(
        connection, state, "Webhook", row.last_event_at, row.made_at, row.events, row.refused, reason=row.problem
    )
