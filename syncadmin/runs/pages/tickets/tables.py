"""The table of tickets, and their counts by status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connectors.api.tickets import Stage, Ticket, TicketStatus, TicketWords
from connectors.models import Connection
from syncadmin.runs.pages.runs.step_filters import Tile
from syncadmin.runs.pages.tickets.cases import SentAs
from syncadmin.runs.pages.tickets.scope import words_of
from syncadmin.web.badges import Badge, Tone
from syncadmin.web.lists.columns import BadgeColumn, TimeColumn

TONES = {Stage.NEW: Tone.PURPLE, Stage.OPEN: Tone.ORANGE, Stage.WAITING: Tone.BLUE, Stage.DONE: Tone.GREEN}
ICONS = {Stage.NEW: "sparkles", Stage.OPEN: "mail-opened", Stage.WAITING: "clock", Stage.DONE: "circle-check"}


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as a row; ranks order values as their system does."""

    id: str
    subject: str
    url: str
    status: Badge
    status_rank: int
    priority: str
    priority_rank: int
    requester: str
    assignee: str
    group: str
    updated_at: datetime | None
    sent_as: SentAs | None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the bar, in percent."""

    tone: str
    start: float
    width: float


class TicketTable(tables.Table):
    """Tickets, with links into their system. No query or call for a row."""

    subject = tables.Column("Subject", empty_values=())
    status = BadgeColumn(lambda row: row.status, "Status", orderable=True, order_by=("status_rank",))
    priority = tables.Column("Priority", order_by=("priority_rank",), default="–")
    requester = tables.Column("Requester", default="–")
    assignee = tables.Column("Assignee", default="–")
    group = tables.Column(default="–")
    updated_at = TimeColumn("Updated", never="–")
    sent_as = tables.Column("Sent as", orderable=False, default="–")
    send = tables.Column("", orderable=False, empty_values=())

    class Meta:
        caption = "Tickets"

    address = ""
    """The address of the part that its links ask for, where the page around it has another."""

    def render_subject(self, record: TicketRow) -> SafeString:
        link = '<a class="row-link" href="{}" target="_blank" rel="noopener noreferrer">{}</a>'
        return format_html(link, record.url, record.subject or f"Ticket {record.id}")

    def render_sent_as(self, value: SentAs) -> SafeString:
        link = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'
        return format_html(link, value.url, f"Open the {value.one}")

    def render_send(self, record: TicketRow) -> SafeString:
        """A button for a form around the table, because the table may be replaced."""
        attributes = 'class="btn btn-sm" form="send-ticket" name="ticket"'
        button = f'<button {attributes} value="{{}}" aria-label="{{}}">Send now</button>'
        return format_html(button, record.id, f"Send now: {record.subject or record.id}")


def rows_of(connection: Connection, tickets: Sequence[Ticket], sent: Mapping[str, SentAs]) -> list[TicketRow]:
    words, spec = words_of(connection), connection.spec
    statuses, priorities = list(words.statuses), list(words.priorities)
    return [
        TicketRow(
            id=ticket.id,
            subject=ticket.subject,
            url=spec.record_url(connection.base_url, words.object, ticket.id),
            status=status_badge(words, ticket.status),
            status_rank=_rank(statuses, ticket.status),
            priority=words.priorities.get(ticket.priority, ticket.priority),
            priority_rank=_rank(priorities, ticket.priority),
            requester=ticket.requester,
            assignee=ticket.assignee,
            group=ticket.group,
            updated_at=ticket.updated_at,
            sent_as=sent.get(ticket.id),
        )
        for ticket in tickets
    ]


def table_of(
    connection: Connection, rows: Sequence[TicketRow], order: Sequence[str], address: str, *, sends: bool = False
) -> TicketTable:
    noun = connection.spec.noun(words_of(connection).group)
    shown = {"sent_as": any(row.sent_as for row in rows), "send": sends}
    without = [name for name, is_shown in shown.items() if not is_shown]
    table = TicketTable(list(rows), order_by=list(order) or None, exclude=without)
    table.columns["group"].column.verbose_name = noun.one.capitalize()
    table.address = address
    return table


def status_badge(words: TicketWords, status: str) -> Badge:
    known = _status(words, status)
    return Badge(known.label, TONES[known.stage], ICONS[known.stage])


def tiles_of(
    words: TicketWords, tickets: Sequence[Ticket], chosen: str, address: str, query: Mapping[str, str]
) -> list[Tile]:
    """The number of tickets by status; each tile filters the list, or removes the filter."""

    def url(status: str) -> str:
        asked = {**query, **({"status": status} if status and status != chosen else {})}
        return f"{address}?{urlencode(asked)}"

    counted = Counter(ticket.status for ticket in tickets)
    found = [Tile("", "All", len(tickets), Tone.SECONDARY, url(""), active=not chosen)]
    for status in _in_order(words, {*counted, *filter(None, [chosen])}):
        known = _status(words, status)
        active = status == chosen
        found.append(Tile(status, known.label, counted[status], TONES[known.stage], url(status), active=active))
    return found


def bar_of(words: TicketWords, tickets: Sequence[Ticket]) -> list[Share]:
    """The share of each status, in the order of the tiles."""
    counted, start, found = Counter(ticket.status for ticket in tickets), 0.0, []
    for status in _in_order(words, set(counted)):
        width = 100 * counted[status] / len(tickets)
        found.append(Share(TONES[_status(words, status).stage], round(start, 2), round(width, 2)))
        start += width
    return found


def _in_order(words: TicketWords, statuses: set[str]) -> list[str]:
    known = list(words.statuses)
    return sorted(statuses, key=lambda status: (_rank(known, status), status))


def _status(words: TicketWords, status: str) -> TicketStatus:
    return words.statuses.get(status) or TicketStatus(status.capitalize() or "–", Stage.OPEN)


def _rank(order: Sequence[str], word: str) -> int:
    return order.index(word) if word in order else len(order)
