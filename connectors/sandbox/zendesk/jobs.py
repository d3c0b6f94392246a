"""Background jobs: queued, working, completed. Their effects happen when they end, not when submitted.

Nothing runs by itself: whatever looks at the data first calls `settle`, which runs every job whose time
has come, in the order of their ends and at that moment of the clock.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import md5
from typing import TYPE_CHECKING, Any

from connectors.sandbox.zendesk.answers import Invalid, Refusal
from connectors.sandbox.zendesk.times import in_job_message

if TYPE_CHECKING:
    from connectors.sandbox.zendesk.store import Store

IN_FLIGHT = 30
KEPT_SECONDS = 86_400
QUEUED_SHARE = 0.2  # of a job's duration it waits, the rest it works

# kind -> what one row does; returns the result row, raises Refusal when the row fails
Runner = Callable[["Store", Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class JobKind:
    """name: what the vendor calls it. verb: of the progress message. failure: the `error` of failed rows.

    job_class: what too many of them are called. run: what one row does.
    """

    name: str
    job_class: str
    verb: str
    failure: str
    action: str
    run: Runner


KINDS: dict[str, JobKind] = {}


@dataclass(slots=True)
class Job:
    """status: empty until it has ended. fault: see `_run`."""

    id: str
    kind: str
    rows: list[Any]
    submitted: float
    ends: float
    fault: dict[str, Any] | None = None
    status: str = ""
    message: str | None = None
    progress: int | None = None
    results: list[dict[str, Any]] | None = None
    total: int = 0

    def wire(self, base: str, now: float) -> dict[str, Any]:
        status, progress, message = self.status, self.progress, self.message
        if not status:
            share = (now - self.submitted) / max(self.ends - self.submitted, 1e-9)
            status = "queued" if share < QUEUED_SHARE else "working"
            if status == "working":
                progress = int(self.total * (share - QUEUED_SHARE) / (1 - QUEUED_SHARE))
                message = f"{KINDS[self.kind].verb} #{progress}"
        return {
            "id": self.id,
            "job_type": KINDS[self.kind].name,
            "url": f"{base}/api/v2/job_statuses/{self.id}.json",
            "total": self.total,
            "progress": progress,
            "status": status,
            "message": message,
            "results": self.results,
        }


class Jobs:
    """Jobs by id, and those still in flight by their end."""

    def __init__(self) -> None:
        self.by_id: dict[str, Job] = {}
        self._due: list[tuple[float, int, str]] = []
        self._count = 0

    @property
    def in_flight(self) -> int:
        return len(self._due)

    def submit(self, store: Store, kind: str, rows: list[Any], fault: Mapping[str, Any] | None = None) -> Job:
        """Queue a job. Raises Refusal 429 TooManyJobs when 30 are in flight."""
        if len(self._due) >= IN_FLIGHT:
            raise self._too_many(KINDS[kind].job_class)
        now, options = store.time(), store.options
        self._forget_old(now)
        self._count += 1
        identity = "V3-" + md5(f"{options.random_seed}:{self._count}:{now}".encode()).hexdigest()  # noqa: S324 - a name, no secret
        milliseconds = options.job_ms + options.job_row_ms * len(rows)
        job = Job(identity, kind, rows, now, now + milliseconds / 1000, dict(fault) if fault else None)
        job.total = len(rows)
        self.by_id[job.id] = job
        heapq.heappush(self._due, (job.ends, self._count, job.id))
        return job

    def settle(self, store: Store) -> None:
        """Run what is due."""
        now = store.options.clock.now()
        while self._due and self._due[0][0] <= now:
            ends, _, job = heapq.heappop(self._due)
            store.moment = ends
            _run(store, self.by_id[job])
            store.moment = None
            store.revision += 1

    def headers(self) -> dict[str, str]:
        left = IN_FLIGHT - len(self._due)
        return {"zendesk-ratelimit-inflight-jobs": f"total={IN_FLIGHT}; remaining={left}; resets=60"}

    def dump(self) -> list[dict[str, Any]]:
        return [asdict(job) for job in self.by_id.values()]

    def load(self, rows: list[dict[str, Any]]) -> None:
        self.by_id = {row["id"]: Job(**row) for row in rows}
        self._count = len(rows)
        pending = [job for job in self.by_id.values() if not job.status]
        self._due = [(job.ends, number, job.id) for number, job in enumerate(pending)]
        heapq.heapify(self._due)

    def _forget_old(self, now: float) -> None:
        for job in list(self.by_id.values()):
            if not job.status or job.ends > now - KEPT_SECONDS:
                return
            del self.by_id[job.id]

    def _too_many(self, name: str) -> Refusal:
        body = {
            "error": "TooManyJobs",
            "description": f"Too many {name} jobs are currently queued or running. Try again later.",
            "current_job_ids": [job for _, _, job in self._due],
        }
        return Refusal(429, body, self.headers())


def _run(store: Store, job: Job) -> None:
    """Do the rows. A fault {status: failed|killed, after_rows, message} stops it; {fail_rows, error,
    details} refuses the rows of these numbers."""
    fault = job.fault or {}
    kind = KINDS[job.kind]
    stopped = fault.get("status") in ("failed", "killed")
    rows = job.rows[: fault.get("after_rows", 0)] if stopped else job.rows
    refused = set(fault.get("fail_rows", ()))
    results = []
    for index, row in enumerate(rows):
        if index in refused:
            error, details = fault.get("error", kind.failure), fault.get("details", "Refused by a fault rule")
            results.append(_failed(kind, row, index, details, error))
        else:
            results.append(_result(store, kind, row, index))
    job.rows = []
    job.progress = len(results)
    if stopped:
        job.status, job.message = fault["status"], fault.get("message", f"The job was {fault['status']}")
        job.results = results or None
    else:
        job.status, job.results = "completed", results
        job.message = f"Completed at {in_job_message(job.ends)}"


def _result(store: Store, kind: JobKind, row: Any, index: int) -> dict[str, Any]:
    try:
        with store.bugs.ending(f"a row of {kind.name}", Refusal):
            return kind.run(store, row)
    except Invalid as refusal:
        return _failed(kind, row, index, refusal.sentence())
    except Refusal as refusal:
        body = refusal.body if isinstance(refusal.body, dict) else {}
        return _failed(kind, row, index, str(body.get("description", "")), str(body.get("error", "")))
    return _failed(kind, row, index, "The row cannot be processed")


def _failed(kind: JobKind, row: Any, index: int, details: str, error: str | None = None) -> dict[str, Any]:
    result: dict[str, Any] = {"index": index}
    if isinstance(row, dict) and "id" in row:
        result["id"] = row["id"]
    return {
        **result,
        "action": kind.action,
        "success": False,
        "error": error or kind.failure,
        "details": details,
        "status": "Failed",
    }
