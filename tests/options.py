"""Options of syncs in tests: chosen for stored syncs, read back, and put into a configuration in memory."""

from __future__ import annotations

from typing import Any

from connectors.api.values import FieldType
from mappings.kinds.option import effective
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.rules.configuration import Configuration, FieldRule


def choose(sync: Sync | None = None, **values: Any) -> None:
    """Store these options, and columns, of one sync or of all."""
    for row in Sync.objects.filter(pk=sync.pk) if sync else Sync.objects.all():
        columns, options = parted(row.kind, values)
        placed = {name: options.pop(name) for name in kind_of(row.kind).placed if name in options}
        Sync.objects.filter(pk=row.pk).update(options={**row.options, **options}, **columns)
        for name, left in placed.items():
            row.mappings.filter(right=name).delete()
            if left:
                row.mappings.create(position=0, left=left, right=name)


def parted(kind: str, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns of Sync, and options of the kind."""
    declared = {option.name for option in kind_of(kind).options}
    options = {name: value for name, value in values.items() if name in declared}
    return {name: value for name, value in values.items() if name not in declared}, options


def chosen(sync: Sync | Configuration, *names: str) -> tuple[Any, ...]:
    """The values of these options, in their order."""
    placed = kind_of(sync.kind).placed
    return tuple(_source(sync, name) if name in placed else sync.option(name) for name in names)


def _source(sync: Sync | Configuration, right: str) -> str:
    """The field that fills one on the right; "" where none does."""
    pairs = sync.mappings.all() if isinstance(sync, Sync) else sync.rules
    return next((pair.left for pair in pairs if pair.right == right), "")


def long_text(right: str, left: str, type: FieldType = FieldType.TEXT) -> FieldRule:
    """What fills Notes or Details."""
    return FieldRule(left, right, type, FieldType.LONG_TEXT, label=right.capitalize())


def configured(kind: str, **values: Any) -> Configuration:
    """A configuration of the kind; ``values`` are its options, fields of Configuration, and what fills Notes."""
    placed = {name: values.pop(name) for name in list(values) if name in kind_of(kind).placed}
    if placed:
        texts = tuple(long_text(name, left) for name, left in placed.items() if left)
        values["rules"] = (*texts, *values.get("rules", ()))
    resolved = set(Configuration.__dataclass_fields__)
    said = {name: value for name, value in values.items() if name not in resolved}
    rest = {name: value for name, value in values.items() if name in resolved}
    return Configuration(kind, options=effective(kind_of(kind).options, said), **rest)
