"""Stores a checked configuration file, and exports stored syncs into a file."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml
from django.db import transaction
from django.db.models import F, Field, Model

from connectors import saving
from connectors.models import Connection
from mappings.config import check as config_check
from mappings.config import conditions, list_view, part_lists
from mappings.config import file as config_file
from mappings.config import options as config_options
from mappings.editing import replace_rows, take_off, untested
from mappings.kinds.option import effective
from mappings.kinds.part_list import PartList
from mappings.kinds.registry import kind_of
from mappings.models import SCHEDULE, FieldMapping, PicklistFilter, RecordTypeFilter, Sync
from mappings.rules import guards, templates

_PLAIN = ("enabled", "automatic_updates", "automatic_both_ways", "interval", "hours", "ceiling", "guards")

_BY = "config apply"

logger = logging.getLogger(__name__)


def apply(text: str, *, ask: bool = False) -> config_file.Document:
    """Store a file's connections and syncs: those it names are made or replaced, others stay.

    With ``ask`` the connected systems are asked first whether its syncs fit their fields (S3.27); ``unread`` of the
    document says for which syncs that could not be told. Raises ConfigFileError, having changed nothing, when anything
    in it is wrong.
    """
    stored = {row.slug: row for row in Connection.objects.all()}
    syncs = dict(Sync.objects.values_list("slug", "kind"))
    document = config_file.read(text, known_connections=stored, known_syncs=syncs)
    known = config_check.read_schemas(document, stored) if ask else config_check.Known()
    document.unread = known.unread
    with transaction.atomic():
        _store(document, stored)
        if problems := config_check.misfits(document, known):
            raise config_file.ConfigFileError(problems)
    return document


def _store(document: config_file.Document, known: Mapping[str, Connection]) -> None:
    for values in document.connections:
        _store_connection(known.get(values["slug"]), dict(values))
    for values in document.syncs:
        _store_sync(dict(values))
    _switch_off_left_out(document)
    if problems := _rivals(document):
        raise config_file.ConfigFileError(problems)


def export(only: str = "") -> str:
    """The stored configuration, or one sync of it, as YAML that ``apply`` takes. Secrets are named, never shown."""
    syncs = Sync.objects.select_related("left", "right").order_by("pk")
    chosen = [row for row in syncs if only in ("", row.slug, row.group) and not row.leaving]
    document = {
        "connections": [_connection_values(row) for row in Connection.objects.order_by("pk")],
        "syncs": list(part_lists.folded(_by_group(row for row in chosen if row.is_known))),
    }
    left_out = [f"# {row.slug} is left out: its kind {row.kind} is unknown\n" for row in chosen if not row.is_known]
    return "".join(left_out) + yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def _by_group(rows: Iterable[Sync]) -> Iterator[tuple[str, PartList | None, dict[str, Any]]]:
    for row in rows:
        yield row.group, kind_of(row.kind).part_list, _sync_values(row)


def _rivals(document: config_file.Document) -> list[str]:
    """What keeps two syncs of one file, or one of it and a stored one, from being on at once: the same records."""
    found = Sync.objects.filter(slug__in=[values["slug"] for values in document.syncs], enabled=True)
    pairs = {tuple(sorted((sync.slug, rival.slug))) for sync in found if (rival := sync.rival())}
    return [
        f"{one} and {other} are of one kind between the same two systems and would write the same records; "
        "give one of them enabled: false"
        for one, other in sorted(pairs)
    ]


def waiting(document: config_file.Document) -> dict[str, str]:
    """The syncs of an applied file whose automatic updates wait for a tested connection (S3.3), with the reason."""
    named = [values["slug"] for values in document.syncs if values.get("automatic_updates")]
    found = Sync.objects.filter(slug__in=named).select_related("left", "right")
    return {sync.slug: reason for sync in found if (reason := untested(sync))}


def _switch_off_left_out(document: config_file.Document) -> None:
    """Parts that a configuration no longer lists leave, as it says."""
    groups = {values["group"]: values for values in document.syncs if values.get("group")}
    named = [values["slug"] for values in document.syncs]
    for sync in Sync.objects.filter(group__in=groups, leaving=False).exclude(slug__in=named):
        declared = kind_of(sync.kind).part_list
        removes = declared and groups[sync.group]["options"].get(declared.leaving) == "remove"
        take_off(sync, removes=sync.enabled and bool(removes), by=_BY)


def _store_connection(stored: Connection | None, values: dict[str, Any]) -> None:
    """As the connection's form does it; what the file leaves out stays."""
    slug, kind = values.pop("slug"), values.pop("kind")
    row = stored or Connection(slug=slug, kind=kind)
    enabled, row.demo = values.pop("enabled", row.enabled), values.pop("demo", row.demo)
    saving.save(
        row,
        name=values.pop("name", None) or row.name or f"{row.spec.label} ({slug})",
        base_url=values.pop("base_url"),
        auth=values.pop("auth", None) or row.auth_method.key,
        values={**row.settings, **values},
        by=_BY,
    )
    if row.enabled != enabled:
        saving.set_enabled(row, enabled, by=_BY)


