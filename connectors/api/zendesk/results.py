"""Assigns the result rows of a job to the writes of its batch.

A finished job lists its rows, in recordings in the order of the request, with an ``index`` that the documents
require and recorded creates lack. So: by index where rows carry it, by id where we sent ids, by order when every
row succeeded, and otherwise by reading back the records that were made.
"""

from collections.abc import Callable, Sequence
from typing import Any

from connectors.api.batches import Batch
from connectors.api.values import Op, Outcome, Write, WriteResult
from connectors.api.zendesk.errors import row_refusal

Row = dict[str, Any]
ReadBack = Callable[[Sequence[str]], list[Row]]
"""The records with these ids, as far as they exist."""

KEYS = ("external_id", "email", "name")


def bind(op: Op, batch: Batch, rows: Sequence[Row], read_back: ReadBack) -> list[WriteResult]:
    """One result a write of the batch. A write that no row speaks of is UNKNOWN."""
    positions = (
        _by_index(batch, rows) or (_by_id(batch, rows) if op is not Op.CREATE else None) or _by_order(batch, rows)
    )
    if positions is None and op is Op.CREATE:
        return _by_reading_back(batch, rows, read_back)
    bound = positions or {}
    return [
        _result(write, bound[place]) if place in bound else _unknown(write) for place, write in enumerate(batch.writes)
    ]


def succeeded(row: Row) -> bool:
    """Whether the row was written. Recorded creates say only ``status: Created``."""
    if row.get("success") is False or row.get("status") == "Failed":
        return False
    return row.get("success") is True or ("error" not in row and "errors" not in row and bool(row.get("id")))


def _by_index(batch: Batch, rows: Sequence[Row]) -> dict[int, Row] | None:
    indexes = [row["index"] for row in rows if isinstance(row.get("index"), int)]
    if not rows or len(indexes) != len(rows) or len(set(indexes)) != len(rows):
        return None
    if min(indexes) < 0 or max(indexes) >= len(batch.writes):
        return None
    return dict(zip(indexes, rows, strict=True))


def _by_id(batch: Batch, rows: Sequence[Row]) -> dict[int, Row] | None:
    places = {write.id: place for place, write in enumerate(batch.writes)}
    ids = [str(row.get("id")) for row in rows]
    if not rows or len(set(ids)) != len(rows) or not all(id in places for id in ids):
        return None
    return {places[id]: row for id, row in zip(ids, rows, strict=True)}


def _by_order(batch: Batch, rows: Sequence[Row]) -> dict[int, Row] | None:
    """By order where it is sure: all went well, or the rows that failed name their own places."""
    if len(rows) != len(batch.writes):
        return None
    failed = [(place, row) for place, row in enumerate(rows) if not succeeded(row)]
    if not failed or len(failed) == len(rows) == 1 or all(row.get("index") == place for place, row in failed):
        return dict(enumerate(rows))
    return None


def _by_reading_back(batch: Batch, rows: Sequence[Row], read_back: ReadBack) -> list[WriteResult]:
    made = read_back([str(row["id"]) for row in rows if succeeded(row)])
    by_key = {key: row for row in made for key in _keys(row)}
    found = [next((by_key[key] for key in _keys(write.values) if key in by_key), None) for write in batch.writes]
    refused = [row for row in rows if not succeeded(row)]
    # As many rows were refused as writes have no record: then each of these was refused, if not told why which.
    every_row_listed = len(refused) == found.count(None)
    reasons = {row_refusal(row).code: row_refusal(row) for row in refused}
    messages = list(dict.fromkeys(row_refusal(row).detail for row in refused))
    code = next(iter(reasons)) if len(reasons) == 1 else ""
    results = []
    for write, row in zip(batch.writes, found, strict=True):
        if row is not None:
            results.append(WriteResult(write.tag, Outcome.DONE, str(row["id"])))
        elif every_row_listed:
            text = messages[0] if len(messages) == 1 else "One of: " + "; ".join(messages)
            results.append(WriteResult(write.tag, Outcome.REJECTED, write.id, code, text))
        else:
            results.append(_unknown(write))
    return results


def _keys(values: Any) -> list[tuple[str, str]]:
    """What tells one new record from another, the surest first."""
    keys = [(key, str(values[key]).strip().casefold()) for key in KEYS if values.get(key)]
    if values.get("user_id") and values.get("organization_id"):
        keys.append(("membership", f"{values['user_id']} {values['organization_id']}"))
    return keys


def _result(write: Write, row: Row) -> WriteResult:
    if succeeded(row):
        return WriteResult(write.tag, Outcome.DONE, str(row.get("id") or write.id))
    refusal = row_refusal(row)
    return WriteResult(write.tag, Outcome.REJECTED, write.id, refusal.code, refusal.detail, refusal.field)


def _unknown(write: Write) -> WriteResult:
    message = "Zendesk's job does not say what became of this row."
    return WriteResult(write.tag, Outcome.UNKNOWN, write.id, "NoResult", message)
