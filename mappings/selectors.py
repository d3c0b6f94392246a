"""What the mapping pages read from the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from connectors.models import Connection, RemoteObject
from connectors.services import cached_schema
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from mappings.models import FieldMapping, Sync
from mappings.rules.configuration import Direction
from mappings.schemas import Schemas
from mappings.services import schemas


@dataclass(frozen=True, slots=True)
class ConnectedSide:
    """One side of a sync and the age of what is known of it; ``read_at`` is None while nothing is known."""

    connection: Connection
    object: str
    read_at: datetime | None

    @property
    def ready(self) -> bool:
        """Whether the connection passed its last test and is switched on (S3.3)."""
        return self.connection.enabled and bool(self.connection.last_check_ok)


def syncs_of(kind: str) -> QuerySet[Sync]:
    """The syncs of a kind with their connections; ``mapped`` counts the field mappings."""
    found = Sync.objects.filter(kind=kind).select_related("left", "right")
    return found.annotate(mapped=Count("mappings"))


def sync_of(slug: str) -> Sync:
    """The sync with everything its page shows. Raises Http404."""
    found = Sync.objects.select_related("left", "right")
    return get_object_or_404(found.prefetch_related("record_type_filters", "picklist_filters", "mappings"), slug=slug)


def heading(sync: Sync, *, alone: bool | None = None) -> str:
    """What the page of a sync, its card and mails about it are called: its name.

    One without a name is called by its kind; beside others of the kind without a name (not ``alone``) its address
    tells it apart. One query where that is not known.
    """
    if sync.name:
        return sync.name
    if alone is None:
        alone = not Sync.objects.filter(kind=sync.kind, name="").exclude(pk=sync.pk).exists()
    title = kind_of(sync.kind).title
    return title if alone else f"{title} ({sync.slug})"


def account_syncs(sync: Sync) -> list[Sync]:
    """The syncs that this one builds on, between the same two connections: users join organizations (S3.43)."""
    return list(sync.beside(kind_of(sync.kind).depends_on))


def sides(sync: Sync) -> tuple[ConnectedSide, ConnectedSide]:
    """Left and right."""
    kind = sync.declared
    return _side(sync.left, kind.left.object), _side(sync.right, kind.right.object)


def known_schemas(sync: Sync, both: tuple[ConnectedSide, ConnectedSide]) -> Schemas | None:
    """Both schemas from the cache; None while one was never read. Asks no remote system."""
    return schemas(sync) if all(side.read_at for side in both) else None


def candidates(kind: Kind) -> dict[str, list[Connection]]:
    """The connections that a new sync of this kind may join, by side: those that are switched on."""
    found = list(Connection.objects.filter(kind__in=[kind.left.system, kind.right.system], enabled=True))
    return {
        "left": [row for row in found if row.kind == kind.left.system],
        "right": [row for row in found if row.kind == kind.right.system],
    }


def _side(connection: Connection, object: str) -> ConnectedSide:
    row: RemoteObject | None = cached_schema(connection, object)
    return ConnectedSide(connection, object, row.fetched_at if row else None)


def with_directions(syncs: QuerySet[Sync]) -> QuerySet[Sync]:
    """The same syncs, so that ``writes_left`` asks nothing more of any of them."""
    back = FieldMapping.objects.filter(sync=OuterRef("pk")).exclude(direction=Direction.TO_RIGHT.value)
    return syncs.annotate(maps_left=Exists(back))


def writes_left(sync: Sync) -> bool:
    """Whether a run may write to the left system at all: a field goes there, or records are made there."""
    kind = kind_of(sync.kind)
    if sync.creates_left or any(rule.direction is not Direction.TO_RIGHT for rule in kind.rules(kind.unchosen)):
        return True
    known: bool | None = sync.__dict__.get("maps_left")
    if known is None:
        known = sync.mappings.exclude(direction=Direction.TO_RIGHT.value).exists()
    return known
