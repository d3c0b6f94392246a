"""Rows for every list, as long as rows get: names without a space, emails at their limit, notes of a page.

They answer to the made-up values of ``tests.web.addresses``, so that every address of a list has something to show.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

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


class Words(NamedTuple):
    """What rows are filled with."""

    word: str
    name: str
    email: str
    notes: str


WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LONGEST = Words(
    WORD,
    f"{WORD} {WORD} of the northern and eastern region",
    f"{WORD.lower().replace('ä', 'ae')}.purchasing@{'subsidiary.' * 8}example.com",
    f"Met at the fair in Hanover; asked for the terms of {WORD}.\n" * 40,
)
USUAL = Words("Tier", "Northwind Traders", "ann@northwind.example.com", "Met at the fair in Hanover.")
ID, PK, SLUG = EXAMPLES["string"], EXAMPLES["int"], EXAMPLES["slug"]
USER = "42798000001234567890"
AGO = timedelta(days=9, hours=7)
FAILED = [
    {"name": "Address", "state": "ok", "message": "It answers."},
    {"name": "Sign-in", "state": "failed", "message": "The secret is not right.", "hint": "Enter it again."},
]
"""The steps of a connection's test."""


def fill(person: User, words: Words = LONGEST) -> Run:
    """Everything that lists show; gives a plan that waits for approval."""
    now = timezone.now()
    didomi = _connection(SLUG, "didomi", name=words.name[:100])
    left, right = _connection("sf", "salesforce"), _connection("zd", "zendesk", name=words.name[:100])
    mailbox = _connection("graph", "outlook")
    schema = RemoteObject.objects.create(connection=didomi, name=ID, label=words.name, fetched_at=now)
    choices = [{"label": words.word, "value": words.word, "active": True}] * 8
    RemoteField.objects.create(
        object=schema,
        name=f"{words.word}__c",
        label=words.name,
        type="choice",
        position=1,
        attributes={"choices": choices},
    )
    sync = _sync(words, SLUG, "leads_users", left, right, automatic_updates=True)
    others = [
        _sync(words, "contacts", "contacts_users", left, right),
        _sync(words, f"accounts-{'of-the-north-' * 3}", "accounts_organizations", left, right),
        _sync(words, "consents", "consents_contacts", didomi, left),
        _sync(
            words,
            "ann",
            "contacts_outlook",
            left,
            mailbox,
            options={"mailbox": words.email, "salesforce_user": "0055e00000000000AA"},
        ),
    ]
    User.objects.create(pk=PK, username=words.email[:150], email=words.email[:254])
    for each in (sync, *others):
        _records(words, each, person)
    for state in sorted(TERMINAL):
        _run(words, others[1], person, state)
    _messages(words, didomi, others[2])
    LogEntry.objects.create(pk=PK, **_entry(words, sync, Level.ERROR, words.notes))
    LogEntry.objects.create(**_entry(words, sync, Level.WARNING, words.word * 3))
    Mail.objects.create(
        pk=PK,
        to=f"{words.email}, {words.email}",
        subject=words.name,
        body=words.notes,
        error=f"{words.email}: {words.notes[:300]}",
    )
    return _plan(words, sync, person)


def queue_jobs(words: Words = LONGEST) -> None:
    """A job that waits, one that was refused: of a name as long as ours get."""
    queue = get_queue("default")
    failed = queue.enqueue("syncadmin.runs.pipeline.jobs.advance_run", PK, job_id=ID, description=words.name)
    queue.enqueue("syncadmin.runs.pipeline.jobs.advance_run", PK, words.name)
    queue.failed_job_registry.add(failed, ttl=-1, exc_string=words.notes)


def _connection(slug: str, kind: str, **more: Any) -> Connection:
    address = f"https://{'a' * 60}.{kind}.example.com"
    return Connection.objects.create(
        slug=slug,
        kind=kind,
        base_url=address,
        last_check_ok=False,
        last_check=FAILED,
        last_check_at=timezone.now(),
        **{"name": kind.title(), **more},
    )


def _sync(words: Words, slug: str, kind: str, left: Connection, right: Connection, **more: Any) -> Sync:
    return Sync.objects.create(slug=slug, kind=kind, name=words.name[:100], left=left, right=right, **more)


