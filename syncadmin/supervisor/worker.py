"""An RQ worker that runs only our jobs, notices dead workers within a minute and stops when told to."""

from __future__ import annotations

from threading import Timer
from typing import Any

from rq import Queue, Worker
from rq.job import Job
from rq.worker import WorkerStatus

from syncadmin.environment import env_int
from syncadmin.runs.pipeline.jobs import process_died
from syncadmin.supervisor import job_rules

MAINTENANCE_SECONDS = 30
MONITORING_SECONDS = 5


class PromptWorker(Worker):
    """RQ's defaults look after abandoned jobs every 10 minutes and after a running one every 30 seconds.

    WORKER_STOP_SECONDS (default 20): how long a stopping worker lets its job go on. A run that is cut off, here or
    because its process was killed, continues from its last stored step within half a minute.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("maintenance_interval", MAINTENANCE_SECONDS)
        options.setdefault("job_monitoring_interval", MONITORING_SECONDS)
        super().__init__(*args, **options)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """A job that is not ours fails here, before anything of it is imported or called."""
        try:
            job_rules.check(job)
        except job_rules.RefusedJob as refused:
            self.log.error("Job %s was refused: %s", job.id, refused)
            execution = self.prepare_execution(job)
            self.handle_job_failure(job, queue, exc_string=str(refused), execution=execution)
            self.set_state(WorkerStatus.IDLE)
        else:
            super().execute_job(job, queue)

    def handle_work_horse_killed(self, job: Job, *_: Any) -> None:
        process_died(job.id)

    def handle_warm_shutdown_request(self) -> None:
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        if self.horse_pid:
            deadline = Timer(env_int("WORKER_STOP_SECONDS", 20), self.kill_horse)
            deadline.daemon = True
            deadline.start()
