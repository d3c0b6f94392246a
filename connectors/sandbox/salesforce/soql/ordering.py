"""ORDER BY, LIMIT and OFFSET."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import islice
from typing import Any

from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.soql.conditions import Resolve
from connectors.sandbox.salesforce.soql.nodes import Order, Query


def ordered(rows: Iterable[Row], query: Query, resolve: Resolve) -> list[Row]:
    """The rows asked for, in order. Raises ApiError 400 for a field that does not sort."""
    stop = None if query.limit is None else query.offset + query.limit
    first = query.order[0] if query.order else None
    if len(query.order) == 1 and first and stop is not None and not first.descending and stop <= 2000:
        column = resolve(first.what)
        if column.field.name == "Id":
            return heapq.nsmallest(stop, rows, key=column.read)[query.offset :]
    if not query.order:
        return list(islice(rows, query.offset, stop))
    chosen = list(rows)
    for order in reversed(query.order):
        chosen = _sorted(chosen, order, resolve)
    return chosen[query.offset : stop] if query.offset or stop is not None else chosen


def _sorted(rows: list[Row], order: Order, resolve: Resolve) -> list[Row]:
    column = resolve(order.what)
    if not column.field.sortable:
        raise ApiError(400, "INVALID_FIELD", f"field '{column.field.name}' can not be sorted in a query call")
    read = column.read
    nulls = [row for row in rows if read(row) is None]
    others = [row for row in rows if read(row) is not None] if nulls else rows

    def key(row: Row) -> Any:
        value = read(row)
        return value.lower() if isinstance(value, str) and column.field.type not in ("id", "reference") else value

    others = sorted(others, key=key, reverse=order.descending)
    return nulls + others if order.nulls_first else others + nulls
