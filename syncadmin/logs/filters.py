"""Filters of the log (S1.35). Each uses an index; text is searched in the newest entries only."""

from __future__ import annotations

from datetime import datetime

import django_filters
from django import forms
from django.db.models import QuerySet

from mappings.models import Sync
from syncadmin.logs import selectors
from syncadmin.logs.models import Functionality, Level, LogEntry

_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class LogFilter(django_filters.FilterSet):
    """The order matters: what looks through texts comes last, when the others have narrowed the selection."""

    level = django_filters.ChoiceFilter(choices=Level.choices, label="Level", empty_label="Any")
    functionality = django_filters.ChoiceFilter(choices=Functionality.choices, label="Functionality", empty_label="Any")
    sync = django_filters.ModelChoiceFilter(
        queryset=Sync.objects.all(), to_field_name="slug", label="Sync", empty_label="Any"
    )
    run = django_filters.NumberFilter(field_name="run_id", label="Run")
    since = django_filters.DateTimeFilter(method="from_moment", label="From", widget=_MOMENT)
    until = django_filters.DateTimeFilter(method="to_moment", label="To", widget=_MOMENT)
    record = django_filters.CharFilter(method="of_record", label="Record: id, name or email")
    text = django_filters.CharFilter(method="with_text", label="Text")

    class Meta:
        model = LogEntry
        fields = ["level", "functionality", "sync", "run", "since", "until", "record", "text"]

    def from_moment(self, rows: QuerySet[LogEntry], name: str, value: datetime) -> QuerySet[LogEntry]:
        return selectors.since(rows, value)

    def to_moment(self, rows: QuerySet[LogEntry], name: str, value: datetime) -> QuerySet[LogEntry]:
        return selectors.until(rows, value)

    def of_record(self, rows: QuerySet[LogEntry], name: str, value: str) -> QuerySet[LogEntry]:
        return selectors.about_record(rows, value.strip())

    def with_text(self, rows: QuerySet[LogEntry], name: str, value: str) -> QuerySet[LogEntry]:
        return selectors.with_text(rows, value)
