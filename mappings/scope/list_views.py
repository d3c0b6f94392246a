"""List views of the left system as a filter: which exist, and which records one shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress

from connectors.api.errors import ConfigError
from connectors.api.protocol import Connector
from connectors.api.special_fields import LIST_VIEW, LIST_VIEWS
from connectors.api.values import Condition, ObjectSchema, PicklistValue, Query, Record
from connectors.services import ask, cached_schema, described, schema
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.rules.configuration import Scope

ID = "Id"


def offered(sync: Sync) -> bool:
    """Whether the left system has such lists."""
    return sync.left.spec.keeps_list_views


def object_of(sync: Sync) -> str:
    """What is described for the lists of the left object."""
    return f"{LIST_VIEWS}{kind_of(sync.kind).left.object}"


def choices(sync: Sync) -> tuple[PicklistValue, ...] | None:
    """The lists as they were last read; None where they never were. Asks nobody."""
    if not offered(sync) or cached_schema(sync.left, object_of(sync)) is None:
        return None
    return named(schema(sync.left, object_of(sync)))


def named(described: ObjectSchema) -> tuple[PicklistValue, ...]:
    """The lists in what was described."""
    return tuple(choice for field in described.fields for choice in field.choices)


def refresh(sync: Sync, connector: Connector | None = None) -> None:
    """Read anew which lists there are, through the connector if one is open. Raises ConnectorError.

    An object without such lists is no error.
    """
    if not offered(sync):
        return
    with suppress(ConfigError):
        if connector is None:
            schema(sync.left, object_of(sync), refresh=True)
        else:
            described(sync.left, connector, object_of(sync))


def marked(sync: Sync, scope: Scope, records: Iterable[Record]) -> list[Record]:
    """The records with what the filters ask of the chosen list. Asks the left system where one is chosen."""
    found = list(records)
    if not scope.list_view:
        return found
    inside = shown(sync, scope.list_view, [record.ref.id for record in found])
    return [record.with_value(LIST_VIEW, scope.list_view if record.ref.id in inside else "") for record in found]


def shown(sync: Sync, name: str, ids: Collection[str]) -> set[str]:
    """Those of these left records that a list shows now. Raises ConnectorError."""
    if not ids:
        return set()
    where = (Condition(LIST_VIEW, (name,)), Condition(ID, tuple(ids)))
    (answer,) = ask(sync.left, Query(kind_of(sync.kind).left.object, (ID,), where))
    return {record.ref.id for record in answer.records}


def everybody(sync: Sync, name: str) -> set[str]:
    """The left records that a list shows now, by id. Raises ConnectorError."""
    (answer,) = ask(sync.left, Query(kind_of(sync.kind).left.object, (ID,), (Condition(LIST_VIEW, (name,)),)))
    return {record.ref.id for record in answer.records}
