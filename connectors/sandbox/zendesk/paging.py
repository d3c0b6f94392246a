"""Cursor and offset pagination.

Cursor: `page[size]` (1-100), `page[after]`, `page[before]`; answers `meta` and `links`. Every page with rows links
to both sides, the first and the last too: a client ends where `meta.has_more` is false.
Offset: `page`, `per_page`; answers `next_page`, `previous_page`, `count`; ends at 10,000 rows with 400.
"""

from __future__ import annotations

import base64
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Refusal, bad_request

PAGE = 100
OFFSET_ROWS = 10_000


def page(
    name: str, ids: Sequence[int], render: Callable[[int], Any], query: Mapping[str, str], address: str
) -> dict[str, Any]:
    """One page of `ids` (ascending) under the key `name`.

    address: the absolute URL of the list without a query, for the links. Raises Refusal.
    """
    if any(key.startswith("page[") for key in query):
        return _cursor_page(name, ids, render, query, address)
    return offset_page(name, ids, render, query, address)


def offset_page(
    name: str, ids: Sequence[Any], render: Callable[[Any], Any], query: Mapping[str, str], address: str
) -> dict[str, Any]:
    """One page of any sequence, by page number."""
    size = min(positive(query.get("per_page"), "per_page", PAGE), PAGE)
    number = positive(query.get("page"), "page", 1)
    if number * size > OFFSET_ROWS and number > 1:
        raise bad_request(f"Pages beyond {OFFSET_ROWS} rows need cursor pagination", "InvalidPaginationDepth")
    start = (number - 1) * size
    more = start + size < len(ids)
    return {
        name: [render(record) for record in ids[start : start + size]],
        "next_page": link(address, {**query, "page": number + 1}) if more else None,
        "previous_page": link(address, {**query, "page": number - 1}) if number > 1 else None,
        "count": len(ids),
    }


def _cursor_page(
    name: str, ids: Sequence[int], render: Callable[[int], Any], query: Mapping[str, str], address: str
) -> dict[str, Any]:
    size = positive(query.get("page[size]"), "page[size]", PAGE)
    if size > PAGE:
        raise _invalid_parameter("page[size]")
    after, before = query.get("page[after]"), query.get("page[before]")
    if before:
        end = bisect_left(ids, decode(before, "page[before]"))
        start = max(end - size, 0)
        more = start > 0
    else:
        start = bisect_right(ids, decode(after, "page[after]")) if after else 0
        end = start + size
        more = end < len(ids)
    chosen = ids[start:end]
    first = encode(chosen[0]) if chosen else None
    last = encode(chosen[-1]) if chosen else None
    base = {key: value for key, value in query.items() if key not in ("page[after]", "page[before]")}
    return {
        name: [render(record) for record in chosen],
        "meta": {"has_more": more, "after_cursor": last, "before_cursor": first},
        "links": {
            "prev": link(address, {**base, "page[before]": first}) if first else None,
            "next": link(address, {**base, "page[after]": last}) if last else None,
        },
    }


def link(address: str, query: Mapping[str, Any]) -> str:
    return f"{address}?{urlencode(query)}"


def encode(record: int) -> str:
    return base64.urlsafe_b64encode(f"id:{record}".encode()).decode().rstrip("=")


def decode(cursor: str, parameter: str) -> int:
    """The id in a cursor. Raises Refusal 400 for anything else."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return int(text.removeprefix("id:"))
    except ValueError as error:
        raise _invalid_parameter(parameter) from error


def positive(given: str | None, parameter: str, default: int) -> int:
    if given is None or given == "":
        return default
    number = whole(given)
    if not number:
        raise _invalid_parameter(parameter)
    return number


def _invalid_parameter(parameter: str) -> Refusal:
    error = {"code": "InvalidPaginationParameter", "title": f"{parameter} is not valid", "status": "400"}
    return Refusal(400, {"errors": [error]})
