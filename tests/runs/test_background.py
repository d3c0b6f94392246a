"""A page says that work goes on only while somebody works."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from rq.utils import utcformat

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.supervisor.worker import PromptWorker
from tests.runs.stored import stored_run

GOES_ON = "The run continues in the background"


@pytest.fixture
def page(as_vera: Client, quiet_sync: Sync):
    working = stored_run(quiet_sync, RunState.READING)

    def shown() -> str:
        caches["memo"].clear()
        return as_vera.get(working.get_absolute_url()).content.decode()

    return shown


def test_without_a_queue_the_page_of_a_run_says_so(page) -> None:
    assert "The job queue does not answer" in page()
    assert GOES_ON not in page()


@pytest.mark.redis
def test_without_a_worker_that_lives_the_page_of_a_run_says_so(page, valkey: redis.Redis) -> None:
    assert "No worker is running" in page()
    worker = PromptWorker(["default"], connection=valkey)
    worker.register_birth()
    assert GOES_ON in page()
    valkey.hset(worker.key, "last_heartbeat", utcformat(timezone.now() - timedelta(minutes=2)))
    assert "No worker is running" in page(), "a killed one stays listed for a while"
    worker.register_death()
    assert GOES_ON not in page()