def _store_sync(values: dict[str, Any]) -> None:
    row = Sync.objects.filter(slug=values["slug"]).first() or Sync(slug=values["slug"])
    before = _planned_by(row) if row.pk else None
    row.kind, row.name, row.group = values["kind"], values.get("name", row.name), values.get("group", "")
    row.left = Connection.objects.get(slug=values["left"])
    row.right = Connection.objects.get(slug=values["right"])
    was_enabled, row.leaving = row.enabled, False
    for key in _PLAIN:
        setattr(row, key, values.get(key, _default(Sync, key)))
    row.switched += row.enabled != was_enabled
    row.options = effective(kind_of(row.kind).options, values["options"])
    picklist = values.get("picklist_filter") or {"field": "", "values": []}
    row.picklist_field, row.list_view = picklist["field"], values.get("list_view", "")
    row.conditions, row.match = values["conditions"], values["match"]
    row.save()
    replace_rows(row, RecordTypeFilter, [{"name": name} for name in values.get("record_types") or []])
    replace_rows(row, PicklistFilter, [{"value": value} for value in picklist["values"]])
    replace_rows(row, FieldMapping, values["mappings"])
    if _planned_by(Sync.objects.get(pk=row.pk)) != before:  # plans of an unchanged mapping stay good
        Sync.objects.filter(pk=row.pk).update(revision=F("revision") + 1)
        logger.info("%s stored the mapping %s", _BY, row.slug)


def _default(model: type[Model], name: str) -> Any:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field.get_default()


def _connection_values(row: Connection) -> dict[str, Any]:
    prefix = row.slug.upper().replace("-", "_")
    secrets = {s.key: f"env:{prefix}_{s.key.upper()}" for s in row.auth_method.settings if s.secret}
    plain = {"slug": row.slug, "name": row.name, "kind": row.kind, "base_url": row.base_url, "auth": row.auth}
    marked = {"demo": True} if row.demo else {}
    return {**plain, "enabled": row.enabled, **marked, **row.settings, **secrets}


def _planned_by(row: Sync) -> dict[str, Any]:
    """The values that plans depend on."""
    return {key: value for key, value in _sync_values(row, named=False).items() if key not in SCHEDULE}


def _sync_values(row: Sync, *, named: bool = True) -> dict[str, Any]:
    values: dict[str, Any] = {"slug": row.slug, "kind": row.kind, "left": row.left.slug, "right": row.right.slug}
    if row.name and named:
        values["name"] = row.name
    values |= {key: getattr(row, key) for key in _PLAIN}
    values |= config_options.written(kind_of(row.kind).options, row.effective_options())
    limits, own = guards.limits(row.guards), kind_of(row.kind).guards
    values["guards"] = guards.plain({guard: limits[guard] for guard in own})
    values["record_types"] = [item.name for item in row.record_type_filters.all()]
    if row.picklist_field:
        values["picklist_filter"] = {
            "field": row.picklist_field,
            "values": [item.value for item in row.picklist_filters.all()],
        }
    values = list_view.written(values, row.list_view, kind_of(row.kind).options)
    values |= conditions.written(row.conditions, row.match)
    places = kind_of(row.kind).placed
    mappings = {item.right: _mapping_values(item) for item in row.mappings.all()}
    values |= {right: _short(mappings[right]) for right in places if right in mappings}
    values["mappings"] = [item for right, item in mappings.items() if right not in places]
    return values


def _short(mapping: dict[str, Any]) -> Any:
    """A mapping under its own key: the field alone where there is nothing else to say."""
    rest = {key: value for key, value in mapping.items() if key not in ("left", "right")}
    return {"field": mapping["left"], **rest} if rest else mapping["left"]


def _mapping_values(row: FieldMapping) -> dict[str, Any]:
    values: dict[str, Any] = {"left": row.left, "right": row.right}
    if templates.is_made_up(row.left):
        key = "constant" if templates.is_constant(row.left) else "template"
        values = {key: templates.text_of(row.left), "right": row.right}
    for key in ("direction", "conflict", "on_problem", "transform", "value_map", "only_if_empty"):
        if (value := getattr(row, key)) != _default(FieldMapping, key):
            values[key] = value
    return values
