"""Filters of the Connections pages."""

import django_filters
from django.db.models import Q, QuerySet

from connectors.api.values import TYPE_NAMES
from connectors.models import Connection, RemoteField
from syncadmin.web.lists.text_search import TextSearch

_TYPES = [(type.value, name) for type, name in TYPE_NAMES.items()]


class ConnectionFilter(django_filters.FilterSet):
    """Connections by a part of name, address or system."""

    text = TextSearch("name", "slug", "base_url", "kind", label="Name, address or system")

    class Meta:
        model = Connection
        fields = ["text"]


class FieldFilter(django_filters.FilterSet):
    """Fields of one object by a part of label or API name, and by type."""

    text = django_filters.CharFilter(method="by_text", label="Name contains")
    type = django_filters.ChoiceFilter(choices=_TYPES, label="Type", empty_label="Any")

    class Meta:
        model = RemoteField
        fields = ["text", "type"]

    def by_text(self, rows: QuerySet[RemoteField], name: str, value: str) -> QuerySet[RemoteField]:
        return rows.filter(Q(label__icontains=value) | Q(name__icontains=value))
