"""Polls a bulk job until it ends: frequently at first, then at growing intervals.

A bulk query is never small, so the first look at it waits, too: each look is a call of the day's allowance.
"""

from typing import Any

from connectors.api.errors import Transient
from connectors.api.salesforce.client import SalesforceClient

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.3, 15.0, 1.5
QUERY_PAUSE = 1.0
LONGEST_JOB = 4 * 3600.0
ENDED = frozenset({"JobComplete", "Failed", "Aborted"})


def wait_for_query(client: SalesforceClient, path: str) -> dict[str, Any]:
    """The last state of a bulk query, one of ENDED. Raises Transient when it runs for hours."""
    client.session.pause(QUERY_PAUSE)
    return wait_for_job(client, path, pause=QUERY_PAUSE)


def wait_for_job(client: SalesforceClient, path: str, pause: float = FIRST_PAUSE) -> dict[str, Any]:
    """The job's last state, one of ENDED. ``pause`` is the first between two looks. Raises Transient when it runs for
    hours.
    """
    waited = 0.0
    while True:
        job: dict[str, Any] = client.get(path) or {}
        if job.get("state") in ENDED:
            return job
        if waited > LONGEST_JOB:
            raise Transient("A bulk job has been running in Salesforce for hours.", "See Setup > Bulk Data Load Jobs.")
        client.session.pause(pause)
        waited += pause
        pause = min(LONGEST_PAUSE, pause * GROWTH)
