"""Rows by id with what lists and exports need: ascending ids, and a log of changes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar


class Row(Protocol):
    id: int


R = TypeVar("R", bound=Row)


class ChangeLog:
    """Which record changed when, oldest first. A record's earlier entries become stale.

    Entries are (number, second, id); numbers only grow, so a cursor survives a restart.
    """

    def __init__(self, touched: Callable[[int], None] = lambda record: None) -> None:
        self.entries: list[tuple[int, int, int]] = []
        self._touched = touched
        self._latest: dict[int, int] = {}
        self.number = 0

    def touch(self, record: int, second: int) -> None:
        """Note a change. `second` never runs backwards."""
        self.number += 1
        self._latest[record] = self.number
        self.entries.append((self.number, second, record))
        self._touched(record)

    def forget(self, record: int) -> None:
        self._latest.pop(record, None)

    def after(self, number: int) -> Iterator[tuple[int, int, int]]:
        """The current entries with a greater number."""
        return self._from(bisect_right(self.entries, (number, 1 << 62, 0)))

    def since(self, second: int) -> Iterator[tuple[int, int, int]]:
        """The current entries of that second and later."""
        return self._from(bisect_left(self.entries, second, key=lambda entry: entry[1]))

    def dump(self) -> list[tuple[int, int, int]]:
        return list(self._from(0))

    def load(self, entries: list[tuple[int, int, int]]) -> None:
        self.entries = [(number, second, record) for number, second, record in entries]
        self._latest = {record: number for number, _, record in self.entries}
        self.number = self.entries[-1][0] if self.entries else 0

    def _from(self, position: int) -> Iterator[tuple[int, int, int]]:
        for index in range(position, len(self.entries)):
            entry = self.entries[index]
            if self._latest.get(entry[2]) == entry[0]:
                yield entry


class Table(Generic[R]):
    """Rows by id, and the ids in ascending order (the order of every list)."""

    def __init__(self) -> None:
        self.rows: dict[int, R] = {}
        self.ids: list[int] = []

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[R]:
        return (self.rows[record] for record in self.ids)

    def get(self, record: int) -> R | None:
        return self.rows.get(record)

    def put(self, row: R) -> None:
        """Add a new row."""
        self.rows[row.id] = row
        if not self.ids or row.id > self.ids[-1]:
            self.ids.append(row.id)
        else:
            insort(self.ids, row.id)

    def drop(self, record: int) -> R | None:
        row = self.rows.pop(record, None)
        if row is not None:
            self.ids.pop(bisect_left(self.ids, record))
        return row
