"""Finds which objects to subscribe to: those that syncs read from a connection with streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.api.registry import CONNECTORS
from connectors.models import Connection
from mappings.kinds.registry import known_kind
from mappings.models import Sync


@dataclass(frozen=True, slots=True)
class ListenTarget:
    """One connection. ``opens_with`` is equal as long as a connection that is open stays good."""

    connection_id: int
    slug: str
    objects: frozenset[str]
    opens_with: tuple[Any, ...]


def targets() -> dict[int, ListenTarget]:
    """By the key of the connection. Only syncs that are on and have automatic updates want to know of changes.

    What an older or a newer release has left, a system or a kind that is not known here, is passed over.
    """
    wanted: dict[int, set[str]] = {}
    connections: dict[int, Connection] = {}
    for sync in Sync.objects.on().filter(automatic_updates=True).select_related("left", "right"):
        kind = known_kind(sync.kind)
        sides = ((sync.left, kind.left), (sync.right, kind.right)) if kind else ()
        for connection, side in sides:
            if connection.enabled and connection.kind in CONNECTORS and connection.spec.stream is not None:
                connections[connection.pk] = connection
                wanted.setdefault(connection.pk, set()).add(side.object)
    return {key: _target(connections[key], frozenset(objects)) for key, objects in wanted.items()}


def _target(connection: Connection, objects: frozenset[str]) -> ListenTarget:
    settings = tuple(sorted(connection.settings.items()))
    opens_with = (connection.base_url, connection.auth, settings, connection.secrets_changed_at)
    return ListenTarget(connection.pk, connection.slug, objects, opens_with)