def _records(words: Words, sync: Sync, person: User) -> None:
    """A pair with a conflict, two rejected records of one email, one user without a counterpart."""
    values = {"Name": words.name, "Email": words.email, "Description": words.notes}
    shared = {
        "label": words.name,
        "match_key": words.email,
        "lookalike_key": skeleton(words.name),
        "digest": "1",
        "values": values,
    }
    for side, remote_id, status in (
        (Side.LEFT, ID, "conflict"),
        (Side.LEFT, "00Q5e00000AAAAA001", "rejected"),
        (Side.LEFT, "00Q5e00000AAAAA002", "ambiguous"),
        (Side.RIGHT, USER, "unmatched"),
    ):
        MirrorRecord.objects.create(
            sync=sync,
            side=side,
            remote_id=remote_id,
            status=status,
            reason=words.notes[:400],
            failures=3,
            modified_at=timezone.now() - AGO,
            **shared,
        )
    role = LinkRole.SYNCING
    Link.objects.create(
        sync=sync, left_id=ID, right_id="427", role=role, last_synced={"notes": words.notes}, reason=words.word
    )
    Decision.objects.create(sync=sync, left_id="00Q5e00000AAAAA002", by=person)


def _run(words: Words, sync: Sync, person: User, state: RunState) -> None:
    counts = {"written": 250_000, "rejected": 12_345, "conflicts": 1_234}
    run = Run.objects.create(
        sync=sync,
        state=state,
        counts=counts,
        planned=1_250_000,
        finished_at=timezone.now() - AGO,
        started_by=person,
        message=words.notes[:300],
    )
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - AGO)


def _plan(words: Words, sync: Sync, person: User) -> Run:
    run = Run.objects.create(
        pk=PK,
        sync=sync,
        state=RunState.PLANNED,
        started_by=person,
        planned=3,
        planned_at=timezone.now(),
        revision=sync.revision,
        plan_hash="f" * 64,
    )
    for pk, verb, needs_approval in (
        (PK, Verb.UPDATE, False),
        (PK + 1, Verb.CREATE, True),
        (PK + 2, Verb.UPDATE, False),
    ):
        step = _step(words, run, pk, verb, needs_approval=needs_approval)
    step.state = StepState.REJECTED
    step.save()
    StepOutcome.objects.create(
        step=step,
        state=StepState.REJECTED,
        code="RecordInvalid",
        message=words.notes[:500],
        field=f"user_fields.{words.word}",
        at=timezone.now(),
    )
    summary.recount(run)
    Run.objects.filter(pk=run.pk).update(counts=summary.counts(run).as_dict())
    return run


def _step(words: Words, run: Run, pk: int, verb: Verb, *, needs_approval: bool) -> Step:
    fields = ("name", "notes", f"user_fields.{words.word.lower()}", "email")
    values = (words.name, words.notes, words.word, words.email)
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
        pk=pk,
        run=run,
        verb=verb,
        side=Side.RIGHT,
        needs_approval=needs_approval,
        left_id=ID,
        right_id=USER,
        label=words.name,
        group=words.email[:254],
        group_key=f"{verb}_right:{','.join(sorted(fields))}"[:300],
        reason=words.notes[:200],
        changes=changes,
        warnings=[words.notes[:300]],
    )


def _messages(words: Words, connection: Connection, sync: Sync) -> None:
    now = timezone.now()
    for number, state in enumerate(DeliveryState):
        message = Message.objects.create(
            connection=connection,
            key=f"key-{number}",
            type=f"event.{words.word.lower()}"[:100],
            record=f"003{words.word}"[:60],
            entity=f"{words.word}-{number}",
            happened_at=now - AGO,
            received_at=now,
            copies=1_234,
        )
        Delivery.objects.create(
            message=message, sync=sync, state=state, code="no_such_record", fields=[f"{words.word}__c"]
        )


def _entry(words: Words, sync: Sync, level: Level, message: str) -> dict[str, Any]:
    return {
        "at": timezone.now() - AGO,
        "level": level,
        "sync": sync,
        "run_id": PK,
        "left_id": ID,
        "right_id": USER,
        "label": words.name,
        "email_group": words.email[:254],
        "code": "RecordInvalid",
        "message": message,
        "not_done": f"user_fields.{words.word} was not written",
        "version": "0.1.0",
    }
