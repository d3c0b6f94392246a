"""What tests of people begin with: the accounts are synced, contacts and leads are about to be."""

from __future__ import annotations

from typing import Any

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.logs.models import Level, LogEntry
from syncadmin.runs.models import Run, Step
from tests.worlds.company import Company
from tests.worlds.runs import counts, run


def ready(company: Company, slug: str = "contacts", *, unresolved: int = 0, **changes: Any) -> Sync:
    """Sync the accounts, of which so many need a person, then configure this sync of people."""
    completed(company.configure(), unresolved=unresolved)
    return company.configure_people(slug, **changes)


def completed(sync: Sync, *, unresolved: int = 0, **options: Any) -> Run:
    """A run that was written without a single refusal or conflict, and whose counts add up. After it so many records
    need a person, and it is green where none does.
    """
    ended = run(sync, **options)
    assert ended.unresolved == unresolved, steps_of(ended)
    assert ended.status is (RunState.REJECTIONS if unresolved else RunState.COMPLETED), (ended.message, steps_of(ended))
    found = counts(ended)
    assert not found["rejected"] + found["conflicts"] + found["remaining"], (found, steps_of(ended))
    return ended


def quiet(sync: Sync) -> None:
    """Nothing is left to do: another run plans nothing, and asks little to know it (S3.C13)."""
    again = run(sync)
    assert counts(again)["planned"] == 0, steps_of(again)
    assert sum(again.calls.values()) <= 10


def steps_of(of: Run) -> list[tuple[str, str, str]]:
    """The plan in short: what each step does, its label and its reason."""
    return [(step.operation.word, step.label, step.reason) for step in Step.objects.filter(run=of)]


def actions(of: Run) -> dict[str, int]:
    """How many steps of each action the run has."""
    found: dict[str, int] = {}
    for action, _, _ in steps_of(of):
        found[action] = found.get(action, 0) + 1
    return found


def warnings(sync: Sync, **where: Any) -> list[tuple[str, str]]:
    """Who was warned about, and the email: the log entries at level warning, oldest first."""
    rows = LogEntry.objects.filter(sync=sync, level=Level.WARNING, **where).order_by("pk")
    return [(entry.left_id, entry.email_group) for entry in rows]
