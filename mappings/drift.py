"""Finds places where a stored configuration no longer fits the connected systems, and what to do about each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.api.values import FieldType
from mappings.fields.misfits import option_misfits
from mappings.kinds.registry import kind_of
from mappings.kinds.section import FIELDS, SCOPE
from mappings.models import Sync
from mappings.schemas import Schemas
from mappings.scope import list_views
from mappings.services import misfit


@dataclass(frozen=True, slots=True)
class SchemaDrift:
    """Sentences by the name of the section that they are about; none where everything fits."""

    by_section: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(sentence for sentences in self.by_section.values() for sentence in sentences)


def drift(sync: Sync, known: Schemas) -> SchemaDrift:
    """What was deleted, retyped or renamed since it was chosen, in the order of the page."""
    found: dict[str, list[str]] = defaultdict(list)
    sections = {option.group: option.section for option in known.kind.options}
    for key, sentence in option_misfits(sync, known):
        found[sections.get(key, SCOPE.name)].append(sentence)
    found[SCOPE.name] += [*_gone_values(sync, known), *_gone_list_view(sync)]
    places = {option.name: option.section for option in known.kind.options if option.is_mapping}
    for mapping in sync.mappings.all():
        if sentence := misfit(mapping, known):
            found[places.get(mapping.right, FIELDS.name)].append(sentence)
    order = [section.name for section in kind_of(sync.kind).sections]
    named = sorted(found, key=lambda name: order.index(name) if name in order else len(order))
    return SchemaDrift({name: found[name] for name in named if found[name]})


def _gone_list_view(sync: Sync) -> list[str]:
    read = list_views.choices(sync) if sync.list_view else None
    if read is None or sync.list_view in {choice.value for choice in read}:
        return []
    return [f"There is no list view {sync.list_view} any more, or it is not shown to the connection's user."]


def _gone_values(sync: Sync, known: Schemas) -> list[str]:
    field = known.left_field(sync.picklist_field)
    if field is None or field.type is not FieldType.CHOICE:
        return []
    have = {choice.value for choice in field.choices}
    gone = [item.value for item in sync.picklist_filters.all() if item.value not in have]
    return [f"{sync.picklist_field} has no value {value} any more." for value in gone]
