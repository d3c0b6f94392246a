"""A condition compiled once into a function of a row."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.salesforce import ids, moments
from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.schema.fields import NUMBER_TYPES, TEXT_TYPES, Field
from connectors.sandbox.salesforce.soql import ranges
from connectors.sandbox.salesforce.soql.columns import Column, Read
from connectors.sandbox.salesforce.soql.nodes import Call, Comparison, Condition, Literal, Logic, Path, Query

Test = Callable[[Any], bool]
Resolve = Callable[[Path | Call], Column]
# The values a subquery selects: its rows' ids or look-ups.
SubSelect = Callable[[Query], Iterable[Any]]

_ORDERINGS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_SOAP_NAMES = {
    "datetime": "dateTime",
    "currency": "double",
    "percent": "double",
    "reference": "ID",
    "id": "ID",
}


class Conditions:
    """Compiles the conditions of one query. `now` in seconds since 1970 settles the relative date literals."""

    def __init__(self, resolve: Resolve, subselect: SubSelect, now: float) -> None:
        self._resolve = resolve
        self._subselect = subselect
        self._today = datetime.fromtimestamp(now, UTC).date()

    def compile(self, condition: Condition | None) -> Test | None:
        """None when every row passes. Raises ApiError 400 in the vendor's words."""
        if condition is None:
            return None
        if isinstance(condition, Comparison):
            return self._comparison(condition)
        return self._logic(condition)

    def _logic(self, logic: Logic) -> Test:
        parts = [test for part in logic.parts if (test := self.compile(part)) is not None]
        first = parts[0]
        if logic.operator == "NOT":
            return lambda row: not first(row)
        if len(parts) == 2:
            second = parts[1]
            if logic.operator == "AND":
                return lambda row: first(row) and second(row)
            return lambda row: first(row) or second(row)
        if logic.operator == "AND":
            return lambda row: all(test(row) for test in parts)
        return lambda row: any(test(row) for test in parts)

    def _comparison(self, comparison: Comparison) -> Test:
        column = self._resolve(comparison.left)
        known, read, word = column.field, column.read, comparison.operator
        if not known.filterable or known.type in ("address", "location"):
            raise invalid_field(f"field '{known.name}' can not be filtered in a query call")
        right = comparison.right
        if isinstance(comparison.left, Call) and comparison.left.more and word not in ("<", ">"):
            raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", "DISTANCE takes only the operators < and >")
        if isinstance(right, Query):
            chosen = {str(value).lower() for value in self._subselect(right) if value is not None}
            return _member(read, chosen, False, negated=word == "NOT IN", fold=True)
        if isinstance(right, tuple):
            return self._list(known, read, word, right)
        if word == "LIKE":
            return _like(known, read, right)
        return self._single(known, read, word, right)

    def _list(self, known: Field, read: Read, word: str, literals: tuple[Literal, ...]) -> Test:
        if word in ("INCLUDES", "EXCLUDES"):
            return _includes(known, read, word, literals)
        if any(literal.kind == "range" for literal in literals):
            tests = [self._single(known, read, "=", literal) for literal in literals]
            return lambda row: any(test(row) for test in tests) == (word == "IN")
        values = [operand(known, literal) for literal in literals]
        fold = known.type in TEXT_TYPES
        chosen = {v.lower() if fold else v for v in values if v is not None}
        return _member(read, chosen, None in values, negated=word == "NOT IN", fold=fold)

    def _single(self, known: Field, read: Read, word: str, literal: Literal) -> Test:
        if literal.kind == "range":
            return self._range(known, read, word, literal.value)
        value = operand(known, literal)
        if value is None:
            if word not in ("=", "!="):
                raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on null: {word}")
            return (lambda row: read(row) is None) if word == "=" else (lambda row: read(row) is not None)
        if known.type in TEXT_TYPES:
            return _text(read, word, value.lower())
        if word == "=":
            return lambda row: read(row) == value
        if word == "!=":
            return lambda row: read(row) != value
        compare = _ORDERINGS[word]
        return lambda row: (v := read(row)) is not None and compare(v, value)

    def _range(self, known: Field, read: Read, word: str, literal: str) -> Test:
        if known.type not in ("date", "datetime"):
            raise wrong_type(known)
        try:
            first, after = ranges.days(literal, self._today)
        except (ValueError, OverflowError):
            raise ApiError(400, "MALFORMED_QUERY", f"{literal} is out of range") from None
        if known.type == "date":
            start, end = first.isoformat(), after.isoformat()
        else:
            start, end = (moments.from_datetime(datetime(d.year, d.month, d.day, tzinfo=UTC)) for d in (first, after))
        tests: dict[str, Test] = {
            "=": lambda row: (v := read(row)) is not None and start <= v < end,
            "!=": lambda row: (v := read(row)) is None or not start <= v < end,
            "<": lambda row: (v := read(row)) is not None and v < start,
            "<=": lambda row: (v := read(row)) is not None and v < end,
            ">": lambda row: (v := read(row)) is not None and v >= end,
            ">=": lambda row: (v := read(row)) is not None and v >= start,
        }
        return tests[word]


