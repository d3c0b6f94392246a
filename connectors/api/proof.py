"""Checks that a read was complete: no page is repeated, and the number of rows is the announced one."""

from collections.abc import Collection, Hashable

from connectors.api.errors import Incomplete

# A page without a row may come in the middle of a list; so many in a row are no list any more.
MOST_EMPTY_PAGES = 3


class Proof:
    """Follows one read page by page. ``source`` names what is read in messages: "Zendesk's list of users".

    Every method raises Incomplete, with the reason, as soon as the read can no longer be trusted.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._total: int | None = None
        self._rows = 0
        self._empty = 0
        self._cursors: set[str] = set()
        self._before: frozenset[Hashable] = frozenset()

    def expect(self, total: object, name: str) -> int:
        """The number of rows that the vendor has announced under ``name``; it must be there."""
        self._total = self.number(total, name)
        return self._total

    def rows(self, count: int) -> None:
        """So many more rows have come."""
        self._rows += count
        if self._total is not None and self._rows > self._total:
            raise self._error(f"gave more rows than the {self._total:,} that it had announced")

    def part(self, count: int, announced: object) -> None:
        """A part of so many rows has come; ``announced`` is what its header says of their number."""
        if announced is not None and str(announced) != str(count):
            raise self._error(f"gave {count:,} rows in a part that has {announced}")
        self.rows(count)

    def goes_on(self, cursor: object, ids: Collection[Hashable] = ()) -> str:
        """The cursor of the next page. ``ids`` are those of the rows of the page that named it."""
        if not isinstance(cursor, str) or not cursor:
            raise self._error("ended in the middle: it says that there is more, and not where")
        if cursor in self._cursors:
            raise self._error("came to the same place a second time and would never end")
        self._cursors.add(cursor)
        self._progress(frozenset(ids))
        return cursor

    def ends(self) -> None:
        """The vendor has said that this was the last page."""
        if self._total is not None and self._rows != self._total:
            raise self._error(f"ended after {self._rows:,} of {self._total:,} rows")

    def flag(self, value: object, name: str) -> bool:
        """A flag on which the end of the read depends; it must be there."""
        if not isinstance(value, bool):
            raise self._error(f"does not say whether it is complete ({name} is missing)")
        return value

    def number(self, value: object, name: str) -> int:
        """A number that the read is compared with; it must be there."""
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._error(f"does not say how many rows it has ({name} is missing)")
        return value

    def _progress(self, ids: frozenset[Hashable]) -> None:
        self._empty = 0 if ids else self._empty + 1
        if self._empty >= MOST_EMPTY_PAGES or (ids and ids <= self._before):
            raise self._error("gives page after page without anything new")
        self._before = ids

    def _error(self, what: str) -> Incomplete:
        return incomplete(f"{self._source} {what}.")


def incomplete(message: str) -> Incomplete:
    """The error for a read that cannot be trusted, with what to do."""
    hint = "Nothing was concluded from it. Start again in some minutes; automatic updates do so by themselves."
    return Incomplete(message, hint)
