"""Where the stored configuration no longer fits the connected systems, place by place, with what to do."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.models import Sync
from mappings.rules.matching import EMAIL
from mappings.services import Schemas, lost_field, lost_record_type, misfit


@dataclass(frozen=True, slots=True)
class Drift:
    """Sentences by section of the page; empty lists where everything fits."""

    scope: tuple[str, ...] = ()
    standard: tuple[str, ...] = ()
    matching: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.scope, *self.standard, *self.fields, *self.matching, *self.duplicates)


def drift(sync: Sync, known: Schemas) -> Drift:
    """What was deleted, retyped or renamed since it was chosen."""
    return Drift(
        scope=tuple(_scope(sync, known)),
        standard=_lost(known, sync.domain_names, sync.notes, sync.details, *sync.tags),
        matching=_lost(known, *(name for name in sync.match_on if name != EMAIL)),
        duplicates=_lost(known, sync.rank_field),
        fields=tuple(text for mapping in sync.mappings.all() if (text := misfit(mapping, known))),
    )


def _lost(known: Schemas, *names: str) -> tuple[str, ...]:
    return tuple(lost_field(name) for name in names if name and known.left_field(name) is None)


def _scope(sync: Sync, known: Schemas) -> list[str]:
    have = {record_type.name for record_type in known.left.record_types}
    types = [item.name for item in sync.record_type_filters.all() if item.name not in have]
    texts = [lost_record_type(name) for name in types]
    field = known.left_field(sync.picklist_field) if sync.picklist_field else None
    if sync.picklist_field and field is None:
        return [*texts, lost_field(sync.picklist_field)]
    values = {choice.value for choice in field.choices} if field else set()
    gone = [item.value for item in sync.picklist_filters.all() if field and item.value not in values]
    return texts + [f"{sync.picklist_field} has no value {value} any more." for value in gone]
