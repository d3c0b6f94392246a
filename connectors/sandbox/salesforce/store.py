"""The rows of the organisation: one table an object, indexes built when first asked for, undo of a failed request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.schema.objects import ObjectType

# What the vendor names as the origin of what a person does in its pages.
BY_HAND = "com/salesforce/api/soap/66.0;client=SfdcInternalAPI/"

Sort = Literal["CREATE", "UPDATE", "DELETE", "UNDELETE", "GAP_UPDATE"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a row. `values`: those it began with, or those that changed, None where one was taken away."""

    object: ObjectType
    id: str
    sort: Sort
    by: str
    values: Row


class Journal:
    """Counts changes and, inside `transaction`, remembers how to take them back.

    `watch` is told what was committed: all changes of one transaction, and the API that made them.
    """

    def __init__(self) -> None:
        self.revision = 0
        self.watch: Callable[[list[Change], str], None] | None = None
        self._undo: list[Callable[[], None]] | None = None
        self._open: list[Change] | None = None
        self._origin = ""

    def note(self, undo: Callable[[], None]) -> None:
        self.revision += 1
        if self._undo is not None:
            self._undo.append(undo)

    def saw(self, change: Change, origin: str = BY_HAND) -> None:
        """A change was made; outside `committed` it is a transaction of its own."""
        if self._open is not None:
            self._open.append(change)
        elif self.watch is not None:
            self.watch([change], origin)

    @contextmanager
    def committed(self, origin: str = BY_HAND) -> Iterator[None]:
        """All changes in the block are one transaction of this API; inside one of the same API they belong to that."""
        if self._open is not None and self._origin == origin:
            yield
            return
        outer, mine = (self._open, self._origin), list[Change]()
        self._open, self._origin = mine, origin
        try:
            yield
        finally:
            self._open, self._origin = outer
            if mine and self.watch is not None:
                self.watch(mine, origin)

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Changes in the block are the platform's own, which nobody is told of."""
        watch, self.watch = self.watch, None
        try:
            yield
        finally:
            self.watch = watch

    @contextmanager
    def transaction(self) -> Iterator[Callable[[], None]]:
        """Yields the function that takes back every change made so far inside the block."""
        outer, self._undo = self._undo, []
        mine = self._undo
        before = len(self._open or ())

        def rollback() -> None:
            self._undo, held = None, self._open
            self._open = []  # taking back is no change that anybody hears of
            while mine:
                mine.pop()()
            self._undo, self._open = mine, held
            if held is not None:
                del held[before:]

        try:
            yield rollback
        finally:
            self._undo = outer
            if outer is not None:
                outer.extend(mine)


class Table:
    """Rows by id in the order they were created. A row holds only values that are not null."""

    def __init__(self, object: ObjectType, journal: Journal) -> None:
        self.object = object
        self.rows: dict[str, Row] = {}
        self.deleted: dict[str, Row] = {}
        self.sequence = 0
        self.numbers: dict[str, int] = {}
        self._journal = journal
        self._indexes: dict[str, dict[str, tuple[str, ...]]] = {}

    def next_id(self) -> str:
        self.sequence += 1
        return ids.make(self.object.prefix, self.sequence)

    def next_number(self, field: str) -> int:
        self.numbers[field] = self.numbers.get(field, 0) + 1
        return self.numbers[field]

    def every(self) -> Iterator[Row]:
        """Live and deleted rows."""
        return chain(self.rows.values(), self.deleted.values())

    def add(self, row: Row, sort: Sort = "CREATE") -> None:
        self.rows[row["Id"]] = row
        for field, index in self._indexes.items():
            _enter(index, row.get(field), row["Id"])
        self._journal.note(lambda: self._discard(row["Id"]))
        self._saw(row, sort, row)

    def change(self, row: Row, changes: Row) -> None:
        """Write values into a live row; None takes the value away."""
        before = {name: row.get(name) for name in changes}
        self._write(row, changes)
        self._journal.note(lambda: self._write(row, before))
        if not row.get("IsDeleted"):
            self._saw(row, "UPDATE", {name: value for name, value in changes.items() if value != before[name]})

    def remove(self, id: str, **final: object) -> None:
        """Move a live row to the bin, with these last values."""
        row = self.rows[id]
        self.change(row, {"IsDeleted": True, **final})
        self.deleted[id] = row
        self._discard(id)
        self._journal.note(lambda: self.restore(id))
        self._saw(row, "DELETE", {})

    def restore(self, id: str) -> None:
        """Take a row back out of the bin."""
        row = self.deleted.pop(id)
        row.pop("IsDeleted", None)
        self.add(row, "UNDELETE")

    def find(self, field: str, value: object) -> tuple[str, ...]:
        """Ids of the live rows whose field has this value, case ignored."""
        index = self._indexes.get(field)
        if index is None:
            index = self._indexes[field] = {}
            for id, row in self.rows.items():
                _enter(index, row.get(field), id)
        return index.get(_key(value), ())

    def _saw(self, row: Row, sort: Sort, values: Row) -> None:
        if self._journal.watch is not None and (values or sort == "DELETE"):
            self._journal.saw(Change(self.object, row["Id"], sort, row.get("LastModifiedById", ""), dict(values)))

    def _write(self, row: Row, changes: Row) -> None:
        id = row["Id"]
        for field, value in changes.items():
            index = self._indexes.get(field)
            if index is not None:
                _leave(index, row.get(field), id)
                _enter(index, value, id)
            if value is None:
                row.pop(field, None)
            else:
                row[field] = value

    def _discard(self, id: str) -> None:
        row = self.rows.pop(id)
        for field, index in self._indexes.items():
            _leave(index, row.get(field), id)


def _key(value: object) -> str:
    return str(value).lower()


def _enter(index: dict[str, tuple[str, ...]], value: object, id: str) -> None:
    if value is not None:
        key = _key(value)
        index[key] = (*index.get(key, ()), id)


def _leave(index: dict[str, tuple[str, ...]], value: object, id: str) -> None:
    if value is not None:
        key = _key(value)
        left = tuple(other for other in index.get(key, ()) if other != id)
        if left:
            index[key] = left
        else:
            index.pop(key, None)
