"""Decides which tickets a record's page shows (S1.26-S1.29): those of its counterpart, within its parent's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from connectors.api.tickets import TicketWords
from connectors.api.values import RecordRef
from connectors.models import Connection
from mappings.kinds import declaration
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.status.labels import with_article


@dataclass(frozen=True, slots=True)
class TicketScope:
    """What to read: the tickets of ``owner``; with ``within`` only those of that group."""

    connection: Connection
    owner: RecordRef
    sentence: str
    within: str = ""


class NoTickets(Exception):
    """There are no tickets to read; ``title`` and message say why."""

    def __init__(self, title: str, message: str) -> None:
        super().__init__(message)
        self.title = title


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The record that another one is linked to."""

    id: str
    name: str


def ticket_side(sync: Sync) -> Side | None:
    """The side of a sync whose records have tickets; None without one."""
    kind = kind_of(sync.kind)
    for side in Side:
        words = system_of(sync, side).spec.tickets
        if words and kind.side(side).object in words.owners:
            return side
    return None


def system_of(sync: Sync, side: Side) -> Connection:
    return sync.left if side is Side.LEFT else sync.right


def words_of(connection: Connection) -> TicketWords:
    """The nouns for the system's tickets. Raises LookupError for a system without tickets."""
    words = connection.spec.tickets
    if words is None:
        raise LookupError(f"{connection.kind} has no tickets")
    return words


def scope_of(sync: Sync, side: Side, remote_id: str) -> TicketScope:
    """The tickets to read for this record. At most five queries and no call. Raises NoTickets."""
    tickets_in, kind = ticket_side(sync), kind_of(sync.kind)
    if tickets_in is None:
        raise NoTickets("No tickets", f"{kind.title} have no tickets.")
    connection, owned = system_of(sync, tickets_in), kind.side(tickets_in)
    record = MirrorRecord.objects.of_side(sync, side, remote_id=remote_id).defer("values").first()
    if side is tickets_in:
        found, parent = Counterpart(remote_id, str(record or remote_id)), None
        why = ""
    else:
        found = _linked(sync, side, remote_id, kind.side(side).one, owned)
        parent, why = _parent(sync, side, record)
    owner = RecordRef(owned.object, found.id)
    if parent is None:
        return TicketScope(connection, owner, f"All tickets of the {owned.one} {found.name}{why}.")
    return TicketScope(connection, owner, f"Tickets of the {owned.one} {found.name}{why}.", parent.id)


def _linked(sync: Sync, side: Side, remote_id: str, one: str, owned: declaration.SideSpec) -> Counterpart:
    """The record of the other side that this one is linked to. Raises NoTickets."""
    found = _counterpart([sync.pk], side, remote_id)
    if found is None:
        system = owned.system_label
        raise NoTickets(
            f"Not linked to {with_article(owned.one)}",
            f"This {one} is linked to no {owned.one} in {system}, whose tickets would be shown. "
            "They appear here once a run has linked the two.",
        )
    return found


def _parent(sync: Sync, side: Side, record: MirrorRecord | None) -> tuple[Counterpart | None, str]:
    """The counterpart of the record's parent, None if all tickets are shown; and the reason, as the end of
    a sentence.
    """
    kinds = kind_of(sync.kind).depends_on
    if not kinds:
        return None, ""
    one, names = kind_of(sync.kind).side(side).one, kind_of(kinds[0]).names
    above, group = (names.left_one, names.right_one) if side is Side.LEFT else (names.right_one, names.left_one)
    key = record.parent_key if record else ""
    if not key:
        return None, f", since the {one} has no {above}"
    found = _counterpart(sync.beside(kinds).values_list("pk", flat=True), side, key)
    if found is None:
        return None, f", since the {above} of the {one} is linked to no {group}"
    return found, f" that belong to the {group} {found.name}, which the {above} of the {one} is linked to"


def _counterpart(syncs: Iterable[int], side: Side, remote_id: str) -> Counterpart | None:
    """The existing record that this one is linked to in one of these syncs. At most two queries."""
    own, other = ("left_id", "right_id") if side is Side.LEFT else ("right_id", "left_id")
    link = Link.objects.filter(sync__in=syncs, active=True, **{own: remote_id}).order_by("-role", "pk").first()
    if link is None:
        return None
    id = getattr(link, other)
    row = MirrorRecord.objects.of_side(link.sync_id, side.other, remote_id=id).defer("values").first()
    return None if row and row.deleted else Counterpart(id, str(row or id))
