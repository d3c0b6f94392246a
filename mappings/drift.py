"""Where the stored configuration no longer fits the connected systems, place by place, with what to do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from connectors.api.values import FieldType
from mappings.fields.misfits import option_misfits
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.services import Schemas, misfit

# The section of the page that holds the filters.
_FILTERS = "scope"


@dataclass(frozen=True, slots=True)
class SchemaDrift:
    """Sentences by section of the page; empty lists where everything fits."""

    scope: tuple[str, ...] = ()
    standard: tuple[str, ...] = ()
    matching: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.scope, *self.standard, *self.fields, *self.matching, *self.duplicates)


def drift(sync: Sync, known: Schemas) -> SchemaDrift:
    """What was deleted, retyped or renamed since it was chosen."""
    found: dict[str, list[str]] = defaultdict(list)
    sections = {option.group: option.section for option in kind_of(sync.kind).options}
    for key, sentence in option_misfits(sync, known):
        found[sections.get(key, _FILTERS)].append(sentence)
    return SchemaDrift(
        scope=(*found["scope"], *_gone_values(sync, known)),
        standard=(*found["standard"], *_misfits(sync, known, placed=True)),
        matching=tuple(found["matching"]),
        duplicates=tuple(found["duplicates"]),
        fields=_misfits(sync, known, placed=False),
    )


def _misfits(sync: Sync, known: Schemas, *, placed: bool) -> tuple[str, ...]:
    """What is wrong with the mappings in the list, or with those that have a place of their own."""
    places = known.kind.placed
    found = [misfit(mapping, known) for mapping in sync.mappings.all() if (mapping.right in places) is placed]
    return tuple(filter(None, found))


def _gone_values(sync: Sync, known: Schemas) -> list[str]:
    field = known.left_field(sync.picklist_field)
    if field is None or field.type is not FieldType.CHOICE:
        return []
    have = {choice.value for choice in field.choices}
    gone = [item.value for item in sync.picklist_filters.all() if item.value not in have]
    return [f"{sync.picklist_field} has no value {value} any more." for value in gone]
