"""Bulk API 2.0 jobs: their state follows the clock, their effect comes when the work is due."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.store import BY_HAND


class State(StrEnum):
    OPEN = "Open"
    UPLOAD_COMPLETE = "UploadComplete"
    IN_PROGRESS = "InProgress"
    COMPLETE = "JobComplete"
    FAILED = "Failed"
    ABORTED = "Aborted"


ACTIVE = (State.UPLOAD_COMPLETE, State.IN_PROGRESS)
DELIMITERS = {"COMMA": ",", "TAB": "\t", "PIPE": "|", "SEMICOLON": ";", "CARET": "^", "BACKQUOTE": "`"}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


@dataclass(slots=True)
class Job:
    """One job. `work` begins at `due` (seconds since 1970); each step of it does one internal batch."""

    id: str
    kind: str
    operation: str
    object: str
    version: str
    created: str
    user: str
    delimiter: str = "COMMA"
    line_ending: str = "LF"
    key: str | None = None
    query: str | None = None
    state: State = State.OPEN
    modified: str = ""
    started: float = 0.0
    due: float = 0.0
    processed: int = 0
    failed: int = 0
    error: str | None = None
    work: Iterator[None] | None = None
    upload: bytes | None = None
    origin: str = BY_HAND
    # the answer of a query; the successful, failed and unprocessed rows of an ingest
    results: dict[str, Any] = field(default_factory=dict)


def new_job(org: Org, kind: str, operation: str, object: str, version: str, user: str) -> Job:
    now = org.now()
    job = Job(org.new_job_id(), kind, operation, object, version, now, user, modified=now)
    org.jobs[job.id] = job
    org.journal.revision += 1
    return job


def find(org: Org, id: str, kind: str) -> Job:
    """The job with its state brought up to the clock. Raises ApiError 404."""
    job = org.jobs.get(id) or next((j for j in org.jobs.values() if j.id[:15] == id), None)
    if job is None or job.kind != kind:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    settle(org, job)
    return job


def start(org: Org, job: Job, milliseconds: int, work: Iterator[None]) -> None:
    """The upload is complete: begin `work` once `milliseconds` have passed."""
    job.state, job.work = State.UPLOAD_COMPLETE, work
    job.started = org.clock.now()
    job.due = job.started + milliseconds / 1000
    job.modified = org.now()


def settle(org: Org, job: Job) -> None:
    """Move a waiting job one step, as far as the clock allows. After a third of its time it shows as working."""
    if job.state not in ACTIVE:
        return
    now = org.clock.now()
    if now >= job.started + (job.due - job.started) / 3:
        job.state = State.IN_PROGRESS
    if now < job.due or job.work is None:
        return
    try:
        with org.bugs.ending(f"{job.kind} job {job.id}", ApiError) as ending, org.journal.committed(job.origin):
            for _ in job.work:
                return  # one batch is done and others wait
    except ApiError as refused:
        job.state, job.error = State.FAILED, str(refused)
    else:
        if ending.bug is not None:
            job.state, job.error = State.FAILED, "InternalServerError : the job cannot be processed"
    job.work, job.modified = None, org.now()
    org.journal.revision += 1
    if job.state is State.IN_PROGRESS:
        job.state = State.COMPLETE


async def drive(org: Org, job: Job) -> None:
    """Work through a job batch by batch without waiting to be asked for its state."""
    while job.state in ACTIVE:
        await asyncio.sleep(max(0.0, job.due - org.clock.now()))
        settle(org, job)


def drive_in_background(org: Org, job: Job) -> None:
    """Let the running event loop, if there is one, drive the job."""
    try:
        task = asyncio.get_running_loop().create_task(drive(org, job))
    except RuntimeError:
        return  # no loop: the job moves when it is looked at
    org.tasks.add(task)
    task.add_done_callback(org.tasks.discard)


def abort(org: Org, job: Job) -> None:
    """Raises ApiError 400 for a job that is over."""
    if job.state in (State.COMPLETE, State.FAILED, State.ABORTED):
        raise ApiError(400, "INVALIDJOBSTATE", f"Invalid job state: {job.state}")
    job.state, job.work, job.modified = State.ABORTED, None, org.now()


def info(job: Job) -> dict[str, Any]:
    """The job as the API tells it."""
    told: dict[str, Any] = {
        "id": job.id,
        "operation": job.operation,
        "object": job.object,
        "createdById": job.user,
        "createdDate": job.created,
        "systemModstamp": job.modified,
        "state": job.state.value,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.version),
        "lineEnding": job.line_ending,
        "columnDelimiter": job.delimiter,
    }
    if job.key:
        told["externalIdFieldName"] = job.key
    if job.kind == "ingest" and job.state is State.OPEN:
        told["contentUrl"] = f"services/data/v{job.version}/jobs/ingest/{job.id}/batches"
    return told


def progress(job: Job) -> dict[str, Any]:
    """`info` with the counters a running or finished job has."""
    took = max(1, int((job.due - job.started) * 1000)) if job.started else 0
    told = info(job) | {
        "jobType": "V2Ingest" if job.kind == "ingest" else "V2Query",
        "retries": 0,
        "totalProcessingTime": took,
        "numberRecordsProcessed": job.processed,
    }
    if job.kind == "ingest":
        told |= {
            "numberRecordsFailed": job.failed,
            "apiActiveProcessingTime": took,
            "apexProcessingTime": 0,
        }
    else:
        told["isPkChunkingSupported"] = True
    if job.error:
        told["errorMessage"] = job.error
    return told
