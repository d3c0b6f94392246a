"""A list page is a declaration: what is selected, how it is filtered, how it is shown.

    class RunList(ListPage):
        title = "Runs"
        selector = staticmethod(runs_shown)      # (**url arguments) -> QuerySet
        filterset = RunFilter                    # django-filter, optional
        table = RunTable                         # django-tables2

One level of inheritance. The same part template is included by the page and answered to htmx.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, cast
from urllib.parse import parse_qsl

import django_tables2 as tables
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.generic import View
from django_filters import FilterSet

from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.badges import Badge
from syncadmin.web.lists import column_choice, saved_views
from syncadmin.web.lists.pagination import CappedPaginator
from syncadmin.web.lists.spreadsheet import csv_response
from syncadmin.web.partial import wants_part

CSV_CHUNK = 1_000


class ListPage(RoleRequired, View):
    """A list with ``?sort=``, ``?page=``, ``?columns=``, its filter, and ``?format=csv`` for what is seen."""

    role = Role.VIEWER
    title: str
    sentence: str = ""
    selector: Callable[..., QuerySet[Any]]
    filterset: type[FilterSet] | None = None
    table: type[tables.Table]
    template_name = "layout/list_page.html"
    part_name = "components/list.html"
    empty: Badge = Badge("Nothing here yet", icon="inbox")
    empty_sentence: str = ""
    per_page = 50

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        filtering = self.filterset(request.GET, self.rows(), request=request) if self.filterset else None
        rows = filtering.qs if filtering else self.rows()
        if request.GET.get("format") == "csv":
            return csv_response(slugify(self.title), self._csv_rows(rows), timezone.now())
        shown = {"table": (table := self._paged(rows)), "filter": filtering, "narrowed": self.narrowed(filtering)}
        context = {**shown, **self.context(), **self._csv_link(), **self._tools(table)}
        return render(request, self._template(), context)

    def rows(self) -> QuerySet[Any]:
        """The rows before filtering: the selector called with the arguments of the address."""
        return self.selector(**self.kwargs)

    def narrowed(self, filtering: FilterSet | None) -> bool:
        """Whether the rows are filtered, so that an empty list does not mean that there are none."""
        return filtering is not None and filtering.form.has_changed()

    def context(self) -> dict[str, Any]:
        """The template context besides ``table`` and ``filter``."""
        return {
            "title": self.title,
            "sentence": self.sentence,
            "empty": self.empty,
            "empty_sentence": self.empty_sentence,
        }

    def _template(self) -> str:
        """The template of the list part alone for htmx requests, else of the page."""
        return self.part_name if wants_part(self.request) else self.template_name

    def _paged(self, rows: QuerySet[Any]) -> tables.Table:
        table = self._table(rows)
        column_choice.choose(table, self._columns())
        page = self.request.GET.get("page")
        table.paginate(paginator_class=CappedPaginator, page=page, per_page=self.per_page)
        return table

    def _table(self, rows: Any) -> tables.Table:
        return self.table(rows, order_by=self.request.GET.getlist("sort") or None)

    def _csv_rows(self, rows: QuerySet[Any]) -> Iterator[list[Any]]:
        """The header, then the rows in the order of the page. Keeps one chunk in memory."""
        table = self._table(rows)
        records = table.data.data.iterator(chunk_size=CSV_CHUNK)
        left_out = column_choice.left_out(table, self._columns())
        values = self.table([]).as_values(exclude_columns=left_out)
        yield next(values)
        while chunk := list(islice(records, CSV_CHUNK)):
            chunk_values = self.table(chunk, order_by=()).as_values(exclude_columns=left_out)
            next(chunk_values)
            yield from chunk_values

    def _columns(self) -> list[str]:
        return self.request.GET.getlist(column_choice.PARAMETER)

    def _tools(self, table: tables.Table) -> dict[str, Any]:
        """The columns to choose from, and the views that whoever looks at the list has saved of it."""
        query = saved_views.kept(self.request.GET)
        kept = [(name, value) for name, value in parse_qsl(query) if name != column_choice.PARAMETER]
        views = saved_views.views_of(cast(User, self.request.user), self.request.path)
        return {
            "columns": column_choice.choices(table),
            "chosen_columns": self._columns(),
            "saved_views": list(views),
            "kept_query": query,
            "kept_fields": kept,
        }

    def _csv_link(self) -> dict[str, str]:
        query = self.request.GET.copy()
        query.pop("page", None)
        query["format"] = "csv"
        return {"csv_url": f"?{query.urlencode()}"}
