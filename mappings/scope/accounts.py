"""Whose people take part by their account (S3.54), in words that Salesforce can count by; a run decides by the same."""

from __future__ import annotations

from dataclasses import replace

from connectors.api.values import Condition
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.rules import filters
from mappings.scope import leaving
from mappings.services import scope_of

NOBODY = (Condition("Id", ("",)),)
OUTSIDE = "Its account takes no part"


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
    return (Condition(parent, ("",), negated=True), *_in_filter(above, _relation(parent)))


def _in_filter(above: Sync, relation: str) -> tuple[Condition, ...]:
    found = [replace(asked, field=f"{relation}.{asked.field}") for asked in filters.conditions(scope_of(above))]
    if above.option("parent_accounts") == "skip":
        found.append(Condition(f"{relation}.ParentId", ("",)))
    return tuple(found)


def _parent(sync: Sync) -> str:
    return "AccountId" if kind_of(sync.kind).left.object == "Contact" else str(sync.option("account_field"))


def _relation(field: str) -> str:
    return f"{field.removesuffix('__c')}__r" if field.endswith("__c") else field.removesuffix("Id")
