"""Pagination for tables with millions of rows."""

from __future__ import annotations

from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.utils.functional import cached_property

COUNTING_STOPS_AT = 10_000
# No table is that long, and databases cannot skip more rows than fit into 63 bits.
LAST_PAGE = 10**12


class CappedPaginator(Paginator):
    """Counts at most COUNTING_STOPS_AT rows, and fetches one row more than it shows to see whether a page follows.

    So a page costs two queries whatever the table's size. ``count_word`` is "812" or "10,000+".
    """

    @cached_property
    def count(self) -> int:
        """The number of rows, or COUNTING_STOPS_AT + 1 when there are more than that."""
        source = getattr(self.object_list, "data", self.object_list)
        rows = getattr(source, "data", source)
        if hasattr(rows, "order_by"):
            return rows.order_by()[: COUNTING_STOPS_AT + 1].count()
        return len(rows)

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
        """Raises PageNotAnInteger or EmptyPage. Beyond the counted rows any page may exist."""
        try:
            wanted = int(number)
        except (TypeError, ValueError):
            raise PageNotAnInteger("That page number is not a number.") from None
        if not 1 <= wanted <= LAST_PAGE or (wanted > max(1, self.num_pages) and not self.capped):
            raise EmptyPage("There is no such page.")
        return wanted

    def page(self, number: Any) -> CappedPage:
        wanted = self.validate_number(number)
        first = (wanted - 1) * self.per_page
        rows = list(self.object_list[first : first + self.per_page + 1])
        return CappedPage(rows[: self.per_page], wanted, self, more=len(rows) > self.per_page)


class CappedPage(Page):
    """A page that knows from its own rows whether another one follows."""

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
