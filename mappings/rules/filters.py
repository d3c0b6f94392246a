"""Decides whether a record is in scope, and why not (S3.15, S3.17, S3.54, S3.C6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from connectors.api.special_fields import LIST_VIEW
from connectors.api.values import Condition
from mappings.rules.conditions import asked_of, unmet
from mappings.rules.configuration import Scope

RECORD_TYPE = "RecordTypeId"
RECORD_TYPE_PATH = "RecordType.DeveloperName"


@dataclass(frozen=True, slots=True)
class ScopeVerdict:
    """Whether a record is in scope; ``line`` is the reason if it is not."""

    inside: bool
    line: str = ""


def conditions(scope: Scope) -> tuple[Condition, ...]:
    """The scope as conditions that a remote system can evaluate, equivalent to ``judge``."""
    found = []
    if scope.record_types:
        found.append(Condition(RECORD_TYPE_PATH, scope.record_types))
    if scope.picklist_field and scope.picklist_values:
        found.append(Condition(scope.picklist_field, scope.picklist_values))
    if scope.list_view:
        found.append(Condition(LIST_VIEW, (scope.list_view,)))
    return (*found, *asked_of(scope.conditions, scope.match))


def searchable(scope: Scope, compares: bool) -> Scope:
    """The part of the scope that a system can be asked for; what it lets through is judged again. ``compares`` tells
    whether it takes conditions.
    """
    return scope if compares else replace(scope, conditions=())


def judge(values: Mapping[str, Any], scope: Scope, record_type_names: Mapping[str, str]) -> ScopeVerdict:
    """Whether a record is in scope, and the first filter that excludes it.

    A record that the chosen list view shows has its name under LIST_VIEW.
    """
    if scope.record_types:
        name = record_type_names.get(values.get(RECORD_TYPE) or "", "")
        if name not in scope.record_types:
            return ScopeVerdict(False, f"Record type is {name or 'empty'}, not {_listed(scope.record_types)}")
    if scope.picklist_field and scope.picklist_values:
        value = spelled(values.get(scope.picklist_field))
        if value not in scope.picklist_values:
            return ScopeVerdict(
                False, f"{scope.picklist_field} is {value or 'empty'}, not {_listed(scope.picklist_values)}"
            )
    if scope.list_view and values.get(LIST_VIEW) != scope.list_view:
        return ScopeVerdict(False, f"The list view {scope.list_view} does not show it")
    line = unmet(scope.conditions, scope.match, values)
    return ScopeVerdict(not line, line)


def spelled(value: Any) -> str:
    """A value as filters and ranks name it: "true" and "false" for a checkbox, "" for an empty one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _listed(names: tuple[str, ...]) -> str:
    return " or ".join(names) if len(names) <= 3 else f"one of {len(names)} chosen"
