"""Filters of the mapping pages."""

import django_filters

from mappings.models import Sync
from syncadmin.web.lists.text_search import TextSearch


class SyncFilter(django_filters.FilterSet):
    """Syncs by a part of their name or of a connection's."""

    text = TextSearch("name", "slug", "left__name", "right__name", label="Sync or connection")

    class Meta:
        model = Sync
        fields = ["text"]
