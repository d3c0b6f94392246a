"""The table of messages."""

from __future__ import annotations

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from syncadmin.inbox.models import Delivery, DeliveryState, Message
from syncadmin.inbox.selectors import BADGES, words_of
from syncadmin.web.lists.columns import NumberColumn, TimeColumn
from syncadmin.web.templatetags.ui import badge


class MessageTable(tables.Table):
    """Newest first."""

    received_at = TimeColumn("Received", orderable=False)
    type = tables.Column(orderable=False)
    record = tables.Column("About", orderable=False, default="–")
    happened_at = TimeColumn("Happened", never="–", orderable=False)
    copies = NumberColumn("Copies", orderable=False)
    outcome = tables.Column("Result", empty_values=(), orderable=False)
    entity = tables.Column("Id", orderable=False)

    class Meta:
        caption = "Messages"

    def render_outcome(self, record: Message) -> SafeString | str:
        if not record.known:
            return "Stored: unknown type"
        rows = [(_badge(one), words_of(one).partition(": ")[2], one.sync) for one in record.deliveries.all()]
        shown = format_html_join("", "<div>{} <span>{}</span> <small>({})</small></div>", rows)
        return shown or "No sync uses it"

    def value_outcome(self, record: Message) -> str:
        return "; ".join(f"{one.sync}: {words_of(one)}" for one in record.deliveries.all())


def _badge(delivery: Delivery) -> SafeString:
    return render_to_string("components/badge.html", badge(BADGES[DeliveryState(delivery.state)]))
