"""Django system checks for stored syncs."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import connections

from mappings.kinds.registry import KINDS


def check_kinds(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """A warning for each stored sync whose kind this version does not have."""
    from mappings.models import Sync  # models load after the apps

    found: list[CheckMessage] = []
    for alias in databases or ():
        if Sync._meta.db_table not in connections[alias].introspection.table_names():
            continue  # before the first migration
        for sync in Sync.objects.using(alias).exclude(kind__in=list(KINDS)):
            found.append(Warning(sync.why_off, hint="Or delete the sync. It is off until then.", id="sync.W001"))
    return found
