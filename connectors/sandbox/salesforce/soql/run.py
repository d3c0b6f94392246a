"""Running a query: choose rows, order them, and say how each is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.org import INTEGRATION_USER, Org
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.schema.objects import ObjectType
from connectors.sandbox.salesforce.soql import aggregate
from connectors.sandbox.salesforce.soql.candidates import candidates
from connectors.sandbox.salesforce.soql.columns import Names, find_object
from connectors.sandbox.salesforce.soql.conditions import Conditions, Test
from connectors.sandbox.salesforce.soql.nodes import Path, Query
from connectors.sandbox.salesforce.soql.ordering import ordered
from connectors.sandbox.salesforce.soql.parse import malformed, parse, parse_condition
from connectors.sandbox.salesforce.soql.records import Render
from connectors.sandbox.salesforce.soql.shape import Shape

MAX_OFFSET = 2000
BULK_REFUSAL = "Bulk query does not support GROUP BY, OFFSET, TYPEOF, aggregate functions or nested queries"
SCOPES = frozenset({"everything", "mine", "team", "scopingrule", "delegated", "mine_and_my_groups", "user_owned"})


@dataclass(frozen=True, slots=True)
class Result:
    """The chosen rows and how to show one; `headers` and `cells` are its flat form for CSV.

    size: rows found, which for SELECT COUNT() is all there is."""

    object: ObjectType
    rows: list[Row]
    size: int
    render: Render
    headers: tuple[str, ...] = ()
    cells: Callable[[Row], list[Any]] | None = None


def run(org: Org, text: str, version: str, *, deleted: bool = False, user: str = INTEGRATION_USER) -> Result:
    """Answer a query; `deleted` includes rows in the bin (queryAll). Raises ApiError 400."""
    return _run(org, parse(text), version, deleted, user)


def check(org: Org, text: str) -> ObjectType:
    """The object a bulk query reads, without reading it. Raises ApiError 400 for a query it cannot answer."""
    query = parse(text)
    nested = any(not isinstance(item.what, Path) for item in query.items)
    if nested or query.group or query.offset:
        raise ApiError(400, "API_ERROR", BULK_REFUSAL)
    return _run(org, replace(query, order=(), limit=0), "59.0", False, INTEGRATION_USER).object


def _run(org: Org, query: Query, version: str, deleted: bool, user: str) -> Result:
    object = find_object(org, query.object, query.text, query.place)
    names = Names(org, object, query.text, query.alias)
    if query.offset > MAX_OFFSET:
        raise ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MAX_OFFSET}")
    found = _matching(org, names, query, deleted, user)
    if aggregate.plain_count(query.items) and not query.group:
        size = sum(1 for _ in found)
        return Result(object, [], size if query.limit is None else min(size, query.limit), lambda row: {})
    if aggregate.is_aggregate(query):
        return _grouped(org, names, query, found)
    shape = Shape(org, names, query, version)
    rows = ordered(found, query, names.resolve)
    return Result(object, rows, len(rows), shape.render, shape.headers, shape.cells)


def _matching(org: Org, names: Names, query: Query, deleted: bool, user: str) -> Iterable[Row]:
    table = org.table(names.object.name)
    conditions = Conditions(names.resolve, lambda sub: _selected(org, sub, user), org.clock.now())
    test = conditions.compile(query.where)
    mine = _scope(query, names.object, user)
    rows: Iterable[Row] = table.every() if deleted else candidates(table, query.where, names)
    if mine is not None:
        rows = filter(mine, rows)
    return rows if test is None else filter(test, rows)


def _scope(query: Query, object: ObjectType, user: str) -> Test | None:
    scope = (query.scope or "everything").lower()
    if scope not in SCOPES:
        raise malformed(f"unexpected token: '{query.scope}'")
    if scope in ("everything", "scopingrule") or "OwnerId" not in object.fields:
        return None
    return lambda row: row.get("OwnerId") == user


def _selected(org: Org, query: Query, user: str) -> list[Any]:
    """The values of a semi-join's one selected field."""
    object = find_object(org, query.object, query.text, query.place)
    names = Names(org, object, query.text, query.alias)
    what = query.items[0].what
    if len(query.items) != 1 or not isinstance(what, Path):
        raise malformed("a semi join sub-select must select exactly one field")
    column = names.path(what)
    if column.field.type not in ("id", "reference"):
        raise malformed(f"The selected field '{what.text}' in the subquery must be an ID or reference field")
    return [column.read(row) for row in _matching(org, names, query, False, user)]


def _grouped(org: Org, names: Names, query: Query, found: Iterable[Row]) -> Result:
    groups = aggregate.Groups(names, query, found)
    having = Conditions(groups.resolve, lambda sub: [], org.clock.now()).compile(query.having)
    rows = ordered(filter(having, groups.rows) if having else groups.rows, query, groups.resolve)
    return Result(names.object, rows, len(rows), groups.rendered)


def condition_of(org: Org, object: ObjectType, text: str) -> Test:
    """A condition in query language over rows of one object, for validation rules. Raises ApiError 400."""
    names = Names(org, object)
    test = Conditions(names.resolve, lambda sub: [], org.clock.now()).compile(parse_condition(text))
    return test or (lambda row: True)
