"""What the vendors' documented limits allow at best. Nothing can be cheaper, whatever it is written in.

Zendesk: 100 rows a writing call and job, 30 jobs in flight, one call looks at all jobs of a wave. Salesforce: 2,000
rows a page, each page needs the one before it; a bulk query reads any number in three calls. The two sides may be read
at the same time. Signing in and describing fields are left out: a program may know both. A user is created with its
first organization; each further one is a row of its own, once the user is there.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.profiles import Profile

ROWS_A_PAGE = 2_000
BULK_CALLS = 3
ROWS_A_JOB = 100
ROWS_A_COLLECTION = 200
JOBS_IN_FLIGHT = 30
TICKETS_AN_EXPORT, EXPORTS_A_MINUTE = 1_000, 10
CASES_A_CALL = 200


@dataclass(frozen=True, slots=True)
class Floor:
    """Calls to both systems together, and seconds of waiting for them. No seconds where nothing takes time."""

    calls: int
    seconds: float | None


def floor(profile: Profile, *, read: int, written: int, followers: int = 0) -> Floor:
    """The floor of a run that has to read ``read`` records and write ``written``, organizations or users.

    ``followers`` are memberships of new users, written after these: they need the ids that the users are given. One
    call asks Zendesk what is there or what changed; at best it has nothing to tell.
    """
    pages = max(1, _ceil(read, ROWS_A_PAGE))
    jobs = _ceil(written, ROWS_A_JOB) + _ceil(followers, ROWS_A_JOB)
    waves = max(_ceil(jobs, JOBS_IN_FLIGHT), bool(written) + bool(followers))
    calls = min(pages, BULK_CALLS) + 1 + jobs + waves
    if not profile.waits:
        return Floor(calls, None)
    by_pages = pages * profile.salesforce_latency
    by_bulk = BULK_CALLS * profile.salesforce_latency + profile.bulk_query
    reading = max(min(by_pages, by_bulk), profile.zendesk_latency)
    if not jobs:
        return Floor(calls, reading)
    running = (waves - 1) * _job(profile, written) + _job(profile, followers or written)
    return Floor(calls, reading + max(_throttled(profile, 1 + jobs + waves), running) + 2 * profile.zendesk_latency)


def floor_of_tickets(profile: Profile, *, read: int, written: int) -> Floor:
    """The floor of a run that has to read ``read`` tickets and write ``written`` cases.

    Zendesk exports 1,000 tickets a call, ten calls a minute; Salesforce is asked once what is there, and takes 200
    cases a call, as many at once as one likes.
    """
    exports = max(1, _ceil(read, TICKETS_AN_EXPORT))
    calls = exports + 1 + _ceil(written, CASES_A_CALL)
    if not profile.waits:
        return Floor(calls, None)
    reading = max(
        exports * profile.zendesk_latency + 60.0 * ((exports - 1) // EXPORTS_A_MINUTE), profile.salesforce_latency
    )
    return Floor(calls, reading + (profile.salesforce_latency if written else 0.0))


def within_one_system(profile: Profile, *, lefts: int, rights: int, written: int) -> Floor:
    """The floor of a run over two objects of one Salesforce org: both are read, changes go in collections."""
    reads = [max(1, _ceil(rows, ROWS_A_PAGE)) for rows in (lefts, rights)]
    writes = _ceil(written, ROWS_A_COLLECTION)
    calls = sum(min(pages, BULK_CALLS) for pages in reads) + writes
    if not profile.waits:
        return Floor(calls, None)
    by_bulk = BULK_CALLS * profile.salesforce_latency + profile.bulk_query
    reading = max(min(pages * profile.salesforce_latency, by_bulk) for pages in reads)
    return Floor(calls, reading + bool(writes) * profile.salesforce_latency)


def _job(profile: Profile, rows: int) -> float:
    """How long a job with as many of these rows as it takes lasts. Those that run beside it are done by then."""
    return profile.job + profile.job_row * min(rows, ROWS_A_JOB)


def _throttled(profile: Profile, calls: int) -> float:
    """How long calls to Zendesk wait for the plan's minute; the first minute's are there at once."""
    return 60 * (calls - profile.per_minute) / profile.per_minute if profile.per_minute else 0.0


def _ceil(count: int, size: int) -> int:
    return -(-count // size)
