"""/api/v2/job_statuses"""

from __future__ import annotations

from connectors.sandbox.zendesk.answers import Answer, not_found
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.jobs import Job
from connectors.sandbox.zendesk.paging import offset_page

TOO_MANY = "Parameter  cannot specify more than 100 values"


def index(call: Call) -> Answer:
    """The newest first."""
    jobs = list(reversed(call.store.jobs.by_id.values()))
    return Answer(offset_page("job_statuses", jobs, lambda job: _wire(call, job), call.query, call.address))


def show(call: Call) -> Answer:
    job = call.store.jobs.by_id.get(call.params["id"])
    if job is None:
        raise not_found()
    return Answer({"job_status": _wire(call, job)})


def show_many(call: Call) -> Answer:
    """Unknown ids are left out."""
    found = (call.store.jobs.by_id.get(job) for job in call.listed("ids", TOO_MANY, 100))
    return Answer({"job_statuses": [_wire(call, job) for job in found if job is not None]})


def _wire(call: Call, job: Job) -> dict[str, object]:
    return job.wire(call.base, call.store.time())
