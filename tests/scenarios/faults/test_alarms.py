"""A worker whose time is up is interrupted wherever it is, in the middle of a database statement too."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from rq.timeouts import JobTimeoutException

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.faults import assert_all_there_once, make
from tests.worlds.interruptions import at_statement
from tests.worlds.runs import advance

# pytest-timeout rings by the same alarm
pytestmark = [pytest.mark.chaos, pytest.mark.postgres, pytest.mark.timeout(0)]


@contextmanager
def alarm_after(seconds: float) -> Iterator[None]:
    """RQ's own way to end a job, after a part of a second."""

    def ring(*_: object) -> None:
        raise JobTimeoutException("the time is up")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def long_statement() -> None:
    """One that is still at work when the alarm rings."""
    with alarm_after(0.05), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_sleep(0.5)")
        else:
            signal.pause()


@pytest.mark.parametrize("number", [5, 25, 45])
def test_a_run_whose_time_is_up_says_so_and_can_be_resumed(company: Company, number: int) -> None:
    make(company, 3)
    waiting = services.start(company.configure(), write=True, enqueue=False)
    with at_statement(number, long_statement, again=False):
        ended = advance(waiting)
    assert ended.status is RunState.FAILED
    assert ended.message.startswith("Unexpected error")
    assert advance(services.resume(ended, enqueue=False)).status is RunState.COMPLETED
    assert_all_there_once(company, 3)
