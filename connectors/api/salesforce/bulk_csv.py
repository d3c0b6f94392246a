"""Formats rows for a bulk load as CSV, and finds the write that a result row belongs to.

Salesforce returns results in any order, with the columns as they were sent. A changed or deleted row is known by its
id. One that may be made is known by its content: rows with the same content are alike, so it does not matter which is
which.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

from connectors.api.values import Op, Write

NULL = "#N/A"
ID = "Id"
WITHOUT_ID = (Op.CREATE, Op.UPSERT)


def columns_of(op: Op, writes: Sequence[Write]) -> list[str]:
    """The header: all fields that any row writes, and the id where there is one."""
    names = dict.fromkeys(name for write in writes for name in write.values)
    return list(names) if op in WITHOUT_ID else [ID, *(name for name in names if name != ID)]


def csv_text(columns: Sequence[str], writes: Iterable[Write]) -> Iterator[str]:
    """The lines of the load. A field that a row does not write stays empty, which changes nothing."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(columns)
    for write in writes:
        writer.writerow(cells(columns, write))
        if line.tell() > 1 << 16:
            yield line.getvalue()
            line.seek(0)
            line.truncate()
    yield line.getvalue()


def cells(columns: Sequence[str], write: Write) -> list[str]:
    """One row. None and empty text clear the field."""
    return [write.id or "" if name == ID else _cell(write, name) for name in columns]


def row_key(op: Op, row: Sequence[str]) -> bytes:
    """What a row is known by; ``row`` is in the order of the columns."""
    content = row if op in WITHOUT_ID else row[:1]
    text = "\x1f".join(cell.replace("\r\n", "\n") for cell in content)
    return blake2b(text.encode(), digest_size=16).digest()


def _cell(write: Write, name: str) -> str:
    if name not in write.values:
        return ""
    value: Any = write.values[name]
    if value is None or value == "":
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
