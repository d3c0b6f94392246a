"""The pages that a million rows stand behind: each list with and without filters, and one of each thing in it."""

from __future__ import annotations

from urllib.parse import quote

from django.urls import reverse

from mappings.models import Sync
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import Run, Step

ROWS_A_PAGE = 50


def pages(accounts: Sync, run: Run, contacts: Sync) -> dict[str, str]:
    """Addresses by what a person would call the page."""
    step, entry = Step.objects.latest("pk"), LogEntry.objects.latest("pk")
    logs, records, detail = reverse("logs:list"), reverse("records:list"), run.get_absolute_url()
    groups, sync, text = reverse("groups:list", args=[contacts.slug]), accounts.slug, quote(step.label)
    late = max(1, LogEntry.objects.count() // ROWS_A_PAGE * 4 // 5)
    return {
        "Overview": reverse("overview"),
        "People": reverse("synced_people"),
        "Runs": reverse("runs:list"),
        "Run": detail,
        "Run, what needs a person": f"{detail}?tile=rejected",
        "Run, one group of changes": f"{detail}?shape=update_right:name",
        "Run, rows found by text": f"{detail}?q={text}",
        "Step": reverse("runs:step", args=[run.pk, step.pk]),
        "Logs": logs,
        "Logs, errors": f"{logs}?level=error",
        "Logs, one run": f"{logs}?run={run.pk}",
        "Logs, one record": f"{logs}?record={entry.left_id}",
        "Logs, found by text": f"{logs}?text={text}",
        "Logs, since a moment": f"{logs}?since={entry.at:%Y-%m-%dT%H:%M}",
        "Logs, a late page": f"{logs}?page={late}",
        "Story of a log entry": reverse("logs:story", args=[entry.pk]),
        "Records that need a person": f"{records}?sync={sync}",
        "Records, rejected": f"{records}?sync={sync}&standing=rejected",
        "Records, in sync": f"{records}?sync={sync}&standing=in_sync",
        "Records, found by name": f"{records}?sync={sync}&q={text}",
        "Record": reverse("records:detail", args=[sync, "left", step.left_id]),
        "Shared emails": groups,
        "Shared emails, found by text": f"{groups}?q=person99",
    }
