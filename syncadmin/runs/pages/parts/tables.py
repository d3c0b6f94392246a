"""The table of parts: owner, last run and switch of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_tables2 as tables
from django.db.models import Count, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connectors.tables import marked
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.runs.models import Link
from syncadmin.runs.pages.overview.cards import cards_of
from syncadmin.runs.pages.parts.owners import names
from syncadmin.runs.status.states import Status
from syncadmin.web.badges import Badge, Tone
from syncadmin.web.lists.columns import BadgeColumn, NumberColumn, TimeColumn

ROW_LINK, IN_ONE_LINE = {"a": {"class": "row-link"}}, {"td": {"class": "in-one-line"}}
LONGEST_MESSAGE = 120
LEAVING, OFF_THE_LIST = Badge("Leaving", Tone.ORANGE, "trash"), Badge("Off the list", Tone.SECONDARY, "power")


class PartTable(tables.Table):
    """The parts of a kind, one sync each. Rows must be prepared by ``with_facts``."""

    label = tables.Column("Part", accessor="slug", order_by=("name", "slug"), linkify=True, attrs=ROW_LINK)
    owner = tables.Column("Belongs to", empty_values=(), orderable=False)
    state = BadgeColumn(lambda sync: state_of(sync), "State", attrs=IN_ONE_LINE)
    last = TimeColumn("Last run", never="never", orderable=False, accessor="facts__ended")
    linked = NumberColumn("Linked", orderable=False, accessor="facts__linked")
    waiting = tables.Column("Need you", orderable=False, accessor="facts__waiting", attrs={"td": {"class": "number"}})
    message = tables.Column("Last error", orderable=False, empty_values=(), accessor="facts__message")
    switch = tables.Column("Actions", orderable=False, empty_values=(), exclude_from_export=True)

    class Meta:
        caption = "Parts"

    def __init__(self, data: Any = None, **extra: Any) -> None:
        super().__init__(with_facts(data) if isinstance(data, list) else data, **extra)

    def render_label(self, record: Sync) -> SafeString:
        return marked(str(record), demo=record.of_demo)

    def value_label(self, record: Sync) -> str:
        return str(record)

    def render_owner(self, record: Any) -> SafeString | str:
        owner, suggestion = self.value_owner(record), kind_of(record.kind).suggestion
        if not owner or suggestion is None:
            return "–"
        url = record.left.spec.record_url(record.left.base_url, suggestion.object, owner)
        name = record.facts["owner"] or owner
        return format_html('<a href="{}" rel="noopener">{}</a>', url, name) if url else name

    def value_owner(self, record: Sync) -> str:
        suggestion = kind_of(record.kind).suggestion
        return str(record.option(suggestion.option) or "") if suggestion else ""

    def render_waiting(self, record: Any, value: int) -> SafeString | str:
        return format_html('<a href="{}">{}</a>', record.facts["waiting_url"], value) if value else "0"

    def render_message(self, value: str) -> str:
        return value if len(value) <= LONGEST_MESSAGE else f"{value[:LONGEST_MESSAGE]}…"

    def render_switch(self, record: Sync) -> SafeString:
        context = {"sync": record, "on": record.enabled, "url": reverse("mappings:switch", args=[record.slug])}
        return render_to_string("parts/_switch.html", context, request=getattr(self, "request", None))

    def value_switch(self, record: Sync) -> str:
        return "yes" if record.enabled else "no"


def state_of(sync: Any) -> Status | Badge:
    """How its last run ended; before the first run, whether it is on."""
    if sync.leaving:
        return LEAVING if sync.enabled else OFF_THE_LIST
    if not sync.enabled:
        return Badge("Switched off", Tone.SECONDARY, "power")
    status: Status | None = sync.facts["badge"]
    return status or Badge("No run yet", Tone.SECONDARY, "clock")


def with_facts(syncs: Sequence[Any]) -> Sequence[Any]:
    """The syncs with ``facts`` for their rows. A fixed number of queries."""
    cards, owners = {card.sync.pk: card for card in cards_of(list(syncs))}, names(syncs)
    linked: QuerySet[Link, Any] = Link.objects.filter(sync__in=list(syncs), active=True)
    numbers = dict(linked.order_by().values_list("sync").annotate(Count("pk")))
    for sync in syncs:
        card = cards[sync.pk]
        failed = card.last.message if card.last and card.badge and card.badge.tone != "green" else ""
        suggestion = kind_of(sync.kind).suggestion
        sync.facts = {
            "owner": owners.get((sync.left_id, str(sync.option(suggestion.option)))) if suggestion else None,
            "badge": card.badge,
            "ended": card.last.finished_at or card.last.created_at if card.last else None,
            "linked": numbers.get(sync.pk, 0),
            "waiting": card.waiting,
            "waiting_url": card.waiting_url,
            "message": card.rests_because or failed,
        }
    return syncs
