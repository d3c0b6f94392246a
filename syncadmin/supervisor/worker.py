"""An RQ worker that notices dead colleagues within a minute and stops when it is told to."""

from __future__ import annotations

from threading import Timer
from typing import Any

from rq import Worker

from syncadmin.environment import env_int

MAINTENANCE_SECONDS = 30
MONITORING_SECONDS = 5


class PromptWorker(Worker):
    """RQ's defaults look after abandoned jobs every 10 minutes and after a running one every 30 seconds.

    WORKER_STOP_SECONDS (default 20): how long a stopping worker lets its job go on. A run that is cut off here
    continues from its last stored step when the sweeper finds it.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("maintenance_interval", MAINTENANCE_SECONDS)
        options.setdefault("job_monitoring_interval", MONITORING_SECONDS)
        super().__init__(*args, **options)

    def handle_warm_shutdown_request(self) -> None:
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        if self.horse_pid:
            deadline = Timer(env_int("WORKER_STOP_SECONDS", 20), self.kill_horse)
            deadline.daemon = True
            deadline.start()
