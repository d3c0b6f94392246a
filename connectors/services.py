"""Opens connections, tests them, and caches the schema of their objects.

The only place outside the pipeline that talks to a vendor.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from connectors import crypto
from connectors.api.errors import ConfigError
from connectors.api.hooks import HasHooks
from connectors.api.protocol import LONGEST_WAIT, ConnectionSettings, Connector
from connectors.api.tickets import HasTickets, TicketList
from connectors.api.values import (
    CheckReport,
    CheckState,
    CheckStep,
    FieldSchema,
    FieldType,
    ObjectSchema,
    Page,
    PicklistValue,
    Query,
    Record,
    RecordRef,
    RecordType,
)
from connectors.budgets import shared_budget
from connectors.models import Connection, RemoteField, RemoteObject
from connectors.signals import test_passed
from connectors.tokens import StoredToken

PAGE_WAIT = 5.0
"""Seconds that a call for a page waits for a limit: somebody sits before it."""
# Among a connection's facts: the address at which the remote system has answered.
ANSWERS_AT = "answers_at"
# By how many seconds its clock is ahead of ours, where that is more than a few.
CLOCK_AHEAD, CLOCK_SECONDS = "clock_ahead_seconds", 3
# When its own settings were last read for a run.
SETTINGS_READ_AT = "settings_read_at"


@contextmanager
def opened(
    connection: Connection,
    longest_wait: float = LONGEST_WAIT,
    *,
    schemas_of: timedelta | None = None,
    at_once: bool = False,
) -> Iterator[Connector]:
    """A live connector, closed at the end. Raises ConfigError for a disabled connection.

    It does not ask for the fields of an object that were read within ``schemas_of``. With ``at_once`` a few records are
    written without a job.
    """
    if not connection.enabled:
        raise ConfigError(f"The connection {connection.name} is switched off.", "Switch it on under Connections.")
    settings = dataclasses.replace(connection_settings(connection, longest_wait), at_once=at_once)
    if schemas_of:
        settings = dataclasses.replace(settings, described=lambda name: recent_schema(connection, name, schemas_of))
    connector = connection.spec.open(settings)
    try:
        yield connector
    finally:
        _remember(connection, connector)
        connector.close()


def _remember(connection: Connection, connector: Connector) -> None:
    """Keep that it answers, and what it has told of itself, for the next worker and the pages."""
    answers: dict[str, Any] = {ANSWERS_AT: connection.base_url} if connector.answered else {}
    if connector.answered and abs(connector.clock_ahead - connection.facts.get(CLOCK_AHEAD, 0)) > CLOCK_SECONDS:
        answers[CLOCK_AHEAD] = round(connector.clock_ahead)
    note_facts(connection, {**connector.facts, **answers})


def clock_ahead(connection: Connection) -> timedelta:
    """By how much the remote system's clock is ahead of ours, as it was last seen; clocks differ by a few seconds."""
    return timedelta(seconds=connection.facts.get(CLOCK_AHEAD, 0))


def note_facts(connection: Connection, facts: Mapping[str, Any]) -> None:
    """Keep what the remote system just said of itself with the connection, beside what its tests and others found."""
    if all(connection.facts.get(name) == fact for name, fact in facts.items()):
        return
    with transaction.atomic():
        row = Connection.objects.filter(pk=connection.pk)
        stored = row.select_for_update().values_list("facts", flat=True).first()
        connection.facts = {**(stored or connection.facts), **facts}
        row.update(facts=connection.facts)


def connection_settings(connection: Connection, longest_wait: float = LONGEST_WAIT) -> ConnectionSettings:
    """The connection's settings and decrypted secrets, with the budget and token shared between workers."""
    values = {**connection.settings, **crypto.decrypt(connection.secrets)}
    missing = [s.label for s in connection.auth_method.settings if s.required and not values.get(s.key)]
    if missing:
        raise ConfigError(
            f"The connection {connection.name} lacks: {', '.join(missing)}.", "Fill it in under Connections."
        )
    return ConnectionSettings(
        base_url=connection.base_url,
        auth=connection.auth,
        settings=values,
        budget=shared_budget(connection),
        tokens=StoredToken(connection.pk),
        longest_wait=longest_wait,
        known=connection.facts.get(ANSWERS_AT) == connection.base_url,
    )


