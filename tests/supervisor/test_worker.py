"""What a worker does when colleagues die or when it is told to stop (RQ 3.0)."""

import os
import signal
import subprocess
import sys

import django_rq
import pytest
from rq.job import JobStatus

from syncadmin.supervisor.readiness import wait_for, workers_registered
from syncadmin.supervisor.worker import MAINTENANCE_SECONDS, MONITORING_SECONDS, PromptWorker
from tests.architecture.tree import ROOT
from tests.patience import HANG_SECONDS

pytestmark = pytest.mark.redis


def test_a_worker_looks_after_dead_colleagues_twice_a_minute(valkey):
    worker = PromptWorker(["default"], connection=valkey)
    assert worker.maintenance_interval == MAINTENANCE_SECONDS
    assert worker.job_monitoring_interval == MONITORING_SECONDS


def test_a_stopping_worker_does_not_wait_for_a_long_job(valkey, valkey_url, tmp_path, never):
    """The run continues from its stored steps elsewhere, so a stop need not wait a day for it."""
    environment = {
        **os.environ,
        "REDIS_URL": valkey_url,
        "SYNCADMIN_VAR": str(tmp_path),
        "WORKER_STOP_SECONDS": "0",
        "DJANGO_SETTINGS_MODULE": "syncadmin.settings",
    }
    options = ("--worker-class", "syncadmin.supervisor.worker.PromptWorker", "--verbosity", "0")
    command = [sys.executable, str(ROOT / "manage.py"), "rqworker", "default", *options]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as worker:
        wait_for("the worker", lambda: workers_registered(valkey_url, 1), never)
        job = django_rq.get_queue("default").enqueue("time.sleep", 60)
        wait_for("the job", lambda: job.get_status(refresh=True) is JobStatus.STARTED, never)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=HANG_SECONDS) == 0
    assert job.get_status(refresh=True) is JobStatus.FAILED
