"""The tables of the mapping pages."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString

from connectors.tables import marked
from mappings import resting
from mappings.models import Sync
from syncadmin.web.badges import Badge, Tone
from syncadmin.web.lists.columns import BadgeColumn, NumberColumn, TimeColumn

ROW_LINK = {"a": {"class": "row-link"}}


class SyncTable(tables.Table):
    label = tables.Column("Sync", accessor="slug", order_by=("name", "slug"), linkify=True, attrs=ROW_LINK)
    state = BadgeColumn(lambda sync: automatic_badge(sync), "State")
    left = tables.Column("From", accessor="left__name")
    right = tables.Column("To", accessor="right__name")
    mapped = NumberColumn("Fields mapped")
    updated_at = TimeColumn("Changed")

    class Meta:
        caption = "Syncs"

    def __init__(self, data: Any = None, **extra: Any) -> None:
        super().__init__(resting.with_reasons(data) if isinstance(data, list) else data, **extra)

    def render_label(self, record: Sync) -> SafeString:
        return marked(str(record), demo=record.of_demo)

    def value_label(self, record: Sync) -> str:
        return str(record)


def automatic_badge(sync: Sync) -> Badge:
    """Whether the sync takes part (S3.C10), and runs by itself (S3.14) or rests. Its page says why it rests."""
    if not sync.is_known:
        return Badge("Kind unknown", Tone.ORANGE, "help")
    if not sync.enabled:
        return Badge("Switched off", Tone.SECONDARY, "power")
    if sync.automatic_updates and not (sync.left.enabled and sync.right.enabled):
        return Badge("Automatic updates paused: a connection is off", Tone.ORANGE, "player-pause")
    if sync.automatic_updates and None in (sync.left.last_check_ok, sync.right.last_check_ok):
        return Badge("Automatic updates paused: a connection was not tested", Tone.ORANGE, "player-pause")
    if sync.automatic_updates and resting.reason(sync):
        return Badge("Automatic updates paused", Tone.ORANGE, "player-pause")
    if sync.automatic_updates:
        return Badge("Automatic updates on", Tone.GREEN)
    return Badge("Manual only", Tone.SECONDARY, "hand-stop")
