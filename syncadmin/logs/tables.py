"""The table of the log. The CSV file has columns that the page does not show."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from syncadmin.logs.models import LogEntry
from syncadmin.web.lists.columns import BadgeColumn, TimeColumn


class LogTable(tables.Table):
    """Newest first; every column that is searched has its own filter, so only the time is sorted by."""

    at = TimeColumn("Time", order_by="pk")
    level = BadgeColumn(lambda entry: entry.severity, "Level")
    message = tables.Column(
        orderable=False, linkify=("logs:story", [tables.A("pk")]), attrs={"a": {"class": "row-link"}}
    )
    label = tables.Column("Record", orderable=False, default="–")
    functionality = tables.Column(orderable=False)
    sync = tables.Column(orderable=False, default="–")
    run_id = tables.Column("Run", orderable=False, default="–", linkify=("runs:detail", [tables.A("run_id")]))
    not_done = tables.Column("Not done", visible=False)
    left_system = tables.Column("Left system", visible=False)
    left_id = tables.Column("Left id", visible=False)
    right_system = tables.Column("Right system", visible=False)
    right_id = tables.Column("Right id", visible=False)
    email_group = tables.Column("Email group", visible=False)
    code = tables.Column("Code", visible=False)
    step_id = tables.Column("Step", visible=False)
    version = tables.Column("Version", visible=False)

    class Meta:
        caption = "Log entries"

    def render_message(self, record: LogEntry) -> SafeString | str:
        if not record.not_done:
            return record.message
        return format_html('{} <span class="log-not-done">{}</span>', record.message, record.not_done)

    def value_message(self, record: LogEntry) -> str:
        return record.message
