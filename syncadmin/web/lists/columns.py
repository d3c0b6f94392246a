"""Table columns, and what each writes to the CSV file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from syncadmin.web.templatetags.ui import ago, badge


class BadgeColumn(tables.Column):
    """A badge: ``state_of(record)`` returns an object with label and tone. CSV: the label."""

    def __init__(self, state_of: Callable[[Any], Any], verbose_name: str | None = None, **extra: Any) -> None:
        super().__init__(verbose_name, empty_values=(), **{"orderable": False, **extra})
        self.state_of = state_of

    def render(self, record: Any) -> SafeString | str:
        state = self.state_of(record)
        return render_to_string("components/badge.html", badge(state)) if state else "–"

    def value(self, record: Any) -> str:
        state = self.state_of(record)
        return state.label if state else ""


class TimeColumn(tables.Column):
    """A relative time with the absolute one as tooltip. CSV: ISO 8601."""

    def __init__(self, verbose_name: str | None = None, never: str = "never", **extra: Any) -> None:
        super().__init__(verbose_name, empty_values=(), **extra)
        self.never = never

    def render(self, value: datetime | None) -> SafeString:
        return ago(value, self.never)

    def value(self, value: datetime | None) -> str:
        return value.isoformat(timespec="seconds") if value else ""


class NumberColumn(tables.Column):
    """A right-aligned number with separators. CSV: the plain number."""

    def __init__(self, verbose_name: str | None = None, **extra: Any) -> None:
        attrs = {"td": {"class": "number"}, "th": {"class": "number"}}
        super().__init__(verbose_name, **{"attrs": attrs, **extra})

    def render(self, value: float) -> str:
        return intcomma(value)

    def value(self, value: float) -> float:
        return value
