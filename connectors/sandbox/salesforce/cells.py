"""Bulk CSV: writing values into cells and reading uploads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any


def cell(value: Any) -> str:
    """A value as bulk CSV shows it: null empty, moments with Z, large doubles in scientific notation."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, str):
        return value[:23] + "Z" if len(value) == 28 and value.endswith(".000+0000") else value
    if isinstance(value, dict):
        return ",".join("" if v is None else cell(v) for v in value.values())
    return str(value)


def _double(value: float) -> str:
    """Doubles as Java prints them: 1.0E7 from ten million on."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    whole = "".join(map(str, digits))
    power = len(whole) - 1 + int(exponent)
    return f"{'-' if sign else ''}{whole[0]}.{whole[1:] or '0'}E{power}"


def lines(rows: Iterable[Iterable[Any]], delimiter: str = ",", ending: str = "\n") -> str:
    """Rows as CSV text with every cell quoted, as the vendor does."""
    quoted = (delimiter.join('"' + cell(value).replace('"', '""') + '"' for value in row) + ending for row in rows)
    return "".join(quoted)


def read(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows of an upload, the header first; blank lines are left out. Raises csv.Error."""
    csv.field_size_limit(1_000_000)
    return (row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row)