def save_settings(connection: Connection, values: Mapping[str, str]) -> None:
    """Put settings where they belong: plain ones readable, secrets encrypted. An empty secret keeps the stored one.

    Stored secrets that no key fits any more are lost. Does not save the row.
    """
    stored = stored_secrets(connection)
    declared = connection.auth_method.settings
    connection.settings = {s.key: values[s.key] for s in declared if not s.secret and values.get(s.key)}
    secrets = {s.key: values.get(s.key) or stored.get(s.key, "") for s in declared if s.secret}
    secrets = {key: value for key, value in secrets.items() if value}
    if secrets != stored:
        connection.secrets = crypto.encrypt(secrets)
        connection.secrets_changed_at = timezone.now()
    connection.token, connection.token_until = "", None


def stored_secrets(connection: Connection) -> dict[str, str]:
    """The secrets that can be read; none where the encryption keys no longer fit: they have to be typed again."""
    try:
        return crypto.decrypt(connection.secrets)
    except ConfigError:
        return {}


def check(connection: Connection, longest_wait: float = PAGE_WAIT) -> CheckReport:
    """Test the connection step by step (S3.C2) and keep the result with the row."""
    report = check_unsaved(connection, longest_wait)
    connection.last_check = [dataclasses.asdict(step) for step in report.steps]
    connection.last_check_at = timezone.now()
    connection.last_check_ok = report.ok
    if report.facts:
        kept = {name: fact for name, fact in connection.facts.items() if name == CLOCK_AHEAD}
        connection.facts = {**report.facts, **kept, ANSWERS_AT: connection.base_url}
    connection.save(update_fields=["last_check", "last_check_at", "last_check_ok", "facts", "updated_at"])
    if report.ok:
        test_passed.send(Connection, connection=connection)
    return report


def check_unsaved(connection: Connection, longest_wait: float = PAGE_WAIT) -> CheckReport:
    """The same test without keeping anything; ``connection`` may hold values that were never saved.

    Signs in afresh: a token that still works would hide a secret that no longer does. Settings that cannot even be
    opened are the first, failed step.
    """
    try:
        connector = connection.spec.open(
            dataclasses.replace(connection_settings(connection, longest_wait), tokens=None)
        )
    except ConfigError as error:
        return CheckReport((CheckStep("Settings", CheckState.FAILED, error.message, error.hint),))
    try:
        return connector.check()
    finally:
        connector.close()


def described_unsaved(connection: Connection, object_name: str) -> ObjectSchema:
    """The object's schema now, keeping nothing; ``connection`` may hold values that were never saved.

    Raises ConnectorError.
    """
    connector = connection.spec.open(dataclasses.replace(connection_settings(connection, PAGE_WAIT), tokens=None))
    try:
        return connector.describe(object_name)
    finally:
        connector.close()


def schema(connection: Connection, object_name: str, *, refresh: bool = False) -> ObjectSchema:
    """The object's schema from the cache, described first when it was never read or ``refresh`` asks for it.

    Raises ConnectorError when it has to ask the remote system and cannot.
    """
    kept = None if refresh else _kept_schema(cached_schema(connection, object_name))
    if kept is not None:
        return kept
    with opened(connection, PAGE_WAIT) as connector:
        return described(connection, connector, object_name)


def recent_schema(connection: Connection, object_name: str, age: timedelta) -> ObjectSchema | None:
    """The object's schema where it was read no longer ago than this; else None."""
    row = cached_schema(connection, object_name)
    return _kept_schema(row) if row and row.fetched_at > timezone.now() - age else None


