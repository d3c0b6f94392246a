"""What a name in a query stands for: a field of the object or of a parent, or a function of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.moments import to_datetime
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import reader
from connectors.sandbox.salesforce.schema.fields import COMPOUND_TYPES, Field, Row
from connectors.sandbox.salesforce.schema.objects import ObjectType
from connectors.sandbox.salesforce.soql import distances
from connectors.sandbox.salesforce.soql.nodes import Call, Path, Place
from connectors.sandbox.salesforce.soql.parse import at, malformed

Read = Callable[[Any], Any]
MAX_PARENTS = 5
_CUSTOM = "custom {what}, be sure to append the '{suffix}' after the custom {name}"
_WSDL = "Please reference your WSDL or the describe call for the appropriate names."


@dataclass(frozen=True, slots=True)
class Column:
    """`read` takes a row of the queried object. `parents` are the canonical relationship names on the way."""

    field: Field
    object: ObjectType
    read: Read
    parents: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        return ".".join((*self.parents, self.field.name))


@dataclass(frozen=True, slots=True)
class Names:
    """Resolves the names of one query over one object."""

    org: Org
    object: ObjectType
    text: str = ""
    alias: str | None = None

    def resolve(self, what: Path | Call) -> Column:
        """Raises ApiError 400 INVALID_FIELD or MALFORMED_QUERY."""
        return self.path(what) if isinstance(what, Path) else self.call(what)

    def path(self, path: Path) -> Column:
        parts = path.parts
        if len(parts) > 1 and parts[0].lower() in (self.object.name.lower(), (self.alias or "").lower()):
            parts = parts[1:]
        if len(parts) > MAX_PARENTS + 1:
            raise malformed(at(self.text, path.place, "too many levels of parent relationships"))
        object, read, parents = self.object, None, []
        for name in parts[:-1]:
            relation = object.relation(name)
            known = [o for o in (relation.reference_to if relation else ()) if o in self.org.objects]
            if relation is None or not known:
                raise self._invalid(path.place, _no_relation(name))
            object = self.org.object(known[-1])
            read = _through(read, relation.name, [self.org.table(o).rows for o in known])
            parents.append(relation.relationship or name)
        found = object.field(parts[-1])
        if found is None:
            raise self._invalid(path.place, _no_column(parts[-1], object))
        return Column(found, object, _behind(read, reader(self.org, found)), tuple(parents))

    def call(self, call: Call) -> Column:
        name = call.name.upper()
        if call.argument is None:
            raise malformed(at(self.text, call.place, f"unexpected token: '{call.name}'"))
        inner = self.resolve(call.argument)
        if call.more is not None:
            return self._distance(call, inner, *call.more)
        if name in ("TOLABEL", "FORMAT", "CONVERTCURRENCY", "CONVERTTIMEZONE"):
            return inner
        if name in DATE_PARTS:
            if inner.field.type not in ("date", "datetime") or (name in OF_MOMENTS and inner.field.type == "date"):
                raise malformed(at(self.text, call.place, f"Invalid function: {call.name}({inner.field.name})"))
            return _date_part(name, inner)
        raise malformed(at(self.text, call.place, f"Invalid function: {call.name}"))

    def _distance(self, call: Call, here: Column, spot: tuple[float, float] | Path, unit: str) -> Column:
        there = self.path(spot) if isinstance(spot, Path) else None
        if unit not in distances.RADIUS or any(c.field.type not in COMPOUND_TYPES for c in (here, there or here)):
            raise malformed(at(self.text, call.place, "Invalid function: DISTANCE takes locations, and 'mi' or 'km'"))
        if isinstance(spot, tuple) and not (abs(spot[0]) <= 90 and abs(spot[1]) <= 180):
            raise malformed(at(self.text, call.place, "Invalid function: a latitude or longitude is out of range"))
        made = Field(f"DISTANCE({here.field.name})", "Distance", "double", precision=18, scale=6)
        fixed = spot if isinstance(spot, tuple) else None

        def read(row: Row) -> float | None:
            start = distances.point(here.read(row))
            end = fixed or distances.point(there.read(row) if there else None)
            return distances.between(start, end, unit) if start and end else None

        return Column(made, here.object, read)

    def _invalid(self, place: Place, message: str) -> ApiError:
        return ApiError(400, "INVALID_FIELD", at(self.text, place, message) if self.text else message)


def _date_part(name: str, inner: Column) -> Column:
    part, read = DATE_PARTS[name], inner.read
    rest = "T00:00:00.000+0000" if inner.field.type == "date" else ""
    made = Field(inner.field.name, inner.field.label, "date" if name == "DAY_ONLY" else "int")
    return Column(made, inner.object, lambda row: None if (v := read(row)) is None else part(v + rest))


def find_object(org: Org, name: str, text: str, place: Place) -> ObjectType:
    """The queried object. Raises ApiError 400 INVALID_TYPE."""
    found = org.find_object(name)
    if found is None:
        custom = _CUSTOM.format(what="object", suffix="__c", name="object name")
        message = f"sObject type '{name}' is not supported. If you are attempting to use a {custom}. {_WSDL}"
        raise ApiError(400, "INVALID_TYPE", at(text, place, message.replace("custom object name", "entity name")))
    return found


def _no_column(name: str, object: ObjectType) -> str:
    custom = _CUSTOM.format(what="field", suffix="__c", name="field name")
    return f"No such column '{name}' on entity '{object.name}'. If you are attempting to use a {custom}. {_WSDL}"


def _no_relation(name: str) -> str:
    custom = _CUSTOM.format(what="relationship", suffix="__r", name="relationship name")
    return f"Didn't understand relationship '{name}' in field path. If you are attempting to use a {custom}. {_WSDL}"


def _through(outer: Read | None, key: str, tables: list[dict[str, Row]]) -> Read:
    """Read the parent row behind a reference; None without one."""

    def parent(row: Row) -> Row | None:
        id = row.get(key)
        return next((rows[id] for rows in tables if id in rows), None) if id else None

    return parent if outer is None else _behind(outer, parent)


def _behind(outer: Read | None, read: Read) -> Read:
    if outer is None:
        return read
    return lambda row: None if (up := outer(row)) is None else read(up)


def _quarter(v: str) -> int:
    return (int(v[5:7]) + 2) // 3


OF_MOMENTS = frozenset({"HOUR_IN_DAY", "DAY_ONLY"})
DATE_PARTS: dict[str, Read] = {
    "CALENDAR_YEAR": lambda v: int(v[:4]),
    "CALENDAR_MONTH": lambda v: int(v[5:7]),
    "CALENDAR_QUARTER": _quarter,
    "FISCAL_YEAR": lambda v: int(v[:4]),
    "FISCAL_MONTH": lambda v: int(v[5:7]),
    "FISCAL_QUARTER": _quarter,
    "DAY_IN_MONTH": lambda v: int(v[8:10]),
    "DAY_IN_WEEK": lambda v: to_datetime(v).isoweekday() % 7 + 1,
    "DAY_IN_YEAR": lambda v: to_datetime(v).timetuple().tm_yday,
    "DAY_ONLY": lambda v: v[:10],
    "HOUR_IN_DAY": lambda v: int(v[11:13]),
}
