"""Streams CSV, and escapes values that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse

import syncadmin

# OWASP, "CSV Injection"; some programs take the full-width forms for the plain ones.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def defused(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is prefixed with a quote; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return f"'{value}"
    return "" if value is None else value


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The rows as lines of CSV, generated on demand."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([defused(value) for value in row])


def csv_response(name: str, rows: Iterable[Iterable[Any]], now: datetime) -> StreamingHttpResponse:
    """A CSV download named after its content, the product version (S3.C8) and the time, streamed row by row."""
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    file = f"{name}-syncadmin-{syncadmin.__version__}-{now:%Y%m%dT%H%M%S}.csv"
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


class _Echo:
    """A file object that returns what is written to it."""

    def write(self, value: str) -> str:
        return value
