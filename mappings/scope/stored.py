"""The stored filters of a sync as its runs judge by them, and what of their conditions no longer fits (S3.54)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.api.protocol import ConnectorSpec
from connectors.api.values import FieldType
from mappings.models import Sync
from mappings.rules.conditions import ConditionProblem, FieldCondition, parsed
from mappings.rules.configuration import Scope

if TYPE_CHECKING:
    from mappings.schemas import Schemas


def scope_of(sync: Sync, known: Schemas) -> Scope:
    """The stored filters. Conditions that no longer fit are left out: ``misfits`` tells of them."""
    field = known.left_field(sync.picklist_field)
    return Scope(
        tuple(item.name for item in sync.record_type_filters.all()),
        sync.picklist_field,
        tuple(item.value for item in sync.picklist_filters.all()),
        checkbox=bool(field and field.type is FieldType.BOOLEAN),
        list_view=sync.list_view,
        conditions=tuple(one for _, one in _read(sync, known) if isinstance(one, FieldCondition)),
        match=sync.match,
    )


def misfits(sync: Sync, known: Schemas) -> Iterator[tuple[int, str]]:
    """The place of each stored condition that no longer fits the left system, and why."""
    for place, found in _read(sync, known):
        if isinstance(found, ConditionProblem):
            yield place, str(found)


def condition_of(row: Mapping[str, Any], sync: Sync, known: Schemas) -> FieldCondition:
    """A condition that was stored or typed. Raises ConditionProblem."""
    field = known.left_field(row["field"])
    if field is None:
        raise ConditionProblem("field", f"{row['field']} does not exist in {known.kind.names.left_system}.")
    return parsed(field, row["op"], row["values"], partial(_whole_id, sync.left.spec))


def _whole_id(spec: ConnectorSpec, text: str) -> str:
    if not spec.looks_like_id(text):
        raise ValueError(text)
    return spec.whole_id(text)


def plain(condition: FieldCondition) -> dict[str, Any]:
    """The condition as it is stored."""
    return {"field": condition.field, "op": condition.operator.value, "values": list(condition.values)}


def _read(sync: Sync, known: Schemas) -> Iterator[tuple[int, FieldCondition | ConditionProblem]]:
    for place, row in enumerate(sync.conditions):
        try:
            yield place, condition_of(row, sync, known)
        except ConditionProblem as problem:
            yield place, problem
