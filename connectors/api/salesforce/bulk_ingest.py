"""Writes many records with one Bulk API 2.0 job, and reads the three lists of its results.

A job that was not closed by "UploadComplete" writes nothing, so only that one call can leave rows unknown, and
then the job itself tells.
"""

import csv
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol

from connectors.api.batches import Batch
from connectors.api.errors import ConnectorError, OutcomeUnknown, Transient
from connectors.api.salesforce.bulk_csv import cells, columns_of, csv_text, row_key
from connectors.api.salesforce.bulk_query import text_of
from connectors.api.salesforce.client import SalesforceClient
from connectors.api.salesforce.errors import cause_of
from connectors.api.salesforce.polling import wait_for_job
from connectors.api.values import WAS_THERE, Op, Outcome, Write, WriteResult

logger = logging.getLogger(__name__)

OPERATIONS = {Op.CREATE: "insert", Op.UPDATE: "update", Op.DELETE: "delete", Op.UPSERT: "upsert"}
GONE = "Salesforce's job does not say what became of this row."


class LoadTarget(Protocol):
    """What a load is about: the object, what is done to its records, and by which field an upsert finds them."""

    @property
    def object(self) -> str: ...
    @property
    def op(self) -> Op: ...
    @property
    def key(self) -> str: ...


def load(client: SalesforceClient, target: LoadTarget, batch: Batch) -> Iterator[WriteResult]:
    """Write all rows of the batch in one job and yield one result a row, in any order.

    Raises the error of a call that failed before the job was started: nothing was written then.
    """
    op = target.op
    columns = columns_of(op, batch.writes)
    path = _upload(client, target, columns, batch.writes)
    _start(client, path)
    try:
        ended = wait_for_job(client, path)
    except ConnectorError as error:
        yield from batch.all(Outcome.UNKNOWN, error.code, error.message)
        return
    waiting: dict[bytes, list[Write]] = defaultdict(list)
    for write in batch.writes:
        waiting[row_key(op, cells(columns, write))].append(write)
    try:
        yield from _results(client, path, op, len(columns), waiting)
    except ConnectorError as error:
        logger.info("the results of a bulk load cannot be read: %s", error.message)
    rest = [write for writes in waiting.values() for write in writes]
    message = str(ended.get("errorMessage") or GONE)
    yield from Batch(batch.lane, tuple(rest)).all(Outcome.UNKNOWN, f"job {ended.get('state')}", message)


def _upload(client: SalesforceClient, target: LoadTarget, columns: Sequence[str], writes: Sequence[Write]) -> str:
    """Open a job and upload its rows. Gives the job's path."""
    asked = {"object": target.object, "operation": OPERATIONS[target.op], "contentType": "CSV", "lineEnding": "LF"}
    if target.key:
        asked["externalIdFieldName"] = target.key
    job = client.ask("jobs/ingest", asked)
    path = f"jobs/ingest/{job['id']}"
    try:
        client.session.request(
            "PUT",
            client.url(f"{path}/batches"),
            data="".join(csv_text(columns, writes)).encode(),
            headers={"Content-Type": "text/csv; charset=UTF-8"},
        )
    except OutcomeUnknown as error:
        raise Transient("An upload to Salesforce broke off.", "Nothing was written.", code=error.code) from None
    return path


def _start(client: SalesforceClient, path: str) -> None:
    """Close the upload. When the answer is lost, the job tells whether it was closed."""
    try:
        client.send("PATCH", path, {"state": "UploadComplete"})
    except OutcomeUnknown:
        if (client.get(path) or {}).get("state") == "Open":
            raise Transient("A bulk load could not be started.", "Nothing was written.") from None


def _results(
    client: SalesforceClient, path: str, op: Op, width: int, waiting: dict[bytes, list[Write]]
) -> Iterator[WriteResult]:
    """Results of the rows that the job lists. Takes them out of ``waiting``."""
    for row in _rows(client, f"{path}/successfulResults"):
        if writes := waiting.get(row_key(op, row[2 : 2 + width])):
            write = writes.pop()
            yield done(write, row[0], created=row[1] != "false")
    for row in _rows(client, f"{path}/failedResults"):
        if writes := waiting.get(row_key(op, row[2 : 2 + width])):
            yield _refused(writes.pop(), row[1])
    for row in _rows(client, f"{path}/unprocessedrecords"):
        if writes := waiting.get(row_key(op, row[:width])):
            write = writes.pop()
            yield WriteResult(write.tag, Outcome.NOT_SENT, write.id)


def done(write: Write, id: str | None, *, created: bool) -> WriteResult:
    """The result of a write that was made; an upsert of a record that was there already says so."""
    there = write.op is Op.UPSERT and not created
    return WriteResult(write.tag, Outcome.DONE, id or write.id, code=WAS_THERE if there else "")


def _refused(write: Write, error: str) -> WriteResult:
    """``CODE:message:fields --`` of a failed row; the message may hold colons itself."""
    code, _, rest = error.partition(":")
    message, _, fields = rest.rpartition(":")
    field = fields.removesuffix("--").strip().split(",")[0]
    return WriteResult(write.tag, Outcome.REJECTED, write.id, cause_of(code, rest), message or rest, field)


def _rows(client: SalesforceClient, path: str) -> Iterator[list[str]]:
    """The rows of a result list, without the header."""
    response = client.session.request("GET", client.url(path), headers={"Accept": "text/csv"}, stream=True)
    try:
        rows = csv.reader(text_of(response))
        next(rows, None)
        yield from rows
    finally:
        response.close()
