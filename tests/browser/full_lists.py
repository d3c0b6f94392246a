"""Rows for every list, as long as rows get: names without a space, emails at their limit, notes of a page.

They answer to the made-up values of ``tests.web.addresses``, so that every address of a list has something to show.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django_rq import get_queue

from connectors.models import Connection, RemoteField, RemoteObject
from mappings.models import Sync
from syncadmin.engine.lifecycle import TERMINAL, RunState, StepState
from syncadmin.engine.lookalike import skeleton
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.steps import Side, Verb
from syncadmin.inbox.models import Delivery, DeliveryState, Message
from syncadmin.logs.models import Level, LogEntry, Mail
from syncadmin.runs.models import Decision, Link, MirrorRecord, Run, Step, StepOutcome
from syncadmin.runs.storage import summary
from tests.web.addresses import EXAMPLES

WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
NAME = f"{WORD} {WORD} of the northern and eastern region"
EMAIL = f"{WORD.lower().replace('ä', 'ae')}.purchasing@{'subsidiary.' * 8}example.com"
NOTES = f"Met at the fair in Hanover; asked for the terms of {WORD}.\n" * 40
ID, PK, SLUG = EXAMPLES["string"], EXAMPLES["int"], EXAMPLES["slug"]
USER = "42798000001234567890"
AGO = timedelta(days=9, hours=7)


def fill(person: User) -> Run:
    """Everything that lists show; gives a plan that waits for approval."""
    now = timezone.now()
    didomi = _connection(SLUG, "didomi", name=NAME[:100])
    left, right = _connection("sf", "salesforce"), _connection("zd", "zendesk", name=NAME[:100])
    mailbox = _connection("graph", "outlook")
    schema = RemoteObject.objects.create(connection=didomi, name=ID, label=NAME, fetched_at=now)
    choices = [{"label": WORD, "value": WORD, "active": True}] * 8
    RemoteField.objects.create(
        object=schema, name=f"{WORD}__c", label=NAME, type="choice", position=1, attributes={"choices": choices}
    )
    sync = _sync(SLUG, "leads_users", left, right, automatic_updates=True)
    others = [
        _sync("contacts", "contacts_users", left, right),
        _sync(f"accounts-{'of-the-north-' * 3}", "accounts_organizations", left, right),
        _sync("consents", "consents_contacts", didomi, left),
        _sync(
            "ann",
            "contacts_outlook",
            left,
            mailbox,
            options={"mailbox": EMAIL, "salesforce_user": "0055e00000000000AA"},
        ),
    ]
    User.objects.create(pk=PK, username=EMAIL[:150], email=EMAIL[:254])
    for each in (sync, *others):
        _records(each, person)
    for state in sorted(TERMINAL):
        _run(others[1], person, state)
    _messages(didomi, others[2])
    LogEntry.objects.create(pk=PK, **_entry(sync, Level.ERROR, NOTES))
    LogEntry.objects.create(**_entry(sync, Level.WARNING, WORD * 3))
    Mail.objects.create(pk=PK, to=f"{EMAIL}, {EMAIL}", subject=NAME, body=NOTES, error=f"{EMAIL}: {NOTES[:300]}")
    return _plan(sync, person)


def queue_jobs() -> None:
    """A job that waits, one that was refused: of a name as long as ours get."""
    queue = get_queue("default")
    failed = queue.enqueue("syncadmin.runs.pipeline.jobs.advance_run", PK, job_id=ID, description=NAME)
    queue.enqueue("syncadmin.runs.pipeline.jobs.advance_run", PK, NAME)
    queue.failed_job_registry.add(failed, ttl=-1, exc_string=NOTES)


def _connection(slug: str, kind: str, **more: Any) -> Connection:
    address = f"https://{'a' * 60}.{kind}.example.com"
    return Connection.objects.create(
        slug=slug, kind=kind, base_url=address, last_check_ok=False, **{"name": kind.title(), **more}
    )


def _sync(slug: str, kind: str, left: Connection, right: Connection, **more: Any) -> Sync:
    return Sync.objects.create(slug=slug, kind=kind, name=NAME[:100], left=left, right=right, **more)


def _records(sync: Sync, person: User) -> None:
    """A pair with a conflict, two rejected records of one email, one user without a counterpart."""
    values = {"Name": NAME, "Email": EMAIL, "Description": NOTES}
    shared = {"label": NAME, "match_key": EMAIL, "lookalike_key": skeleton(NAME), "digest": "1", "values": values}
    for side, remote_id, status in (
        (Side.LEFT, ID, "conflict"),
        (Side.LEFT, "00Q5e00000AAAAA001", "rejected"),
        (Side.LEFT, "00Q5e00000AAAAA002", "ambiguous"),
        (Side.RIGHT, USER, "unmatched"),
    ):
        MirrorRecord.objects.create(
            sync=sync, side=side, remote_id=remote_id, status=status, reason=NOTES[:400], failures=3,
            modified_at=timezone.now() - AGO, **shared,
        )  # fmt: skip
    role = LinkRole.SYNCING
    Link.objects.create(sync=sync, left_id=ID, right_id="427", role=role, last_synced={"notes": NOTES}, reason=WORD)
    Decision.objects.create(sync=sync, left_id="00Q5e00000AAAAA002", by=person)


def _run(sync: Sync, person: User, state: RunState) -> None:
    counts = {"written": 250_000, "rejected": 12_345, "conflicts": 1_234}
    run = Run.objects.create(
        sync=sync, state=state, counts=counts, planned=1_250_000, finished_at=timezone.now() - AGO, started_by=person,
        message=NOTES[:300],
    )  # fmt: skip
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - AGO)


def _plan(sync: Sync, person: User) -> Run:
    run = Run.objects.create(
        pk=PK, sync=sync, state=RunState.PLANNED, started_by=person, planned=2, planned_at=timezone.now(),
        revision=sync.revision, plan_hash="f" * 64,
    )  # fmt: skip
    for pk, verb, needs_approval in (
        (PK, Verb.UPDATE, False),
        (PK + 1, Verb.CREATE, True),
        (PK + 2, Verb.UPDATE, False),
    ):
        step = _step(run, pk, verb, needs_approval=needs_approval)
    step.state = StepState.REJECTED
    step.save()
    StepOutcome.objects.create(
        step=step, state=StepState.REJECTED, code="RecordInvalid", message=NOTES[:500], field=f"user_fields.{WORD}",
        at=timezone.now(),
    )  # fmt: skip
    summary.recount(run)
    Run.objects.filter(pk=run.pk).update(counts=summary.counts(run).as_dict())
    return run


def _step(run: Run, pk: int, verb: Verb, *, needs_approval: bool) -> Step:
    fields = ("name", "notes", f"user_fields.{WORD.lower()}", "email")
    values = (NAME, NOTES, WORD, EMAIL)
    changes = [
        {
            "field": field,
            "before": value[::-1],
            "after": value,
            "reason": "Changed in Salesforce",
            "add": [],
            "remove": [],
        }
        for field, value in zip(fields, values, strict=True)
    ]
    return Step.objects.create(
        pk=pk, run=run, verb=verb, side=Side.RIGHT, needs_approval=needs_approval, left_id=ID, right_id=USER,
        label=NAME, group=EMAIL[:254], group_key=f"{verb}_right:{'+'.join(fields)}"[:300], reason=NOTES[:200],
        changes=changes, warnings=[NOTES[:300]],
    )  # fmt: skip


def _messages(connection: Connection, sync: Sync) -> None:
    now = timezone.now()
    for number, state in enumerate(DeliveryState):
        message = Message.objects.create(
            connection=connection, key=f"key-{number}", type=f"event.{WORD.lower()}"[:100], record=f"003{WORD}"[:60],
            entity=f"{WORD}-{number}", happened_at=now - AGO, received_at=now, copies=1_234,
        )  # fmt: skip
        Delivery.objects.create(message=message, sync=sync, state=state, code="no_such_record", fields=[f"{WORD}__c"])


def _entry(sync: Sync, level: Level, message: str) -> dict[str, Any]:
    return {
        "at": timezone.now() - AGO, "level": level, "sync": sync, "run_id": PK, "left_id": ID, "right_id": USER,
        "label": NAME, "email_group": EMAIL[:254], "code": "RecordInvalid", "message": message,
        "not_done": f"user_fields.{WORD} was not written", "version": "0.1.0",
    }  # fmt: skip
