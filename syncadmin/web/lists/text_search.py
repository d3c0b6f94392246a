"""The search box of a short list."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet


class TextSearch(django_filters.CharFilter):
    """Filters rows that contain the text in one of these fields, ignoring case.

    Scans all rows: for tables with hundreds of rows, not for records.
    """

    def __init__(self, *looked_in: str, label: str) -> None:
        super().__init__(label=label, widget=forms.TextInput({"type": "search", "autocomplete": "off"}))
        self.looked_in = looked_in

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return qs.filter(self.condition(value.strip())) if value else qs

    def condition(self, text: str) -> Q:
        """The condition for a text that was typed."""
        found = Q()
        for field in self.looked_in:
            found |= Q(**{f"{field}__icontains": text})
        return found
