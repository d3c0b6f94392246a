"""Pagination for tables with millions of rows."""

from __future__ import annotations

from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

COUNTING_STOPS_AT = 10_000
# No table is that long, and databases cannot skip more rows than fit into 63 bits.
LAST_PAGE = 10**12


class CappedPaginator(Paginator):
    """Counts at most COUNTING_STOPS_AT rows, and reads one row more than it shows to know whether a page follows.

    A page takes two queries, whatever the size of the table. ``count_word`` is "812" or "10,000+".
    """

    @cached_property
    def count(self) -> int:
        """The number of rows, at most COUNTING_STOPS_AT + 1."""
        rows = self._source
        return rows.order_by()[: COUNTING_STOPS_AT + 1].count() if hasattr(rows, "order_by") else len(rows)

    @property
    def _source(self) -> Any:
        """The rows without the table around them."""
        rows = getattr(self.object_list, "data", self.object_list)
        return getattr(rows, "data", rows)

    @property
    def count_word(self) -> str:
        return f"{intcomma(COUNTING_STOPS_AT)}+" if self.capped else intcomma(self.count)

    @property
    def capped(self) -> bool:
        return self.count > COUNTING_STOPS_AT

    @property
    def is_empty(self) -> bool:
        return self.count == 0

    def validate_number(self, number: Any) -> int:
        """The number of an existing page: the first for what is no number, the last for one past the end."""
        try:
            wanted = max(1, int(number))
        except (TypeError, ValueError):
            return 1
        # beyond the counted rows any page may exist
        return min(wanted, LAST_PAGE if self.capped else max(1, self.num_pages))

    def page(self, number: Any) -> CappedPage:
        wanted = self.validate_number(number)
        rows = self._rows(wanted)
        if not rows and wanted > 1:
            wanted = max(1, -(-self._all() // self.per_page))
            rows = self._rows(wanted)
        return CappedPage(rows[: self.per_page], wanted, self, more=len(rows) > self.per_page)

    def _rows(self, number: int) -> list[Any]:
        """The rows of a page, and one of the next."""
        first = (number - 1) * self.per_page
        return list(self.object_list[first : first + self.per_page + 1])

    def _all(self) -> int:
        """The number of all rows. Slow for large tables."""
        return self._source.count() if hasattr(self._source, "order_by") else len(self._source)


class CappedPage(Page):
    """A page that knows from its rows whether another one follows."""

    def __init__(self, rows: list[Any], number: int, paginator: CappedPaginator, *, more: bool) -> None:
        super().__init__(rows, number, paginator)
        self._more = more

    def has_next(self) -> bool:
        return self._more

    def next_page_number(self) -> int:
        return self.number + 1

    def previous_page_number(self) -> int:
        return self.number - 1

    def start_index(self) -> int:
        return (self.number - 1) * self.paginator.per_page + 1 if self.object_list else 0

    def end_index(self) -> int:
        return (self.number - 1) * self.paginator.per_page + len(self.object_list)
