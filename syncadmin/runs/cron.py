"""What happens by the clock. Loaded by `manage.py rqcron syncadmin.runs.cron`; each job is enqueued, not run here."""

from django.core.management import call_command
from rq import cron

from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import automatic

# A run whose process died is taken over within this time and progress.ARRIVES_WITHIN: half a minute in all.
SWEEP_SECONDS = 10


def clear_expired_sessions() -> None:
    """Side effect: sign-ins that ran out leave the database."""
    call_command("clearsessions")


# With every worker busy for hours, what nobody took would pile up; a job that waited for long is not needed.
cron.register(jobs.sweep, "default", interval=SWEEP_SECONDS, ttl=4 * SWEEP_SECONDS, result_ttl=SWEEP_SECONDS)
cron.register(automatic.start_by_clock, "default", cron="*/5 * * * *", ttl=300)
cron.register(clear_expired_sessions, "default", cron="17 3 * * *", ttl=3_600)
