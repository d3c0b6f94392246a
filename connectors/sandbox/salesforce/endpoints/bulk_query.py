"""Bulk API 2.0 query jobs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from starlette.responses import Response

from connectors.sandbox.salesforce import jobs
from connectors.sandbox.salesforce.api import Call, Paths, answer, empty
from connectors.sandbox.salesforce.cells import lines
from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.jobs import DELIMITERS, LINE_ENDINGS, Job, State
from connectors.sandbox.salesforce.soql.run import Result, check, run

DEFAULT_PAGE = 50_000


def create(call: Call) -> Response:
    body = call.json_object()
    operation, text = body.get("operation"), body.get("query")
    if operation not in ("query", "queryAll") or not isinstance(text, str):
        raise ApiError(400, "INVALIDJOB", "operation must be query or queryAll, and query must be given")
    # A query that names what does not exist is refused before a job comes into being.
    object = check(call.org, text)
    job = jobs.new_job(call.org, "query", operation, object.name, call.version, call.user)
    job.query = text
    job.delimiter, job.line_ending = format_of(body)
    jobs.start(call.org, job, call.org.settings.bulk_query_ms, _work(call, job))
    return answer(jobs.info(job))


def format_of(body: dict[str, Any]) -> tuple[str, str]:
    """Column delimiter and line ending by name. Raises ApiError 400 for a name that does not exist."""
    delimiter, ending = str(body.get("columnDelimiter", "COMMA")), str(body.get("lineEnding", "LF"))
    if delimiter not in DELIMITERS or ending not in LINE_ENDINGS:
        raise ApiError(400, "INVALIDJOB", f"Invalid columnDelimiter or lineEnding: {delimiter}, {ending}")
    if body.get("contentType", "CSV") != "CSV":
        raise ApiError(400, "INVALIDJOB", "Only CSV content type is supported")
    return delimiter, ending


def _work(call: Call, job: Job) -> Iterator[None]:
    result = run(call.org, job.query or "", job.version, deleted=job.operation == "queryAll", user=job.user)
    job.results["query"] = result
    job.processed = result.size
    yield from ()


def show(call: Call) -> Response:
    return answer(jobs.progress(jobs.find(call.org, call.path["job"], "query")))


def list_jobs(call: Call) -> Response:
    found = [job for job in call.org.jobs.values() if job.kind == "query"]
    for job in found:
        jobs.settle(call.org, job)
    return answer({"done": True, "records": [jobs.info(job) for job in found], "nextRecordsUrl": None})


def results(call: Call) -> Response:
    job = jobs.find(call.org, call.path["job"], "query")
    result = _finished(job)
    start = _start(call.query.get("locator"), result)
    page = call.number("maxRecords", DEFAULT_PAGE) or DEFAULT_PAGE
    rows = result.rows[start : start + page]
    cells = result.cells
    assert cells is not None  # an aggregate was refused when the job was made
    delimiter, ending = DELIMITERS[job.delimiter], LINE_ENDINGS[job.line_ending]
    text = lines([result.headers], delimiter, ending) + lines(map(cells, rows), delimiter, ending)
    end = start + page
    headers = {
        "Sforce-Locator": locator(end) if end < len(result.rows) else "null",
        "Sforce-NumberOfRecords": str(len(rows)),
    }
    return Response(text.encode(), 200, headers, media_type="text/csv")


def result_pages(call: Call) -> Response:
    """The addresses of all result pages, to be read in any order."""
    job = jobs.find(call.org, call.path["job"], "query")
    total = len(_finished(job).rows)
    base = f"{call.root}/jobs/query/{job.id}/results"
    pages = [
        {"resultUrl": base if start == 0 else f"{base}?locator={locator(start)}"}
        for start in range(0, max(total, 1), DEFAULT_PAGE)
    ]
    return answer({"resultPages": pages, "nextRecordsUrl": None, "done": True})


def _finished(job: Job) -> Result:
    if job.state is not State.COMPLETE:
        raise ApiError(400, "INVALIDJOBSTATE", f"Job is not in JobComplete state: {job.state}")
    result: Result = job.results["query"]
    return result


def locator(start: int) -> str:
    """An opaque token for the row a page starts with."""
    return "MTAwMDA" + format(start, "x").rjust(9, "0")


def _start(token: str | None, result: Result) -> int:
    if token is None:
        return 0
    if not re.fullmatch("(MTAwMDA)?[0-9a-f]{1,9}", token):
        raise ApiError(400, "INVALIDLOCATOR", f"Invalid locator: {token}")
    return int(token.removeprefix("MTAwMDA"), 16)


def change(call: Call) -> Response:
    job = jobs.find(call.org, call.path["job"], "query")
    if call.json_object().get("state") != "Aborted":
        raise ApiError(400, "INVALIDJOB", "A query job can only be aborted")
    jobs.abort(call.org, job)
    return answer(jobs.progress(job))


def delete(call: Call) -> Response:
    job = jobs.find(call.org, call.path["job"], "query")
    if job.state not in (State.COMPLETE, State.FAILED, State.ABORTED):
        raise ApiError(400, "INVALIDJOBSTATE", f"Job cannot be deleted in state {job.state}")
    del call.org.jobs[job.id]
    return empty()


PATHS: Paths = {
    "/services/data/v{version}/jobs/query": {"POST": create, "GET": list_jobs},
    "/services/data/v{version}/jobs/query/{job}": {"GET": show, "PATCH": change, "DELETE": delete},
    "/services/data/v{version}/jobs/query/{job}/results": {"GET": results},
    "/services/data/v{version}/jobs/query/{job}/resultPages": {"GET": result_pages},
}
