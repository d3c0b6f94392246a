"""The tables of the pages of runs."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from syncadmin.runs.choices import Trigger, direction_labels
from syncadmin.runs.models import Run
from syncadmin.runs.status.labels import names_of
from syncadmin.runs.status.run_status import run_status
from syncadmin.runs.templatetags.runs import lasting
from syncadmin.web.lists.columns import BadgeColumn, NumberColumn, TimeColumn


class RunTable(tables.Table):
    """Every run in a row. Its numbers are final once the run has ended."""

    pk = tables.Column("Run", linkify=True, attrs={"a": {"class": "row-link"}, "td": {"class": "labelled"}})
    state = BadgeColumn(run_status, "State")
    sync = tables.Column(orderable=False)
    started_by = tables.Column(empty_values=(), orderable=False)
    trigger = tables.Column("Why", visible=False)
    direction = tables.Column(visible=False)
    planned = NumberColumn()
    written = NumberColumn("Written", accessor="counts__written", default="–", orderable=False)
    rejected = NumberColumn("Rejected", accessor="counts__rejected", default="–", orderable=False)
    conflicts = NumberColumn("Conflicts", accessor="counts__conflicts", default="–", orderable=False)
    seconds = NumberColumn("Work", empty_values=(), orderable=False, visible=False)
    created_at = TimeColumn("Started")
    finished_at = TimeColumn("Ended", never="–")

    class Meta:
        caption = "Runs"

    def render_sync(self, record: Run) -> SafeString | str:
        if not record.undo_of_id:
            return str(record.sync)
        return format_html('{}<span class="row-id">{}</span>', record.sync, undo_word(record))

    def value_sync(self, record: Run) -> str:
        return str(record.sync)

    def render_direction(self, value: str, record: Run) -> str:
        return dict(direction_labels(names_of(record.sync)))[value]

    def render_started_by(self, record: Run) -> str:
        return starter(record)

    def value_started_by(self, record: Run) -> str:
        return starter(record)

    def render_seconds(self, record: Run) -> str:
        return lasting(worked(record))

    def value_seconds(self, record: Run) -> float:
        return worked(record)


def starter(run: Run) -> str:
    """Who or what started a run."""
    if run.started_by:
        return run.started_by.get_username()
    return "the schedule" if run.trigger == Trigger.AUTOMATIC else "the command line"


def undo_word(run: Run) -> str:
    """For example "Undo of run 12"; "" for other runs."""
    return f"Undo of run {run.undo_of_id}" if run.undo_of_id else ""


def worked(run: Run) -> float:
    """Seconds that workers spent on a run, without the time it waited for a person."""
    return round(sum(entry.get("seconds", 0.0) for entry in run.phases.values()), 1)
