"""The parts of a SOQL query after parsing. Positions point into the query text, for the vendor's error messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, counted from one."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Path:
    """A field, perhaps through parents: ("Account", "Owner", "Name")."""

    parts: tuple[str, ...]
    place: Place = Place()

    @property
    def text(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a field: COUNT(Id), FIELDS(ALL), CALENDAR_YEAR(CreatedDate), COUNT().

    more: of DISTANCE, to where and in which unit: (latitude, longitude) or another field, "mi" or "km"."""

    name: str
    argument: Path | Call | None
    place: Place = Place()
    more: tuple[tuple[float, float] | Path, str] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    what: Path | Call | Query | TypeOf
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class TypeOf:
    """TYPEOF Owner WHEN User THEN Name ELSE Id END"""

    path: Path
    branches: tuple[tuple[str, tuple[Path, ...]], ...]
    otherwise: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value and what it looked like: string, number, boolean, null, date, datetime, range (LAST_N_DAYS:3)."""

    kind: str
    value: Any
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Comparison:
    """left operator right: a literal, several of them, or a subquery. Operators: = != < <= > >= LIKE IN NOT IN
    INCLUDES EXCLUDES."""

    left: Path | Call
    operator: str
    right: Literal | tuple[Literal, ...] | Query


@dataclass(frozen=True, slots=True)
class Logic:
    """AND or OR of conditions, NOT of one."""

    operator: str
    parts: tuple[Condition, ...]


Condition = Comparison | Logic


@dataclass(frozen=True, slots=True)
class Order:
    what: Path | Call
    descending: bool = False
    nulls_first: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    items: tuple[Item, ...]
    object: str
    place: Place = Place()
    alias: str | None = None
    scope: str | None = None
    where: Condition | None = None
    group: tuple[Path | Call, ...] = ()
    having: Condition | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    text: str = field(default="", compare=False)
