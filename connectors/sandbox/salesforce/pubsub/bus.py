"""The event bus of one organisation: events are kept for three days, and subscribers are woken for new ones."""

from __future__ import annotations

import base64
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import orjson

from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.pubsub import selection
from connectors.sandbox.salesforce.pubsub.schemas import EventSchema, schema_of, topic_of
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.store import Change

RETENTION = 72 * 3_600
MOST_KEPT = 50_000
MOST_DUMPED = 5_000
MOST_BYTES = 1_000_000
"""A larger event is replaced by one that only says that there is a gap."""
# What an overflow event names in the place of records.
ANY_RECORD = "000000000000000AAA"
_REPLAY = struct.Struct(">QH")


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a topic, in the form in which it is sent."""

    number: int
    at: float
    topic: str
    schema: str
    payload: bytes


class Bus:
    """Events in the order of their numbers. `subscribers` are called from whatever thread publishes."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self.events: deque[Event] = deque()
        self.texts: dict[str, str] = {}
        self.latest = 0
        self.available = True
        self.subscribers: set[Callable[[], None]] = set()
        self._current: dict[str, EventSchema] = {}
        self._schema_changes = 0
        self._transactions = self._sequence = 0
        self._reading_or_adding = threading.Lock()

    def listen(self) -> None:
        """Turn the organisation's changes into events from now on."""
        self._org.journal.watch = self.publish

    def clear(self) -> None:
        """No event was ever published; replay ids of before are not valid any more."""
        self._org.journal.watch = None
        self.events.clear()
        self._current.clear()
        self.available = True
        self.latest += 1_000

    def forget(self) -> None:
        """As after three days: no event is kept."""
        self.events.clear()
        self.latest += 1
        self.wake()

    def wake(self) -> None:
        for told in list(self.subscribers):
            told()

    def publish(self, changes: list[Change], origin: str) -> None:
        """The events of one transaction. A change that equals another one is one event with it."""
        selected = selection.objects(self._org)
        wanted = [change for change in changes if change.object.name in selected]
        if not wanted:
            return
        self._transactions, self._sequence = self._transactions + 1, 0
        overflow = wanted[self._org.settings.event_overflow :]
        for change, ids in _grouped(wanted[: self._org.settings.event_overflow]):
            self._publish(change, ids, origin)
        for name in dict.fromkeys(change.object.name for change in overflow):
            self._gap(name, "OVERFLOW", ANY_RECORD, overflow[0].by)
        self.wake()

    def schema(self, object: str) -> EventSchema:
        """The object's schema as it is now."""
        if self._schema_changes != len(self._org.schema_changes):
            self._schema_changes = len(self._org.schema_changes)
            self._current.clear()
        if object not in self._current:
            made = schema_of(self._org.object(object))
            self._current[object] = made
            self.texts[made.id] = made.text
        return self._current[object]

    def after(self, number: int, topics: frozenset[str] | None, most: int) -> tuple[list[Event], int]:
        """Events of these topics, or of all, after this number, and up to which number it was looked."""
        with self._reading_or_adding:
            if not self.events or number >= self.latest:
                return [], self.latest
            start = max(0, number + 1 - self.events[0].number)
            found: list[Event] = []
            for event in islice(self.events, start, None):
                if topics is None or event.topic in topics:
                    found.append(event)
                    if len(found) == most:
                        return found, event.number
            return found, self.latest

    def number_of(self, replay_id: bytes) -> int | None:
        """The number behind a replay id; None for one that was never given, or whose events are kept no longer."""
        self._expire()
        if len(replay_id) != _REPLAY.size:
            return None
        number, rest = _REPLAY.unpack(replay_id)
        oldest = self.events[0].number - 1 if self.events else self.latest
        return number if not rest and oldest <= number <= self.latest else None

    def earliest(self) -> int:
        self._expire()
        return self.events[0].number - 1 if self.events else self.latest

    def dump(self) -> dict[str, Any]:
        """The latest events with their schemas, as plain JSON values."""
        events = list(islice(self.events, max(0, len(self.events) - MOST_DUMPED), None))
        rows = [[e.number, e.at, e.topic, e.schema, base64.b64encode(e.payload).decode()] for e in events]
        return {"latest": self.latest, "events": rows, "schemas": {e.schema: self.texts[e.schema] for e in events}}

    def load(self, state: dict[str, Any]) -> None:
        self.events = deque(
            Event(n, at, topic, schema, base64.b64decode(p)) for n, at, topic, schema, p in state["events"]
        )
        self.texts |= state["schemas"]
        self.latest = state["latest"]

    def _publish(self, change: Change, ids: list[str], origin: str) -> None:
        name, schema = change.object.name, self.schema(change.object.name)
        header = self._header(name, ids, change.sort, origin, change.by)
        if change.sort == "UPDATE":
            header["changedFields"] = schema.bitmap(change.values)
            header["nulledFields"] = schema.bitmap(key for key, value in change.values.items() if value is None)
        if sum(len(value) for value in change.values.values() if isinstance(value, str)) > MOST_BYTES:
            self._gap(name, change.sort, ids[0], change.by)
        else:
            self._add(schema, header, change.values)

    def _gap(self, object: str, sort: str, id: str, by: str) -> None:
        """An event that says only that something changed: what exactly, it cannot say."""
        self._add(self.schema(object), self._header(object, [id], f"GAP_{sort}", "", by), {})

    def _header(self, object: str, ids: list[str], sort: str, origin: str, by: str) -> dict[str, Any]:
        self._sequence += 1
        return {
            "entityName": object,
            "recordIds": ids,
            "changeType": sort,
            "changeOrigin": origin,
            "transactionKey": f"{self._transactions:08x}-0000-0000-0000-{int(self._org.clock.now()):012x}",
            "sequenceNumber": self._sequence,
            "commitTimestamp": int(self._org.clock.now() * 1000),
            "commitNumber": self._transactions,
            "commitUser": by,
            "nulledFields": [],
            "diffFields": [],
            "changedFields": [],
        }

    def _add(self, schema: EventSchema, header: dict[str, Any], values: Row) -> None:
        topic, payload = topic_of(header["entityName"]), schema.encoded(header, values)
        with self._reading_or_adding:
            self.latest += 1
            self.events.append(Event(self.latest, self._org.clock.now(), topic, schema.id, payload))
            if len(self.events) > MOST_KEPT:
                self.events.popleft()
        self._expire()

    def _expire(self) -> None:
        oldest = self._org.clock.now() - RETENTION
        with self._reading_or_adding:
            while self.events and self.events[0].at < oldest:
                self.events.popleft()


def replay_id(number: int) -> bytes:
    return _REPLAY.pack(number, 0)


def _grouped(changes: list[Change]) -> list[tuple[Change, list[str]]]:
    """What became of each record in the end, equal changes of several records together."""
    last: dict[str, Change] = {}
    for change in changes:
        before = last.get(change.id)
        last[change.id] = change if before is None or change.sort == "DELETE" else _both(before, change)
    groups: dict[bytes, tuple[Change, list[str]]] = {}
    for change in last.values():
        values = sorted((name, value) for name, value in change.values.items() if name != "Id")
        key = orjson.dumps([change.object.name, change.sort, change.by, values], default=str)
        groups.setdefault(key, (change, []))[1].append(change.id)
    return list(groups.values())


def _both(first: Change, then: Change) -> Change:
    """Two changes of a record as one: what was made or taken back out of the bin, with its last values."""
    return replace(first, by=then.by, values=first.values | then.values)