def described(connection: Connection, connector: Connector, object_name: str) -> ObjectSchema:
    """The object's schema, read through an open connector and kept in the cache. Raises ConnectorError."""
    found = connector.describe(object_name)
    _store(connection, found)
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What a query gave: its records, and how many there are altogether where the remote system said so."""

    records: tuple[Record, ...]
    total: int | None


def ask(connection: Connection, *queries: Query) -> list[QueryAnswer]:
    """Small questions of a page: the answer to each query, all through one open connection.

    ``limit`` caps each; with ``limit=0`` only the total is asked for. Raises ConnectorError when one has no answer.
    """
    with opened(connection, PAGE_WAIT) as connector:
        return [_answer(list(connector.read(query))) for query in queries]


def fetched(connection: Connection, refs: Sequence[RecordRef], fields: Sequence[str]) -> list[Record]:
    """These records as they are now; one that is gone comes back ``deleted``. Raises ConnectorError."""
    with opened(connection, PAGE_WAIT) as connector:
        return list(connector.fetch(refs, fields))


def tickets_of(connection: Connection, owner: RecordRef, within: str = "") -> TicketList:
    """The tickets of a record as they are now, ``within`` a group where one is named. Raises ConnectorError."""
    with opened(connection, PAGE_WAIT) as connector:
        if not isinstance(connector, HasTickets):
            raise ConfigError(f"{connection.name} has no tickets.")
        return connector.tickets_of(owner, within)


@contextmanager
def hooks_of(connection: Connection) -> Iterator[HasHooks]:
    """What keeps the webhooks of a connection. Raises ConfigError for a system without, or a disabled connection."""
    with opened(connection, PAGE_WAIT) as connector:
        if not isinstance(connector, HasHooks):
            raise ConfigError(f"{connection.name} sends no webhooks.")
        yield connector


def _answer(pages: Sequence[Page]) -> QueryAnswer:
    total = next((page.total for page in pages if page.total is not None), None)
    return QueryAnswer(tuple(record for page in pages for record in page.records), total)


def cached_schema(connection: Connection, object_name: str) -> RemoteObject | None:
    """The cached object row with its age, or None if it was never described."""
    return RemoteObject.objects.filter(connection=connection, name=object_name).first()


@transaction.atomic
def _store(connection: Connection, described: ObjectSchema) -> None:
    """Keep what was described. Most reads of a schema find it as it was; else only rows that differ are written."""
    digest = hashlib.blake2b(orjson.dumps(described), digest_size=16).hexdigest()
    rows = RemoteObject.objects.filter(connection=connection, name=described.name)
    if rows.filter(digest=digest).update(fetched_at=timezone.now()):
        return
    types = [dataclasses.asdict(record_type) for record_type in described.record_types]
    values = {"label": described.label, "record_types": types, "digest": digest, "fetched_at": timezone.now()}
    row = (rows.update(**values) and rows.first()) or RemoteObject.objects.get_or_create(
        connection=connection, name=described.name, defaults=values
    )[0]
    stored = {field.name: field for field in row.fields.all()}
    wanted = [_field_row(row, field, position) for position, field in enumerate(described.fields)]
    if gone := stored.keys() - {field.name for field in wanted}:
        row.fields.filter(name__in=gone).delete()
    changed = [field for field in wanted if field.name in stored and not _same(stored[field.name], field)]
    for field in changed:
        field.pk = stored[field.name].pk
    RemoteField.objects.bulk_update(changed, _FIELD_VALUES)
    RemoteField.objects.bulk_create(field for field in wanted if field.name not in stored)


_FIELD_VALUES = ("label", "type", "position", "attributes")


def _field_row(row: RemoteObject, field: FieldSchema, position: int) -> RemoteField:
    attributes = orjson.loads(orjson.dumps(field))  # as it comes back from the database
    own = {name: attributes.pop(name) for name in ("name", "label", "type")}
    return RemoteField(object=row, position=position, attributes=attributes, **own)


def _same(stored: RemoteField, wanted: RemoteField) -> bool:
    return all(getattr(stored, name) == getattr(wanted, name) for name in _FIELD_VALUES)


def _kept_schema(row: RemoteObject | None) -> ObjectSchema | None:
    """The schema in these rows; None where there is none, or one of a release that had other types of fields."""
    try:
        return _schema_of(row) if row else None
    except (TypeError, ValueError):
        return None


def _schema_of(row: RemoteObject) -> ObjectSchema:
    fields = tuple(_field_of(field) for field in row.fields.all())
    record_types = tuple(RecordType(**values) for values in row.record_types)
    return ObjectSchema(row.name, row.label, fields, record_types)


def _field_of(row: RemoteField) -> FieldSchema:
    attributes = dict(row.attributes)
    choices = tuple(PicklistValue(**choice) for choice in attributes.pop("choices", ()))
    lists: dict[str, Any] = {"choices": choices, "unsaid": tuple(attributes.pop("unsaid", ()))}
    return FieldSchema(row.name, row.label, FieldType(row.type), **lists, **attributes)
