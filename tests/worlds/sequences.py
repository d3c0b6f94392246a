"""Runs one after the other, as a sync makes them in its life."""

from __future__ import annotations

from typing import Any

from mappings.models import Sync
from syncadmin.runs.models import Run
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.runs import advance, run

TITLE = {"left": "Title", "right": "title", "direction": "both"}
FILTER = {"picklist_filter": {"field": "Status__c", "values": ["Current"]}}


def runs(sync: Sync, times: int = 3, **options: Any) -> Run:
    """The last of so many runs."""
    return [run(sync, **options) for _ in range(times)][-1]


def undo(of: Run) -> Run:
    """The run that took that one back."""
    return advance(services.undo(of, write=True, enqueue=False))


def accounts() -> Sync:
    return Sync.objects.get(slug="accounts")


def states(of: Run) -> list[tuple[str, str, str]]:
    return [(step.operation.word, step.label, step.state) for step in of.steps.exclude(reason_code="staff")]


def title(company: Company, email: str) -> str | None:
    return company.users()[email]["user_fields"]["title"]
