"""Merging two organizations: users, tickets and domain names go to the winner, the loser is deleted."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Answer, invalid, not_found
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.jobs import Job, JobKind
from connectors.sandbox.zendesk.schema import memberships, organizations
from connectors.sandbox.zendesk.store import Store

KIND = "organizations.merge"
STATUSES = {"queued": "new", "working": "in_progress", "completed": "complete"}


def create(call: Call) -> Answer:
    """POST organizations/{loser}/merge with a winner_id. The work is done later."""
    loser = organizations.find(call.store, call.params["id"])
    winner = whole(call.part("organization_merge").get("winner_id"))
    if winner is None or winner == loser.id:
        raise invalid("winner_id", "Winner: is invalid")
    organizations.find(call.store, winner)
    row = {"id": loser.id, "winner_id": winner}
    return _answer(call, call.store.jobs.submit(call.store, KIND, [row], call.job_fault))


def show(call: Call) -> Answer:
    """GET organization_merges/{id}"""
    job = call.store.jobs.by_id.get(call.params["id"])
    if job is None or job.kind != KIND:
        raise not_found()
    return _answer(call, job)


def of_organization(call: Call) -> Answer:
    """GET organizations/{id}/merges: those that it has won and the one that it has lost; it may be deleted by then."""
    id, jobs = call.params["id"], call.store.jobs.by_id.values()
    found = [job for job in jobs if job.kind == KIND and id in _parties(job)]
    if not found:
        organizations.find(call.store, id)
    return call.page("organization_merges", range(len(found)), lambda position: _wire(call, found[position]))


def _parties(job: Job) -> tuple[Any, Any]:
    row = job.rows[0] if job.rows else (job.results or [{}])[0]
    return row.get("id"), row.get("winner_id")


def _merge(store: Store, given: Any) -> dict[str, Any]:
    loser, winner = (organizations.find(store, given[name]) for name in ("id", "winner_id"))
    held = [store.memberships.rows[row] for row in store.memberships_of_organization.get(loser.id, ())]
    tickets = [ticket for ticket in store.tickets if ticket.organization_id == loser.id]
    moving = [(row.user_id, row.default) for row in held]
    domains = [*winner.domain_names, *loser.domain_names]
    organizations.delete(store, loser)
    for user, default in moving:
        kept = memberships.pair(store, user, winner.id)
        if kept is None:
            memberships.create(store, user, winner.id, default)
        elif default:
            memberships.make_default(store, kept)
    for ticket in tickets:
        ticket.organization_id = winner.id
        store.touch_ticket(ticket)
    organizations.update(store, winner, {"domain_names": domains})
    return given | {"status": "Merged"}


JOB_KINDS = {
    KIND: JobKind(
        "Organization Merge", "OrganizationMergeJob", "Merging Organization", "OrganizationMergeError", "merge", _merge
    )
}


def _answer(call: Call, job: Job) -> Answer:
    return Answer({"organization_merge": _wire(call, job)})


def _wire(call: Call, job: Job) -> dict[str, Any]:
    state = job.wire(call.base, call.store.time())
    rows = job.results or job.rows
    failed = state["status"] in ("failed", "killed") or any(row.get("status") == "Failed" for row in rows)
    loser, winner = _parties(job)
    return {
        "id": job.id,
        "url": f"{call.base}/api/v2/organization_merges/{job.id}.json",
        "loser_id": loser,
        "winner_id": winner,
        "status": "error" if failed else STATUSES[state["status"]],
    }
