"""Lists as the vendor gives them: filters on any property with operators, an order, a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from connectors.sandbox.didomi.answers import Refusal
from connectors.sandbox.incoming import whole

DEFAULT_LIMIT, LARGEST_LIMIT = 10, 100
_KEY = re.compile(r"([A-Za-z0-9_.]+)(?:\[(\$[a-z]+)\])?(?:\[\d*\])?")
Row = Mapping[str, Any]
Given = Mapping[str, list[str]]

COMPARISONS: dict[str, Callable[[str, list[str]], bool]] = {
    "$in": lambda value, given: value in given,
    "$nin": lambda value, given: value not in given,
    "$ne": lambda value, given: value not in given,
    "$gt": lambda value, given: value > given[-1],
    "$gte": lambda value, given: value >= given[-1],
    "$lt": lambda value, given: value < given[-1],
    "$lte": lambda value, given: value <= given[-1],
}


def filtered(rows: Iterable[Row], given: Given, *, reserved: Iterable[str] = ()) -> list[Row]:
    """The rows that fit every filter among these query parameters. Raises Refusal 400 for an unknown operator."""
    tests = [_test(key, values) for key, values in given.items() if not _is_reserved(key, reserved)]
    return [row for row in rows if all(fits(row) for fits in tests)]


def page(rows: Sequence[Row], given: Given, settings: Mapping[str, bool] = MappingProxyType({})) -> Any:
    """One page of the rows in the order that was asked for; see the settings of connectors.sandbox.didomi.store."""
    for key, values in reversed(list(given.items())):
        if key.startswith("$sort[") and key.endswith("]") and not settings.get("ignores_sort"):
            rows = sorted(rows, key=partial(_value, name=key[6:-1]), reverse=values[-1] == "-1")
    limit = _number(given, "$limit", DEFAULT_LIMIT)
    skip = _number(given, "$skip", 0)
    limit = min(limit, LARGEST_LIMIT)
    found = rows[skip : skip + limit]
    return found if settings.get("plain_lists") else {"total": len(rows), "limit": limit, "skip": skip, "data": found}


def listed(given: Given, name: str) -> list[str]:
    """The values of a parameter, given once or with ``[$in]``; empty where it is not there."""
    return [value for key in (name, f"{name}[$in]", f"{name}[$in][]") for value in given.get(key, ())]


def _number(given: Given, name: str, default: int) -> int:
    if name not in given:
        return default
    number = whole(given[name][-1])
    if number is None:
        raise Refusal(400, f"{name} is not a number")
    return number


def _is_reserved(key: str, reserved: Iterable[str]) -> bool:
    return key.startswith("$") or key == "organization_id" or key.split("[")[0] in reserved


def _test(key: str, values: list[str]) -> Callable[[Row], bool]:
    found = _KEY.fullmatch(key)
    if found is None:
        raise Refusal(400, f"Invalid query parameter {key}")
    name, operator = found.groups()
    compare = COMPARISONS.get(operator or "$in")
    if compare is None:
        raise Refusal(400, f"Invalid query parameter {operator}")
    return lambda row: compare(_value(row, name), values)


def _value(row: Row, name: str) -> str:
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
