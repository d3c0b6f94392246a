"""What a vendor tells us to wait is waited: short waits within the call, long ones as a pause of the run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from redis import Redis

from connectors.sandbox.server import Endpoint
from syncadmin.engine.lifecycle import RunState
from tests.worlds.company import Company
from tests.worlds.faults import CREATE, INSERT, LIST, POLL, QUERY, answer, assert_all_there_once, moments_of_calls
from tests.worlds.runs import run, wake

pytestmark = pytest.mark.chaos

ZENDESK = [("zendesk", call, status) for call in (LIST, CREATE, POLL) for status in (429, 503)]
SALESFORCE = [("salesforce", call, 503) for call in (QUERY, INSERT)]
LONG = 600


@pytest.fixture(autouse=True)
def _own_waits(valkey: Redis) -> Iterator[None]:
    """What one test was told to wait is none of the next one's business."""
    yield
    valkey.flushall()


def told(company: Company, vendor: str, call: dict[str, str], status: int, seconds: int) -> Endpoint:
    endpoint = getattr(company, vendor)
    company.fault(endpoint, {**call, "times": 1, **answer(status, Retry_After=str(seconds))})
    return endpoint


def two_of_each(company: Company, more: str = "") -> dict[str, Any]:
    for name in ("One", "Two"):
        company.account(f"{name}{more}")
    for name in ("Three", "Four"):
        company.organization(f"{name}{more}")
    return {"create_left": "accounts"}


def test_a_short_wait_is_waited_and_the_call_repeated(company: Company) -> None:
    for number, (vendor, call, status) in enumerate([*ZENDESK, *SALESFORCE], 1):
        sync = company.configure(**two_of_each(company, f" {number}"))
        endpoint = told(company, vendor, call, status, 1)
        with moments_of_calls() as sent:
            ended = run(sync, full=True)
        assert (ended.status, ended.pauses) == (RunState.COMPLETED, 0), (call, status, ended.message)
        assert company.fired(endpoint) == 1
        calls = [(moment, path) for moment, path in sent if path.startswith(endpoint.base_url)]
        called = call["path"].strip("*")
        first = next(place for place, (_, path) in enumerate(calls) if path.rstrip("/").endswith(called))
        (then, path), (later, repeated) = calls[first : first + 2]
        assert repeated == path
        assert later - then >= 1
        assert_all_there_once(company, 4 * number)
        assert len(company.accounts()) == len(company.salesforce.store.rows("Account")) == 4 * number


@pytest.mark.parametrize(
    ("vendor", "call", "status"), [("zendesk", CREATE, 429), ("zendesk", LIST, 503), ("salesforce", QUERY, 503)]
)
def test_a_long_wait_pauses_the_run_for_as_long(
    company: Company, valkey: Redis, vendor: str, call: dict[str, str], status: int
) -> None:
    sync = company.configure(**two_of_each(company))
    endpoint = told(company, vendor, call, status, LONG)
    before = timezone.now()
    waiting = run(sync)
    assert waiting.status is RunState.PAUSED, waiting.message
    assert waiting.paused_until is not None
    told_until = before + timedelta(seconds=LONG)
    assert told_until <= waiting.paused_until <= timezone.now() + timedelta(seconds=LONG)
    assert waiting.hint

    calls = company.calls(endpoint)
    again = wake(waiting)
    assert again.status is RunState.PAUSED, "whoever presses Resume too early waits for the rest of the time"
    assert again.paused_until is not None
    assert told_until - timedelta(seconds=30) <= again.paused_until <= told_until + timedelta(seconds=30)
    assert company.calls(endpoint) == calls, "and calls nobody"

    valkey.flushall()  # the time is over: a key of Redis with its lifetime
    assert wake(again).status is RunState.COMPLETED
    assert_all_there_once(company, 4)
