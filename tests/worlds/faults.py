"""Bad weather and what has to be true after it: which calls go wrong, and how a run gets through."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import requests

from connectors.api.http import VendorSession
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from tests.worlds.company import Company
from tests.worlds.runs import wake

# Zendesk.
CREATE = {"method": "POST", "path": "/api/v2/organizations/create_many"}
UPDATE = {"method": "PUT", "path": "/api/v2/organizations/update_many"}
POLL = {"method": "GET", "path": "/api/v2/job_statuses/show_many"}
LIST = {"method": "GET", "path": "/api/v2/organizations"}
# Salesforce.
QUERY = {"method": "GET", "path": "*/query*"}
INSERT = {"method": "POST", "path": "*composite/sobjects"}
CHANGE = {"method": "PATCH", "path": "*composite/sobjects"}


def answer(status: int, body: Any = None, **headers: str) -> dict[str, Any]:
    """What a fault rule answers instead of the vendor."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"answer": {"status": status, "headers": named, "body": {} if body is None else body}}


def settled(run_: Run) -> Run:
    """Wake a paused run until it ends; a pause is how the product waits for better weather."""
    for _ in range(5):
        if run_.status is not RunState.PAUSED:
            return run_
        run_ = wake(run_)
    return run_


def make(company: Company, count: int, *, after: int = 0) -> None:
    """So many accounts, numbered on from those that are there."""
    for number in range(after, after + count):
        company.account(f"Company {number:04d}")


def assert_all_there_once(company: Company, count: int) -> None:
    found = company.organizations()
    assert len(found) == count
    ids = [row["external_id"] for row in found.values()]
    assert len(set(ids)) == count


@contextmanager
def moments_of_calls() -> Iterator[list[tuple[float, str]]]:
    """When each call went out, and its path, in order."""
    sent: list[tuple[float, str]] = []
    send = VendorSession.send

    def noting(session: VendorSession, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response = send(session, request, **options)
        sent.append((time.monotonic(), (request.url or "").partition("?")[0]))
        return response

    with patch.object(VendorSession, "send", noting):
        yield sent
