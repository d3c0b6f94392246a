"""Options of syncs in tests: chosen for stored syncs, read back, and put into a configuration in memory."""

from __future__ import annotations

from typing import Any

from mappings.kinds.option import effective
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.rules.configuration import Configuration


def choose(sync: Sync | None = None, **values: Any) -> None:
    """Store these options, and columns, of one sync or of all."""
    for row in Sync.objects.filter(pk=sync.pk) if sync else Sync.objects.all():
        columns, options = parted(row.kind, values)
        Sync.objects.filter(pk=row.pk).update(options={**row.options, **options}, **columns)


def parted(kind: str, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns of Sync, and options of the kind."""
    declared = {option.name for option in kind_of(kind).options}
    options = {name: value for name, value in values.items() if name in declared}
    return {name: value for name, value in values.items() if name not in declared}, options


def chosen(sync: Sync | Configuration, *names: str) -> tuple[Any, ...]:
    """The values of these options, in their order."""
    return tuple(sync.option(name) for name in names)


def configured(kind: str, **values: Any) -> Configuration:
    """A configuration of the kind; ``values`` are its options, and fields of Configuration."""
    resolved = set(Configuration.__dataclass_fields__)
    said = {name: value for name, value in values.items() if name not in resolved}
    rest = {name: value for name, value in values.items() if name in resolved}
    return Configuration(kind, options=effective(kind_of(kind).options, said), **rest)
