"""Checks a configuration file against the connected systems before anything is stored (S3.27)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors import saving
from connectors.api.errors import ConfigError, ConnectorError
from connectors.api.special_fields import LIST_VIEWS
from connectors.api.values import ObjectSchema
from connectors.models import Connection
from connectors.services import cached_schema, described_unsaved, schema
from mappings.config.file import Document
from mappings.fields.misfits import option_misfits
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.schemas import Schemas
from mappings.scope import list_views
from mappings.services import misfit

_NO_SETTINGS = frozenset({"slug", "kind", "name", "base_url", "auth", "enabled"})


@dataclass(slots=True)
class Known:
    """The schemas of a file's syncs by slug, and for those that could not be read the reason."""

    schemas: dict[str, Schemas] = field(default_factory=dict)
    list_views: dict[str, frozenset[str]] = field(default_factory=dict)
    """The list views that there are, for the syncs that name one."""
    unread: dict[str, str] = field(default_factory=dict)


def read_schemas(document: Document, stored: Mapping[str, Connection]) -> Known:
    """What the systems of each sync say of their fields now. Asks each system once for each object.

    Nothing is kept: the connections may be new, or have other settings in the file than are stored.
    """
    given = {values["slug"]: values for values in document.connections}
    known, found = Known(), {}
    for values in document.syncs:
        kind = kind_of(values["kind"]).as_chosen(values["options"])
        try:
            views = (values["left"], f"{LIST_VIEWS}{kind.left.object}")
            both = ((values["left"], kind.left.object), (values["right"], kind.right.object))
            for side, object in (*both, views) if values.get("list_view") else both:
                if (side, object) not in found:
                    found[side, object] = _described(side, object, given, stored)
        except ConnectorError as error:
            known.unread[values["slug"]] = str(error)
            continue
        if values.get("list_view"):
            known.list_views[values["slug"]] = frozenset(choice.value for choice in list_views.named(found[views]))
        left, right = values["left"], values["right"]
        known.schemas[values["slug"]] = Schemas(found[left, kind.left.object], found[right, kind.right.object], kind)
    return known


def misfits(document: Document, known: Known) -> list[str]:
    """Everything in the syncs as they are stored now that does not fit, each with its line in the file."""
    problems: list[tuple[int, str]] = []
    for slug, schemas in known.schemas.items():
        sync = Sync.objects.get(slug=slug)
        keyed = {right for right in schemas.kind.placed if (slug, right) in document.lines}
        problems += [(document.lines.get((slug, key), 1), problem) for key, problem in _problems(sync, schemas, keyed)]
        if sync.list_view and sync.list_view not in known.list_views.get(slug, ()):
            keys = ("list_view", "scope")
            line = next((document.lines[slug, key] for key in keys if (slug, key) in document.lines), 1)
            system = schemas.kind.left.system_label
            problems.append((line, f"{system} has no list view {sync.list_view}, or does not show it to us"))
    return [f"line {line}: {problem}" for line, problem in sorted(problems)]


def _problems(sync: Sync, known: Schemas, keyed: Collection[str]) -> Iterator[tuple[str, str]]:
    """The place of each problem in the file; ``keyed`` mappings have a key of their own."""
    yield from option_misfits(sync, known)
    own = [mapping for mapping in sync.mappings.all() if mapping.right in keyed]
    listed = [mapping for mapping in sync.mappings.all() if mapping.right not in keyed]
    places = [(mapping.right, mapping) for mapping in own]
    places += [(f"mappings.{place}", mapping) for place, mapping in enumerate(listed)]
    for place, mapping in places:
        if problem := misfit(mapping, known):
            yield place, problem


def _described(
    slug: str, object: str, given: Mapping[str, Mapping[str, Any]], stored: Mapping[str, Connection]
) -> ObjectSchema:
    row = stored.get(slug)
    if slug not in given and row is not None:
        return schema(row, object, refresh=cached_schema(row, object) is not None)
    connection = _in_memory(given[slug], row)
    if not given[slug].get("enabled", connection.enabled):
        raise ConfigError(f"The connection {connection.slug} is switched off.")
    return described_unsaved(connection, object)


def _in_memory(values: Mapping[str, Any], row: Connection | None) -> Connection:
    """The connection as the file has it, beside the stored one."""
    made = Connection.objects.get(pk=row.pk) if row else Connection(slug=values["slug"], kind=values["kind"])
    plain = {key: value for key, value in values.items() if key not in _NO_SETTINGS}
    return saving.filled(
        made,
        name=values.get("name") or made.name,
        base_url=values["base_url"],
        auth=values.get("auth") or made.auth_method.key,
        values={**made.settings, **plain},
    )
