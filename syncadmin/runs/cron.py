"""Scheduled jobs, loaded by `manage.py rqcron syncadmin.runs.cron`. Each is enqueued, not run here."""

from django.core.management import call_command
from rq import cron

from syncadmin.inbox.services import empty_old_messages
from syncadmin.live.lag import forget_old
from syncadmin.live.webhooks import keep_all
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import automatic

# A run whose process died is taken over within this time and progress.ARRIVES_WITHIN: half a minute in all.
SWEEP_SECONDS = 10
# What a system has sent by itself waits no longer than this for a run.
PUSHED_SECONDS = 20
# A webhook that somebody needs is there after this time, and so is one that somebody has removed.
KEPT_SECONDS = 20


def clear_expired_sessions() -> None:
    """Side effect: sign-ins that ran out leave the database."""
    call_command("clearsessions")


# With every worker busy for hours, what nobody took would pile up; a job that waited for long is not needed.
cron.register(jobs.sweep, "default", interval=SWEEP_SECONDS, ttl=4 * SWEEP_SECONDS, result_ttl=SWEEP_SECONDS)
cron.register(automatic.start_by_clock, "default", cron="* * * * *", ttl=60, result_ttl=60)
cron.register(automatic.start_pushed, "default", interval=PUSHED_SECONDS, ttl=2 * PUSHED_SECONDS, result_ttl=0)
cron.register(keep_all, "default", interval=KEPT_SECONDS, ttl=2 * KEPT_SECONDS, result_ttl=0)
cron.register(empty_old_messages, "default", cron="27 3 * * *", ttl=3_600)
cron.register(forget_old, "default", cron="7 4 * * *", ttl=3_600)
cron.register(clear_expired_sessions, "default", cron="17 3 * * *", ttl=3_600)
