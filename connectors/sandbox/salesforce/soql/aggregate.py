"""GROUP BY and the aggregate functions: groups become small rows of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.schema.fields import COMPOUND_TYPES, NOT_AGGREGATABLE, Field, Row
from connectors.sandbox.salesforce.soql.columns import Column, Names
from connectors.sandbox.salesforce.soql.nodes import Call, Item, Path, Query

FUNCTIONS = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})


def is_aggregate(query: Query) -> bool:
    return bool(query.group) or any(_is_function(item.what) for item in query.items)


def _is_function(what: object) -> bool:
    return isinstance(what, Call) and what.name.upper() in FUNCTIONS


def key(what: Path | Call) -> str:
    """The name under which a group row keeps the value of an expression."""
    if isinstance(what, Path):
        return what.text.lower()
    return f"{what.name.lower()}({key(what.argument) if what.argument else ''}{what.more or ''})"


class Groups:
    """The groups of a query: `rows` holds one small dict a group, by `key`."""

    def __init__(self, names: Names, query: Query, rows: Iterable[Row]) -> None:
        self._names = names
        self._query = query
        grouped = set(map(key, query.group))
        self.items = [item for item in query.items if isinstance(item.what, Path | Call)]
        self._aliased = {
            item.alias.lower(): what
            for item in query.items
            if item.alias and isinstance(what := item.what, Path | Call)
        }
        for item in self.items:
            if isinstance(item.what, Path) and key(item.what) not in grouped:
                raise ApiError(400, "MALFORMED_QUERY", f"Field must be grouped or aggregated: {item.what.text}")
        self.rows = self._gathered(rows)

    def resolve(self, what: Path | Call) -> Column:
        """A column over group rows, for HAVING and ORDER BY; an alias of the SELECT list is a name too."""
        if isinstance(what, Path):
            what = self._aliased.get(what.text.lower(), what)
        name = key(what)
        if _is_function(what):
            made = Field(name, name, "double")
            return Column(made, self._names.object, lambda row: row.get(name))
        known = self._names.resolve(what)
        return Column(known.field, known.object, lambda row: row.get(name))

    def rendered(self, row: Row) -> dict[str, Any]:
        """The group as the API shows it: by alias, by field name, or expr0, expr1 ... for a bare function."""
        shown: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        bare = 0
        for item in self.items:
            what = item.what
            if not isinstance(what, Path | Call):
                continue
            if item.alias:
                name = item.alias
            elif isinstance(what, Path):
                name = self._names.path(what).field.name
            else:
                name, bare = f"expr{bare}", bare + 1
            shown[name] = row.get(key(what))
        return shown

    def _gathered(self, rows: Iterable[Row]) -> list[Row]:
        columns = [(key(g), self._names.resolve(g)) for g in self._query.group]
        for _, column in columns:
            if column.field.type in COMPOUND_TYPES:
                raise ApiError(400, "INVALID_FIELD", f"field '{column.field.name}' can not be grouped in a query call")
        group = [(name, column.read) for name, column in columns]
        members: dict[tuple[Any, ...], list[Row]] = {}
        firsts: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for row in rows:
            values = tuple(read(row) for _, read in group)
            folded = tuple(v.lower() if isinstance(v, str) else v for v in values)
            members.setdefault(folded, []).append(row)
            firsts.setdefault(folded, values)
        if not group:
            members.setdefault((), [])
            firsts.setdefault((), ())
        calls = self._calls()
        return [
            {name: value for (name, _), value in zip(group, firsts[folded], strict=True)}
            | {key(call): self._value(call, inside) for call in calls}
            for folded, inside in members.items()
        ]

    def _calls(self) -> list[Call]:
        found = [what for item in self.items if isinstance(what := item.what, Call) and _is_function(what)]
        return found + [c for c in _calls_in(self._query) if key(c) not in set(map(key, found))]

    def _value(self, call: Call, rows: list[Row]) -> Any:
        name = call.name.upper()
        if call.argument is None:
            return len(rows)
        column = self._names.resolve(call.argument)
        values = [v for row in rows if (v := column.read(row)) is not None]
        if name == "COUNT":
            return len(values)
        if column.field.type in NOT_AGGREGATABLE:
            raise _not_for(name, column.field)
        if name == "COUNT_DISTINCT":
            return len({v.lower() if isinstance(v, str) else v for v in values})
        if not values:
            return None
        if name in ("MIN", "MAX"):
            return (min if name == "MIN" else max)(values)
        if not isinstance(values[0], int | float):
            raise _not_for(name, column.field)
        return float(sum(values)) if name == "SUM" else sum(values) / len(values)


def _not_for(name: str, known: Field) -> ApiError:
    return ApiError(400, "MALFORMED_QUERY", f"Aggregate function {name} does not apply to {known.name}")


def _calls_in(query: Query) -> list[Call]:
    """Aggregate functions that stand only in HAVING or ORDER BY."""
    found: list[Call] = [o.what for o in query.order if isinstance(o.what, Call) and _is_function(o.what)]
    waiting: list[Any] = [query.having]
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if hasattr(node, "parts"):
            waiting += node.parts
        elif isinstance(node.left, Call) and _is_function(node.left):
            found.append(node.left)
    return found


def plain_count(items: tuple[Item, ...]) -> bool:
    """True for SELECT COUNT(), which answers with a number and no records."""
    what = items[0].what
    return len(items) == 1 and isinstance(what, Call) and what.name.upper() == "COUNT" and what.argument is None
