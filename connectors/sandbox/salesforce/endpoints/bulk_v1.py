"""Bulk API 1.0 (/services/async): what is told of jobs and batches is JSON or XML, the rows are JSON or CSV."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape, unescape

from starlette.responses import Response

from connectors.sandbox.salesforce import batches, ids
from connectors.sandbox.salesforce.api import Call, Handler, Paths, answer
from connectors.sandbox.salesforce.batches import QUERIES, AsyncJob, Batch
from connectors.sandbox.salesforce.cells import lines
from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.writes import Outcome

OPERATIONS = ("insert", "update", "upsert", "delete", *QUERIES)
CONTENTS = ("JSON", "CSV")
NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
ELEMENT = re.compile(r"<(\w+)>([^<]*)</\1>")
STATES = ("Closed", "Aborted")


def create(call: Call) -> Response:
    given = _given(call)
    object = call.org.find_object(str(given.get("object", "")))
    operation, content = given.get("operation"), given.get("contentType", "XML")
    if object is None:
        raise ApiError(400, "InvalidJob", f"Unable to find object: {given.get('object')}")
    if operation not in OPERATIONS:
        raise ApiError(400, "InvalidJob", f"Unable to find operation: {operation}")
    if content not in CONTENTS:
        raise ApiError(400, "FeatureNotEnabled", f"The content type {content} is not supported here: use JSON or CSV")
    key = given.get("externalIdFieldName")
    known = object.field(key) if isinstance(key, str) else None
    if operation == "upsert" and (known is None or not (known.external_id or known.id_lookup)):
        raise ApiError(400, "InvalidJob", f"{key} does not match an External ID for {object.name}")
    org = call.org
    job = AsyncJob(org.new_job_id(), operation, object.name, content, call.user, call.version, org.now())
    job.key = known.name if known else None
    job.origin = call.origin("bulkapi")
    org.async_jobs[job.id] = job
    return _told(call, job, "jobInfo", _job(job), 201)


def show(call: Call) -> Response:
    job = _find(call)
    return _told(call, job, "jobInfo", _job(job))


def change(call: Call) -> Response:
    """Close the job, or abort it."""
    job, wanted = _find(call), _given(call).get("state")
    if wanted not in STATES or job.state != "Open":
        raise ApiError(400, "InvalidJobState", f"Job state {job.state} cannot be changed to {wanted}")
    job.state = wanted
    return _told(call, job, "jobInfo", _job(job))


def upload(call: Call) -> Response:
    job = _find(call)
    if job.state != "Open":
        raise ApiError(400, "InvalidJobState", f"Job {job.id} is {job.state}")
    return _told(call, job, "batchInfo", _batch(job, batches.add(call.org, job, call.content())), 201)


def list_batches(call: Call) -> Response:
    job = _find(call)
    return _told(call, job, "batchInfoList", {"batchInfo": [_batch(job, batch) for batch in job.batches.values()]})


def show_batch(call: Call) -> Response:
    job, batch = _find_batch(call)
    return _told(call, job, "batchInfo", _batch(job, batch))


def request(call: Call) -> Response:
    """The upload as it came."""
    job, batch = _find_batch(call)
    return Response(batch.request, media_type="application/json" if job.content == "JSON" else "text/csv")


def result(call: Call) -> Response:
    """The outcome of each row in the order of the upload; of a query the ids of its results."""
    job, batch = _find_batch(call)
    if batch.state != "Completed":
        raise ApiError(400, "InvalidBatch", "Batch not completed" if batch.state == "Queued" else str(batch.message))
    if job.operation in QUERIES:
        found = [_result_id(batch)]
        return _told(call, job, "result-list", found if _speaks_json(call, job) else {"result": found})
    if job.content == "JSON":
        return answer([_row(outcome) for outcome in batch.result])
    rows = [[o.id or "", o.ok, o.ok and o.created, o.failures[0].in_csv() if o.failures else ""] for o in batch.result]
    return Response(lines([("Id", "Success", "Created", "Error"), *rows]).encode(), media_type="text/csv")


def page(call: Call) -> Response:
    """The rows of one result of a query."""
    job, batch = _find_batch(call)
    if job.operation not in QUERIES or not batch.result or _result_id(batch) != ids.normal(call.path["result"]):
        raise ApiError(404, "InvalidUrl", "There is no such result")
    (rows,) = batch.result
    return answer(rows) if job.content == "JSON" else Response(rows.encode(), media_type="text/csv")


def _result_id(batch: Batch) -> str:
    """The one result that the batch of a query has."""
    return ids.normal("752" + batch.id[3:15]) or ""


def _find(call: Call) -> AsyncJob:
    job = call.org.async_jobs.get(ids.normal(call.path["job"]) or "")
    if job is None:
        raise ApiError(400, "InvalidJob", f"Unable to find job: {call.path['job']}")
    batches.settle(call.org, job)
    return job


def _find_batch(call: Call) -> tuple[AsyncJob, Batch]:
    job = _find(call)
    batch = job.batches.get(ids.normal(call.path["batch"]) or "")
    if batch is None:
        raise ApiError(400, "InvalidBatch", f"Unable to find batch: {call.path['batch']}")
    return job, batch


def _given(call: Call) -> dict[str, Any]:
    """The description of a job, from JSON or from flat XML."""
    text = call.content().strip()
    if text.startswith(b"<"):
        return {name: unescape(value) for name, value in ELEMENT.findall(text.decode("utf-8", "replace"))}
    return call.json_object()


def _speaks_json(call: Call, job: AsyncJob) -> bool:
    return job.content == "JSON" or "json" in call.headers.get("content-type", "")


def _told(call: Call, job: AsyncJob, name: str, told: Any, status: int = 200) -> Response:
    if _speaks_json(call, job):
        return answer(told, status)
    return _xml(name, told, status)


def _xml(name: str, told: dict[str, Any], status: int) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{NAMESPACE}">{_elements(told)}</{name}>'
    return Response(text.encode(), status, media_type="application/xml")


def _elements(told: dict[str, Any]) -> str:
    return "".join(_element(name, value) for name, value in told.items() if value is not None)


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    inside = _elements(value) if isinstance(value, dict) else escape(str(value))
    return f"<{name}>{inside}</{name}>"


def _job(job: AsyncJob) -> dict[str, Any]:
    states = [batch.state for batch in job.batches.values()]
    return {
        "id": job.id,
        "operation": job.operation,
        "object": job.object,
        "createdById": job.user,
        "createdDate": job.created,
        "systemModstamp": job.created,
        "state": job.state,
        "externalIdFieldName": job.key,
        "concurrencyMode": "Parallel",
        "contentType": job.content,
        "numberBatchesQueued": states.count("Queued"),
        "numberBatchesInProgress": 0,
        "numberBatchesCompleted": states.count("Completed"),
        "numberBatchesFailed": states.count("Failed"),
        "numberBatchesTotal": len(states),
        "numberRecordsProcessed": sum(len(batch.result) for batch in job.batches.values()),
        "numberRetries": 0,
        "apiVersion": float(job.version),
        "numberRecordsFailed": sum(batch.failed for batch in job.batches.values()),
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
    }


def _batch(job: AsyncJob, batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "jobId": job.id,
        "state": batch.state,
        "stateMessage": batch.message,
        "createdDate": batch.created,
        "systemModstamp": batch.created,
        "numberRecordsProcessed": len(batch.result),
        "numberRecordsFailed": batch.failed,
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
    }


def _row(outcome: Outcome) -> dict[str, Any]:
    errors = [{**failure.in_row(), "extendedErrorDetails": None} for failure in outcome.failures]
    return {"success": outcome.ok, "created": outcome.ok and outcome.created, "id": outcome.id, "errors": errors}


def _refusing(handler: Handler) -> Handler:
    """The handler with refusals in the words of this API."""

    def act(call: Call) -> Response:
        try:
            return handler(call)
        except ApiError as refused:
            failure = refused.failures[0]
            told = {"exceptionCode": failure.code, "exceptionMessage": failure.message}
            given_xml = call.body.lstrip().startswith(b"<")
            return _xml("error", told, refused.status) if given_xml else answer(told, refused.status)

    return act


_JOB = "/services/async/{version}/job"
_BATCH = f"{_JOB}/{{job}}/batch"
_TABLE: Paths = {
    _JOB: {"POST": create},
    f"{_JOB}/{{job}}": {"GET": show, "POST": change},
    _BATCH: {"GET": list_batches, "POST": upload},
    f"{_BATCH}/{{batch}}": {"GET": show_batch},
    f"{_BATCH}/{{batch}}/request": {"GET": request},
    f"{_BATCH}/{{batch}}/result": {"GET": result},
    f"{_BATCH}/{{batch}}/result/{{result}}": {"GET": page},
}
PATHS: Paths = {path: {method: _refusing(act) for method, act in acts.items()} for path, acts in _TABLE.items()}
