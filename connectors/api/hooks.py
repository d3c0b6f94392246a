"""Protocol for systems whose webhooks SyncAdmin sets up itself: how they are created, verified and read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

SIGNED_WITHIN_SECONDS = 300
"""What was signed longer ago may be a copy that somebody kept."""


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """That a record has changed, "" for any of the object. ``at`` is when, by the clock of the system."""

    object: str
    record: str
    at: datetime | None = None
    lost: bool = False
    """The system says that it may tell no more of changes there until it is asked anew."""


@dataclass(frozen=True, slots=True)
class KeptHook:
    """A webhook as it stands at the system now. ``secret`` signs what it sends. ``done``: what had to be done to it."""

    id: str
    secret: str
    done: str = ""


@dataclass(frozen=True, slots=True)
class Hooks:
    """The webhooks of a vendor.

    ``objects`` are those whose changes it tells. ``refusal`` says why a message was not signed with the secret a short
    while ago, "" where it was: it gets the headers and the raw body. ``changes`` reads a message; it raises ValueError
    for what is none.
    """

    objects: Collection[str]
    """Without their parts: a system that tells of one object of several mailboxes tells of each."""
    refusal: Callable[[str, Mapping[str, str], bytes, datetime], str]
    changes: Callable[[Any], Sequence[ChangedRecord]]
    handshake: Callable[[Mapping[str, str]], str] = lambda query: ""
    """The text that the system wants back before it sends anything to an address, from the query of its call."""


@runtime_checkable
class HasHooks(Protocol):
    """What the connector of a vendor with ``Hooks`` can do besides the five verbs."""

    def keep_hook(self, id: str, endpoint: str, objects: Collection[str]) -> KeptHook:
        """Have one active webhook that sends changes of these objects there: ``id`` if it still exists, else a new one.

        Raises ConnectorError.
        """

    def drop_hook(self, id: str, endpoint: str) -> None:
        """Remove what sends there; one that is not there any more is no error."""
