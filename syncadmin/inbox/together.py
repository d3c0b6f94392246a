"""Stores messages that arrive at the same time in one transaction, and answers each once it is committed.

Whoever finds nobody writing writes all that wait, the others wait for it. So many messages a second cost a few
transactions, and none of them waits for longer than two. The runs that a burst starts are asked for by whoever finds
that nobody waits any more, and twice a second while it goes on.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.api.values import Pushed
from syncadmin.inbox.credentials import Claim
from syncadmin.inbox.models import Message, Receiver
from syncadmin.inbox.services import message_of, store
from syncadmin.live.nudge import nudge

MOST = 500
NUDGED_EVERY = 0.5


@dataclass(slots=True, eq=False)
class Incoming:
    """A message on its way into the database. ``new``: whether it came for the first time; None where its token is no
    good.
    """

    kind: str
    slug: str
    object: str
    claim: Claim
    pushed: Pushed
    body: Any
    done: bool = field(default=False, init=False)
    new: bool | None = field(default=None, init=False)
    answered: bool = field(default=False, init=False)


class NotStored(RuntimeError):
    """The transaction that a message was to be stored in has failed."""


_waiting: deque[Incoming] = deque()
_writing = threading.Lock()


class _Nudges:
    """What runs have to be asked for, by connection and object."""

    def __init__(self) -> None:
        self._owed: set[tuple[str, str]] = set()
        self._sent_at = 0.0
        self._lock = threading.Lock()

    def add(self, stored: Sequence[Incoming]) -> None:
        with self._lock:
            self._owed |= {(one.slug, one.object) for one in stored if one.new}

    def send(self) -> None:
        """Ask for all of them now; during a burst whoever stores the rest of it does."""
        with self._lock:
            if not self._owed or (_waiting and time.monotonic() - self._sent_at < NUDGED_EVERY):
                return
            owed, self._owed, self._sent_at = self._owed, set(), time.monotonic()
        for slug, object in owed:
            nudge(slug, object)


_nudges = _Nudges()


def store_together(incoming: Incoming) -> bool | None:
    """Store the message with all others that wait now; returns whether it is new, None where its token is no good.

    Side effect: a nudge where something is new. Raises NotStored, or what the database raises.
    """
    _waiting.append(incoming)
    try:
        with _writing:
            while not incoming.done:
                _write([_waiting.popleft() for _ in range(min(len(_waiting), MOST))])
    finally:
        _nudges.send()
    if not incoming.answered:
        raise NotStored("The message was not stored; it can be sent again.")
    return incoming.new


def _write(batch: Sequence[Incoming]) -> None:
    try:
        ready = _admitted(batch)
        for one, new in zip(ready, store(list(ready.values())) if ready else [], strict=True):
            one.new = new
        _nudges.add(batch)
        for one in batch:
            one.answered = True
    finally:
        for one in batch:
            one.done = True


def _admitted(batch: Sequence[Incoming]) -> dict[Incoming, Message]:
    """The messages whose sender may still send, as they are stored. One query."""
    receivers = Receiver.objects.filter(pk__in={one.claim.receiver for one in batch})
    rows = receivers.values_list("pk", "version", "connection__kind", "connection__slug", "connection")
    connections = {tuple(names): connection for *names, connection in rows}
    found = {}
    for one in batch:
        connection = connections.get((*one.claim, one.kind, one.slug))
        if connection is not None:
            found[one] = message_of(connection, one.pushed, one.body)
    return found
