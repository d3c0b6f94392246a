"""How a row is shown: as nested JSON with parents and children, or as flat CSV cells."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.schema.objects import ObjectType
from connectors.sandbox.salesforce.soql.columns import Column, Names, Read, find_object
from connectors.sandbox.salesforce.soql.conditions import Conditions
from connectors.sandbox.salesforce.soql.nodes import Call, Item, Path, Query, TypeOf
from connectors.sandbox.salesforce.soql.ordering import ordered
from connectors.sandbox.salesforce.soql.parse import at, malformed
from connectors.sandbox.salesforce.soql.records import Render, root

MACRO_LIMIT = 200


class Shape:
    """The SELECT list of one query. Raises ApiError 400 for a name that does not exist."""

    def __init__(self, org: Org, names: Names, query: Query, version: str) -> None:
        self._org = org
        self._version = version
        self._columns: list[tuple[Column, str | None]] = []
        self._tree = root(names)
        for item in query.items:
            self._take(names, query, item)
        self.headers = tuple(alias or column.header for column, alias in self._columns)
        self.render = self._tree.render(version)

    def cells(self, row: Row) -> list[Any]:
        """The row's values in the order of `headers`."""
        return [column.read(row) for column, _ in self._columns]

    def _take(self, names: Names, query: Query, item: Item) -> None:
        what = item.what
        if isinstance(what, Query):
            self._tree.fields.append(self._children(names.object, what))
        elif isinstance(what, TypeOf):
            self._tree.fields.append(_type_of(self._org, names, what, self._version))
        elif isinstance(what, Call) and what.name.upper() == "FIELDS":
            for name in _macro(names.object, query, what):
                self._column(names, names.path(Path((name,))), None)
        else:
            column = names.resolve(what)
            if not item.alias and any(column.header == other.header for other, _ in self._columns):
                message = at(query.text, what.place, f"duplicate field selected: {column.header}")
                raise ApiError(400, "INVALID_FIELD", message)
            self._column(names, column, item.alias)

    def _column(self, names: Names, column: Column, alias: str | None) -> None:
        self._columns.append((column, alias))
        self._tree.take(names, column, alias)

    def _children(self, parent: ObjectType, query: Query) -> tuple[str, Read]:
        object, key, relation = _child(self._org, parent, query)
        names = Names(self._org, object, query.text, query.alias)
        shape = Shape(self._org, names, query, self._version)
        test = Conditions(names.resolve, lambda sub: [], self._org.clock.now()).compile(query.where)
        table = self._org.table(object.name)

        def read(row: Row) -> dict[str, Any] | None:
            rows = [table.rows[id] for id in sorted(table.find(key, row["Id"]))]
            rows = [r for r in rows if test(r)] if test else rows
            rows = ordered(rows, query, names.resolve)
            if not rows:
                return None
            return {"totalSize": len(rows), "done": True, "records": [shape.render(r) for r in rows]}

        return relation, read


def _macro(object: ObjectType, query: Query, call: Call) -> list[str]:
    which = call.argument.text.upper() if isinstance(call.argument, Path) else ""
    if which not in ("ALL", "STANDARD", "CUSTOM"):
        raise malformed(at(query.text, call.place, f"Invalid FIELDS argument: {which}"))
    if which != "STANDARD" and (query.limit is None or query.limit > MACRO_LIMIT):
        message = "The SOQL FIELDS function must have a LIMIT of at most 200"
        raise malformed(at(query.text, call.place, message))
    return [f.name for f in object.fields.values() if which == "ALL" or f.custom == (which == "CUSTOM")]


def _child(org: Org, parent: ObjectType, query: Query) -> tuple[ObjectType, str, str]:
    for path, relation in parent.child_names.items():
        if relation.lower() == query.object.lower():
            name, _, key = path.partition(".")
            return org.object(name), key, relation
    message = f"Didn't understand relationship '{query.object}' in FROM part of query call."
    raise ApiError(400, "INVALID_TYPE", at(query.text, query.place, message))


def _type_of(org: Org, names: Names, what: TypeOf, version: str) -> tuple[str, Read]:
    relation = names.object.relation(what.path.parts[0])
    if relation is None:
        raise malformed(f"Didn't understand relationship '{what.path.text}' in field path.")
    branches: dict[str, Render] = {}
    for target in relation.reference_to:
        if target in org.objects:
            inner = find_object(org, target, "", what.path.place)
            paths = next((paths for name, paths in what.branches if name.lower() == target.lower()), what.otherwise)
            there = Names(org, inner)
            tree = root(there)
            for path in paths:
                tree.take(there, there.path(path), None)
            branches[target] = tree.render(version)

    def read(row: Row) -> dict[str, Any] | None:
        id = row.get(relation.name)
        for target, render in branches.items():
            if id in org.table(target).rows:
                return render(org.table(target).rows[id])
        return None

    return relation.relationship or relation.name, read
