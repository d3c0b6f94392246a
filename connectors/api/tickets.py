"""Tickets shown beside a record: read live from the system, never stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from connectors.api.values import RecordRef

MOST_TICKETS = 500
"""How many tickets of a record are read: the latest ones."""


class Stage(StrEnum):
    """What a status means for whoever waits, where every system has words of its own."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class TicketStatus:
    """A status as people read it."""

    label: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class TicketWords:
    """A system that has tickets declares what it calls them.

    ``owners`` are the objects whose records have tickets, ``statuses`` and ``priorities`` the words of the system in
    their order, with what people read.
    """

    object: str
    owners: frozenset[str]
    group: str
    """The object that a ticket may belong to besides its requester: the company that it is about."""
    statuses: Mapping[str, TicketStatus]
    priorities: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket. Names are as the system has them, empty where nobody is named."""

    id: str
    subject: str
    status: str
    priority: str = ""
    requester: str = ""
    assignee: str = ""
    group_id: str = ""
    group: str = ""
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketList:
    """The tickets of a record, latest change first.

    ``complete``: there are no more than these. ``gone``: the system has no such record.
    """

    tickets: tuple[Ticket, ...] = ()
    complete: bool = True
    gone: bool = False


@runtime_checkable
class HasTickets(Protocol):
    """What a connector can do besides its five verbs where its spec declares ``tickets``."""

    def tickets_of(self, owner: RecordRef, within: str = "", most: int = MOST_TICKETS) -> TicketList:
        """The tickets that the record requested, or that belong to it; with ``within`` those alone that belong to the
        group of that id. Raises ConnectorError.
        """
