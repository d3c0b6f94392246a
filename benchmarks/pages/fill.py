"""Rows of an installation that has synced for long, stored without the runs that would have made them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from connectors.models import Connection
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.match import How
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.steps import Side, Verb
from syncadmin.logs.models import Functionality, Level, LogEntry
from syncadmin.runs.models import Link, Run, Step, StepOutcome
from syncadmin.runs.storage import bulk, mirror, summary
from syncadmin.runs.storage.mirror import MirrorRow

CHUNK = 20_000
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# One in so many records, steps and entries is refused; one in so many emails is had by two contacts.
REFUSED, SHARED = 100, 20
STEP = (
    "run", "verb", "side", "relation", "state", "needs_approval", "recorded", "lease", "object", "left_id", "right_id",
    "waits_for", "role", "group", "label", "group_key", "reason_code", "reason", "changes", "warnings", "last_synced",
    "field_notes", "owned_values", "facts",
)  # fmt: skip
OUTCOME = ("step", "state", "remote_id", "code", "message", "field", "at")
LINK = (
    "sync",
    "left_id",
    "right_id",
    "role",
    "how",
    "active",
    "reason",
    "last_synced",
    "field_notes",
    "owned_values",
    "replaces",
    "synced_at",
    "run_id",
)
ENTRY = (
    "at", "level", "functionality", "sync", "run_id", "step_id", "left_id", "right_id", "label", "email_group", "code",
    "message", "not_done", "version",
)  # fmt: skip
_LEVELS = {0: Level.ERROR, 1: Level.WARNING, 2: Level.WARNING, 3: Level.INFO}


def fill(rows: int) -> tuple[Sync, Run, Sync]:
    """Two syncs, each with so many records a side; a run of the first with so many steps; so many log entries.

    Returns the sync of accounts, its run, and the sync of contacts.
    """
    accounts, contacts = (_sync(slug, kind) for slug, kind in (("accounts", "accounts_organizations"),
                                                               ("contacts", "contacts_users")))  # fmt: skip
    run = Run.objects.create(sync=accounts, state=RunState.REJECTIONS, write=True, planned=rows, planned_at=NOW,
                             finished_at=NOW, plan_hash="f" * 32)  # fmt: skip
    for sync in (accounts, contacts):
        for side in Side:
            _in_chunks(lambda found: mirror.insert(found), (_record(sync, side, n) for n in range(rows)))
        _store(Link, LINK, (_link(sync, n) for n in range(rows)))
    _store(Step, STEP, (_step(run, n) for n in range(rows)))
    first = Step.objects.earliest("pk").pk
    _store(StepOutcome, OUTCOME, (_outcome(first, n) for n in range(rows)))
    _store(LogEntry, ENTRY, (_entry(accounts, run, n) for n in range(rows)))
    summary.recount(run)
    Run.objects.filter(pk=run.pk).update(counts=summary.counts(run).as_dict())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return accounts, run, contacts


def _sync(slug: str, kind: str) -> Sync:
    left, _ = Connection.objects.get_or_create(
        slug="sf", defaults={"name": "Salesforce", "kind": "salesforce", "base_url": "https://ours.my.salesforce.com"}
    )
    right, _ = Connection.objects.get_or_create(
        slug="zd", defaults={"name": "Zendesk", "kind": "zendesk", "base_url": "https://ours.zendesk.com"}
    )
    return Sync.objects.create(slug=slug, kind=kind, left=left, right=right)


def _store(model: type[Model], columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    _in_chunks(lambda found: bulk.insert(model, columns, found), rows)


def _in_chunks(store: Callable[[list[Any]], None], rows: Iterator[Any]) -> None:
    while found := list(islice(rows, CHUNK)):
        with transaction.atomic():
            store(found)


def _ids(number: int) -> tuple[str, str]:
    return f"001{number:012d}AAA", f"{7_000_000_000 + number}"


def _state(number: int) -> StepState:
    return StepState.REJECTED if number % REFUSED == 0 else StepState.DONE


def _record(sync: Sync, side: Side, number: int) -> MirrorRow:
    refused = number % REFUSED == 0
    label = f"Company {number:07d}"
    email = f"person{number - number % SHARED if number % SHARED == 1 else number}@example.com"
    return MirrorRow(
        sync.pk, side, _ids(number)[side is Side.RIGHT], digest=f"{number:032x}", label=label,
        match_key=email if sync.kind == "contacts_users" else label.casefold(), lookalike_key=label.casefold(),
        external_key=_ids(number)[0] if side is Side.RIGHT else "", needs_planning=refused,
        status="rejected" if refused and side is Side.LEFT else "in_sync",
        reason="Name: is too long" if refused else "", values={"Name": label, "Email": email}, modified_at=NOW,
    )  # fmt: skip


def _link(sync: Sync, number: int) -> tuple[Any, ...]:
    twin = number % SHARED == 1 and sync.kind == "contacts_users"
    role = LinkRole.DUPLICATE if twin else LinkRole.SYNCING
    left, right = _ids(number)[0], _ids(number - 1 if twin else number)[1]
    return (sync.pk, left, right, role, How.CREATED, True, "Created by a run", {"name": "Company"}, {}, {}, {}, NOW, 1)


def _step(run: Run, number: int) -> tuple[Any, ...]:
    left, right = _ids(number)
    label = f"Company {number:07d}"
    changes = [
        {"field": "name", "before": "Old", "after": label, "reason": "Changed in Salesforce", "add": [], "remove": []}
    ]
    creates = number % 2
    verb, shape = (Verb.CREATE, "new") if creates else (Verb.UPDATE, "name")
    return (
        run.pk, verb, Side.RIGHT, "", _state(number), False, True, 1, "", left, "" if creates else right, "", "", "",
        label, f"{verb}_right:{shape}", "", "No such name", changes, [], {"name": label}, {}, {}, {},
    )  # fmt: skip


def _outcome(first: int, number: int) -> tuple[Any, ...]:
    message = "Name: is too long" if number % REFUSED == 0 else ""
    return (first + number, _state(number), _ids(number)[1], "TooLong" if message else "", message, "", NOW)


def _entry(sync: Sync, run: Run, number: int) -> tuple[Any, ...]:
    left, right = _ids(number)
    level = _LEVELS.get(number % REFUSED, Level.DEBUG)
    return (
        NOW - number * SECOND, level, Functionality.BULK, sync.pk, run.pk, None, left, right, f"Company {number:07d}",
        f"person{number}@example.com", "written", f"Wrote name of Company {number:07d}", "", "0.1.0",
    )  # fmt: skip
