"""The filter of people by their account (S3.54), as conditions for the left system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.api.values import Condition, FieldType
from mappings.kinds.policy import SKIP
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.rules import filters
from mappings.scope import leaving, list_views
from mappings.scope.stored import scope_of
from mappings.services import schemas

NOBODY = (Condition("Id", ("",)),)
OUTSIDE = "Its account is not synced"


def conditions(sync: Sync) -> tuple[Condition, ...]:
    """What the sync's choice asks of a record's account. One query, and one more where links are asked for."""
    choice, parent = sync.option("accounts"), _parent(sync)
    if choice in (None, "all"):
        return ()
    above = sync.beside(kind_of(sync.kind).depends_on).order_by("pk").first()
    if not parent or above is None:
        return NOBODY
    if choice == "linked":
        linked = tuple(leaving.linked_ids(above))
        return (Condition(parent, linked),) if linked else NOBODY
    return (Condition(parent, ("",), negated=True), *_in_list(above, parent), *_in_filter(above, _relation(parent)))


def _in_list(above: Sync, parent: str) -> tuple[Condition, ...]:
    """The accounts that the list view of their sync shows now, by their ids. Raises ConnectorError."""
    if not above.list_view:
        return ()
    shown = tuple(sorted(list_views.everybody(above, above.list_view)))
    return (Condition(parent, shown),) if shown else NOBODY


def _in_filter(above: Sync, relation: str) -> tuple[Condition, ...]:
    known = schemas(above)
    asked = list(filters.conditions(replace(scope_of(above, known), list_view="")))
    skipped = [policy for policy in kind_of(above.kind).policies if above.option(policy.option) == SKIP]
    if not asked and not skipped:
        return ()
    types = {field.name: field.type for field in known.left.fields}
    asked += [Condition(one.field, one.values, not one.negated) for one in skipped if one.field in types]
    return tuple(_of_parent(one, relation, types) for one in asked)


def _of_parent(asked: Condition, relation: str, types: Mapping[str, FieldType]) -> Condition:
    """What is asked of a record's account, in place of the account itself."""
    if asked.any_of:
        return replace(asked, any_of=tuple(_of_parent(one, relation, types) for one in asked.any_of))
    return replace(asked, field=f"{relation}.{asked.field}", type=types.get(asked.field))


def _parent(sync: Sync) -> str:
    return kind_of(sync.kind).parent or str(sync.option("account_field") or "")


def _relation(field: str) -> str:
    return f"{field.removesuffix('__c')}__r" if field.endswith("__c") else field.removesuffix("Id")