def operand(known: Field, literal: Literal) -> Any:
    """The literal as the field stores it; None for null and for an empty string. Raises ApiError 400."""
    kind, value = literal.kind, literal.value
    if kind == "null" or (kind == "string" and value == "" and known.type != "id"):
        return None
    if known.type in TEXT_TYPES or known.type == "time":
        if kind != "string":
            raise invalid_field(f"{_criterion(known)} must be of type string and should be enclosed in quotes")
        return value
    if known.type in ("id", "reference"):
        id = ids.normal(value) if kind == "string" else None
        if id is None:
            raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
        return id
    accepted = {"boolean": "boolean", "date": "date", "datetime": "datetime"}.get(known.type, "number")
    if kind != accepted or (known.type not in NUMBER_TYPES and accepted == "number"):
        raise wrong_type(known)
    if kind == "datetime":
        value = moments.parse_moment(value)
    elif kind == "date":
        value = moments.parse_date(value)
    if value is None:
        raise wrong_type(known)
    return value


def invalid_field(message: str) -> ApiError:
    return ApiError(400, "INVALID_FIELD", message)


def wrong_type(known: Field) -> ApiError:
    kind = _SOAP_NAMES.get(known.type, known.type)
    return invalid_field(f"{_criterion(known)} must be of type {kind} and should not be enclosed in quotes")


def _criterion(known: Field) -> str:
    return f"value of filter criterion for field '{known.name}'"


def _text(read: Read, word: str, value: str) -> Test:
    if word == "=":
        return lambda row: (v := read(row)) is not None and v.lower() == value
    if word == "!=":
        return lambda row: (v := read(row)) is None or v.lower() != value
    compare = _ORDERINGS[word]
    return lambda row: (v := read(row)) is not None and compare(v.lower(), value)


def _member(read: Read, chosen: set[Any], with_null: bool, *, negated: bool, fold: bool) -> Test:
    def found(row: Any) -> bool:
        v = read(row)
        if v is None:
            return with_null
        return (v.lower() if fold else v) in chosen

    return (lambda row: not found(row)) if negated else found


def _like(known: Field, read: Read, literal: Literal) -> Test:
    if known.type not in TEXT_TYPES or literal.kind not in ("string", "null"):
        raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {known.type} field")
    pieces = re.findall(r"\\[_%]|[%_]|[^%_\\]+|\\", literal.value or "")
    wild = {"%": ".*", "_": "."}
    pattern = "".join(wild.get(p) or re.escape(p[1:] if len(p) == 2 and p[0] == "\\" else p) for p in pieces)
    match = re.compile(pattern, re.IGNORECASE | re.DOTALL).fullmatch
    return lambda row: (v := read(row)) is not None and match(v) is not None


def _includes(known: Field, read: Read, word: str, literals: tuple[Literal, ...]) -> Test:
    if known.type != "multipicklist":
        raise ApiError(400, "INVALID_QUERY_FILTER_OPERATOR", f"{word} is only for multi-select picklists")
    if any(literal.kind not in ("string", "null") for literal in literals):
        raise invalid_field(f"{_criterion(known)} must be of type string and should be enclosed in quotes")
    groups = [set((literal.value or "").lower().split(";")) for literal in literals]

    def included(row: Any) -> bool:
        has = set((read(row) or "").lower().split(";"))
        return any(group <= has for group in groups)

    return included if word == "INCLUDES" else lambda row: not included(row)
