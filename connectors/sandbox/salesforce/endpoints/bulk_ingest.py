"""Bulk API 2.0 ingest jobs: create, upload, close, and the three result files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from starlette.responses import Response

from connectors.sandbox.salesforce import jobs, writes
from connectors.sandbox.salesforce.api import Call, Paths, answer, empty
from connectors.sandbox.salesforce.cells import lines, read
from connectors.sandbox.salesforce.endpoints.bulk_query import format_of
from connectors.sandbox.salesforce.errors import ApiError, Failure
from connectors.sandbox.salesforce.jobs import DELIMITERS, LINE_ENDINGS, Job, State
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import from_cells, unknown_columns
from connectors.sandbox.salesforce.writes import Manner, Outcome

OPERATIONS = ("insert", "update", "upsert", "delete")
MOST_BYTES = 150_000_000
BATCH = 2_000  # rows handled before other requests get their turn


def create(call: Call) -> Response:
    body = call.json_object()
    object = call.org.find_object(str(body.get("object", "")))
    operation = body.get("operation")
    if object is None:
        raise ApiError(400, "INVALIDENTITY", f"The object {body.get('object')} is not supported")
    if operation == "hardDelete":
        message = (
            "hardDelete operation requires special user profile permission, please contact your system administrator"
        )
        raise ApiError(400, "FEATURENOTENABLED", message)
    if operation not in OPERATIONS:
        raise ApiError(400, "INVALIDJOB", f"Unable to find operation: {operation}")
    key = body.get("externalIdFieldName")
    known = object.field(key) if key and isinstance(key, str) else None
    if operation == "upsert" and (known is None or not (known.external_id or known.id_lookup)):
        raise ApiError(400, "INVALIDJOB", f"Field name provided, {key} does not match an External ID for {object.name}")
    delimiter, ending = format_of(body)
    job = jobs.new_job(call.org, "ingest", operation, object.name, call.version, call.user)
    job.delimiter, job.line_ending = delimiter, ending
    job.key = known.name if known else None
    job.origin = call.origin("bulkapi")
    return answer(jobs.info(job))


def upload(call: Call) -> Response:
    job = jobs.find(call.org, call.path["job"], "ingest")
    if job.state is not State.OPEN or job.upload is not None:
        raise ApiError(
            400, "INVALIDJOBSTATE", f"Found multiple contents for job: {job.id}, please 'Close' / 'Abort' it"
        )
    data = call.content()
    if len(data) > MOST_BYTES:
        raise ApiError(413, "API_ERROR", "The upload is larger than 150 MB")
    job.upload = data
    return empty(201)


def change(call: Call) -> Response:
    """Close the upload, which starts the work, or abort the job."""
    job = jobs.find(call.org, call.path["job"], "ingest")
    wanted = call.json_object().get("state")
    if wanted == "Aborted":
        jobs.abort(call.org, job)
        _take_rows(job)
    elif wanted != "UploadComplete" or job.state is not State.OPEN:
        raise ApiError(400, "INVALIDJOBSTATE", f"Job state {job.state} cannot be changed to {wanted}")
    else:
        jobs.start(call.org, job, call.org.settings.bulk_ingest_ms, _work(call.org, job))
        jobs.drive_in_background(call.org, job)
    return answer(jobs.info(job))


def show(call: Call) -> Response:
    return answer(jobs.progress(jobs.find(call.org, call.path["job"], "ingest")))


def list_jobs(call: Call) -> Response:
    found = [job for job in call.org.jobs.values() if job.kind == "ingest"]
    return answer({"done": True, "records": [jobs.info(job) for job in found], "nextRecordsUrl": None})


def delete(call: Call) -> Response:
    job = jobs.find(call.org, call.path["job"], "ingest")
    if job.state in jobs.ACTIVE:
        raise ApiError(400, "INVALIDJOBSTATE", f"Job cannot be deleted in state {job.state}")
    del call.org.jobs[job.id]
    return empty()


def successful(call: Call) -> Response:
    return _result(call, "successful", ("sf__Id", "sf__Created"))


def failed(call: Call) -> Response:
    return _result(call, "failed", ("sf__Id", "sf__Error"))


def unprocessed(call: Call) -> Response:
    return _result(call, "unprocessed", ())


def _result(call: Call, name: str, extra: tuple[str, ...]) -> Response:
    job = jobs.find(call.org, call.path["job"], "ingest")
    if job.state not in (State.COMPLETE, State.FAILED, State.ABORTED):
        raise ApiError(400, "INVALIDJOBSTATE", f"Results are not available in state {job.state}")
    delimiter, ending = DELIMITERS[job.delimiter], LINE_ENDINGS[job.line_ending]
    rows = [[*extra, *job.results.get("header", [])], *job.results.get(name, [])]
    return Response(lines(rows, delimiter, ending).encode(), media_type="text/csv")


def _take_rows(job: Job) -> list[list[str]]:
    """Read the upload into header and unprocessed rows, which are returned. A bad upload fails the job."""
    try:
        text = (job.upload or b"").decode("utf-8-sig")
        rows = list(read(text, DELIMITERS[job.delimiter]))
    except (UnicodeDecodeError, csv.Error) as error:
        job.state, job.error = State.FAILED, f"InvalidBatch : Failed to parse CSV: {error}"
        return []
    header, *data = rows or [[]]
    job.results = {"header": header, "successful": [], "failed": [], "unprocessed": data}
    crlf = "\r\n" in text[: text.find("\n") + 1]
    if rows and "\n" in text and crlf != (job.line_ending == "CRLF"):
        message = "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is "
        job.state, job.error = State.FAILED, message + job.line_ending
    job.upload = None
    return data


def _work(org: Org, job: Job) -> Iterator[None]:
    """Write the rows, yielding between batches. Results come in another order than the rows, as the vendor warns."""
    data = _take_rows(job)
    if job.state is State.FAILED or not _columns_fit(org, job):
        return
    for start in range(0, len(data), BATCH):
        if start:
            yield
        batch = data[start : start + BATCH]
        seen: set[str] = set()
        for cells in reversed(batch):
            _record(job, cells, _write(org, job, cells, seen))
        job.results["unprocessed"] = data[start + BATCH :]


def _columns_fit(org: Org, job: Job) -> bool:
    object, header = org.object(job.object), job.results["header"]
    unknown = unknown_columns(org, object, header)
    needed = "Id" if job.operation in ("update", "delete") else job.key
    if not header or (job.operation == "upsert" and job.key == "Id"):
        needed = None  # no rows at all; an upsert by Id inserts what has none
    if unknown:
        job.error = f"InvalidBatch : Field name not found : {unknown[0]}"
    elif needed and needed.lower() not in [name.lower() for name in header]:
        job.error = f"InvalidBatch : Column {needed} is missing"
    elif job.operation == "delete" and len(header) > 1:
        job.error = "InvalidBatch : The 'delete' batch must contain only ids"
    if job.error:
        job.state = State.FAILED
    return job.error is None


def _write(org: Org, job: Job, cells: Sequence[str], seen: set[str]) -> Outcome:
    given = from_cells(org, org.object(job.object), job.results["header"], cells)
    with org.bugs.ending(f"a row of bulk job {job.id}"):
        return writes.act(org, job.operation, given, job.key or "Id", seen, Manner(False, job.user))
    return Outcome(None, failures=(Failure("UNKNOWN_EXCEPTION", "An unexpected error occurred"),))


def _record(job: Job, cells: list[str], outcome: Outcome) -> None:
    job.processed += 1
    if outcome.ok:
        job.results["successful"].append([outcome.id, outcome.created, *cells])
    else:
        job.failed += 1
        job.results["failed"].append([outcome.id or "", outcome.failures[0].in_csv(), *cells])


_JOBS = "/services/data/v{version}/jobs/ingest"

PATHS: Paths = {
    _JOBS: {"POST": create, "GET": list_jobs},
    f"{_JOBS}/{{job}}": {"GET": show, "PATCH": change, "DELETE": delete},
    f"{_JOBS}/{{job}}/batches": {"PUT": upload},
    f"{_JOBS}/{{job}}/successfulResults": {"GET": successful},
    f"{_JOBS}/{{job}}/failedResults": {"GET": failed},
    f"{_JOBS}/{{job}}/unprocessedrecords": {"GET": unprocessed},
    f"{_JOBS}/{{job}}/unprocessedRecords": {"GET": unprocessed},
}
