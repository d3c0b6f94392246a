"""The circuit breaker of each sync, kept in a row, and the two mails that belong to it (S3.C1)."""

from __future__ import annotations

from dataclasses import asdict

from django.urls import reverse
from django.utils import timezone

from mappings.models import Sync
from syncadmin.engine.breaker import Breaker, Notice, after_failure, after_success
from syncadmin.engine.kinds import kind_of
from syncadmin.logs import notifications
from syncadmin.runs.models import Health, Run


def breaker_of(sync: Sync) -> Breaker:
    """The breaker as it stands."""
    row = Health.objects.filter(sync=sync).values("failures", "open_since", "last_failure").first()
    return Breaker(**row) if row else Breaker()


def note_failure(run: Run) -> None:
    """A run ended because a system could not be talked to. Side effect: one alert when the breaker opens."""
    state, notice = after_failure(breaker_of(run.sync), timezone.now())
    _keep(run.sync, state)
    if notice is Notice.ALERT:
        title = f"Error syncing {kind_of(run.sync.kind).title}"
        text = f"{run.message} {run.hint}\n\nIt failed {state.failures} times in a row; automatic updates wait."
        notifications.notify_administrators(title=title, text=text, path=run.get_absolute_url())


def note_success(run: Run) -> None:
    """A run could talk to both systems. Side effect: one notice when that ends an alert."""
    before = breaker_of(run.sync)
    if before.failures == 0:
        return
    state, notice = after_success(before)
    _keep(run.sync, state)
    if notice is Notice.RECOVERY:
        title = f"Syncing {kind_of(run.sync.kind).title} works again"
        text = "Both systems answer again, and automatic updates go on."
        notifications.notify_administrators(title=title, text=text, path=reverse("runs:list"))


def _keep(sync: Sync, state: Breaker) -> None:
    Health.objects.update_or_create(sync=sync, defaults=asdict(state))
