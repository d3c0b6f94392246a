"""What a worker does when colleagues die or when it is told to stop (RQ 3.0)."""

import pytest

from syncadmin.supervisor.worker import MAINTENANCE_SECONDS, MONITORING_SECONDS, PromptWorker

pytestmark = pytest.mark.redis


def test_a_worker_looks_after_dead_colleagues_twice_a_minute(valkey):
    worker = PromptWorker(["default"], connection=valkey)
    assert worker.maintenance_interval == MAINTENANCE_SECONDS
    assert worker.job_monitoring_interval == MONITORING_SECONDS
