"""Jobs of Bulk API 1.0: each batch is worked through by itself, as soon as its time has come and somebody looks."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.incoming import parsed
from connectors.sandbox.salesforce import ids, writes
from connectors.sandbox.salesforce.cells import lines, read
from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import from_body, from_cells, unknown_columns
from connectors.sandbox.salesforce.soql.run import run
from connectors.sandbox.salesforce.store import BY_HAND
from connectors.sandbox.salesforce.writes import Manner, Outcome

QUERIES = ("query", "queryAll")
MOST_ROWS = 10_000
# a JSON record, or the header of a CSV upload with the cells of one row
Row = dict[str, Any] | tuple[Sequence[str], Sequence[str]]


@dataclass(slots=True)
class Batch:
    """One upload. `result`: of a query its pages, else the outcomes of the rows in their order."""

    id: str
    request: bytes
    created: str
    due: float
    state: str = "Queued"
    message: str | None = None
    result: list[Any] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return sum(isinstance(one, Outcome) and not one.ok for one in self.result)


@dataclass(slots=True)
class AsyncJob:
    id: str
    operation: str
    object: str
    content: str
    user: str
    version: str
    created: str
    key: str | None = None
    state: str = "Open"
    origin: str = BY_HAND
    batches: dict[str, Batch] = field(default_factory=dict)


def add(org: Org, job: AsyncJob, request: bytes) -> Batch:
    """Queue an upload."""
    wait = org.settings.bulk_query_ms if job.operation in QUERIES else org.settings.bulk_ingest_ms
    id = ids.make("751", len(job.batches) + 1 + 10_000 * len(org.async_jobs))
    job.batches[id] = Batch(id, request, org.now(), org.clock.now() + wait / 1000)
    return job.batches[id]


def settle(org: Org, job: AsyncJob) -> None:
    """Work through the batches that are due."""
    for batch in job.batches.values():
        if batch.state != "Queued" or org.clock.now() < batch.due or job.state == "Aborted":
            continue
        batch.state, batch.message = "Failed", "InternalServerError : the batch cannot be processed"
        try:
            with org.bugs.ending(f"batch {batch.id}", ApiError), org.journal.committed(job.origin):
                batch.result = _queried(org, job, batch) if job.operation in QUERIES else _written(org, job, batch)
                batch.state, batch.message = "Completed", None
        except ApiError as refused:
            batch.message = str(refused)
        org.journal.revision += 1


def _queried(org: Org, job: AsyncJob, batch: Batch) -> list[Any]:
    deleted, text = job.operation == "queryAll", batch.request.decode("utf-8", "replace")
    found = run(org, text, job.version, deleted=deleted, user=job.user)
    if job.content == "JSON":
        return [[found.render(row) for row in found.rows]]
    if found.cells is None:
        raise ApiError(400, "FeatureNotEnabled", "an aggregate needs the content type JSON")
    return [lines([found.headers, *map(found.cells, found.rows)])]


def _written(org: Org, job: AsyncJob, batch: Batch) -> list[Any]:
    rows = _json_rows(batch.request) if job.content == "JSON" else _csv_rows(org, job, batch.request)
    if len(rows) > MOST_ROWS:
        raise ApiError(400, "InvalidBatch", f"Records processed exceeds {MOST_ROWS}")
    seen: set[str] = set()
    return [_write(org, job, row, seen) for row in rows]


def _json_rows(request: bytes) -> list[Row]:
    try:
        rows = parsed(request)
    except ValueError as error:
        raise ApiError(400, "InvalidBatch", f"Failed to parse JSON: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ApiError(400, "InvalidBatch", "Expected an array of records")
    return rows


def _csv_rows(org: Org, job: AsyncJob, request: bytes) -> list[Row]:
    try:
        header, *rows = list(read(request.decode("utf-8-sig"), ",")) or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ApiError(400, "InvalidBatch", f"Failed to parse CSV: {error}") from error
    unknown = unknown_columns(org, org.object(job.object), header)
    if unknown:
        raise ApiError(400, "InvalidBatch", f"Field name not found : {unknown[0]}")
    return [(header, row) for row in rows]


def _write(org: Org, job: AsyncJob, row: Row, seen: set[str]) -> Outcome:
    object = org.object(job.object)
    try:
        given = from_body(org, object, row) if isinstance(row, dict) else from_cells(org, object, *row)
    except ApiError as refused:
        return Outcome(None, failures=refused.failures)
    return writes.act(org, job.operation, given, job.key or "Id", seen, Manner(False, job.user))
