"""Sends one batch: starts a job, or writes the record by itself where there is no bulk endpoint."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from connectors.api.batches import Batch
from connectors.api.errors import ConfigError
from connectors.api.values import Op, Outcome, Write, WriteResult
from connectors.api.zendesk.addresses import free, note_too_many, update_with_email
from connectors.api.zendesk.answers import FORBIDDEN, NOT_FOUND, REFUSED, TOO_MANY, gone, rejected, result
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.errors import is_missing_scope, judge_zendesk
from connectors.api.zendesk.objects import IDENTITY, MEMBERSHIP, ORGANIZATION, USER, ZendeskObject, kind_of
from connectors.api.zendesk.records import body

SKIP_MAIL = "skip_verify_email"
"""Not a field of a user: a write that creates one may hold it as False, and Zendesk's setting then decides."""


FEW = 2
"""So many updates cost no more calls one by one than a job and a look at it, and are done at once."""
LONGEST_TURN = 2.5
"""Seconds that such an update waits for its turn; a job takes about as long."""


class Mode(StrEnum):
    """How a row travels."""

    JOB = "job"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The lane of a batch: its object, operation and mode."""

    object: str
    op: Op
    mode: Mode = Mode.JOB


USERS_IN_BULK = Endpoint(USER.name, Op.CREATE, Mode.JOB)
UPDATES = frozenset(Endpoint(kind.name, Op.UPDATE) for kind in (USER, ORGANIZATION))


@dataclass(frozen=True, slots=True)
class Started:
    """A job that runs on Zendesk's side."""

    id: str
    batch: Batch


@dataclass(frozen=True, slots=True)
class Answered:
    """Results that are known already."""

    results: tuple[WriteResult, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Nothing was written; send these batches instead."""

    batches: tuple[Batch, ...]


@dataclass(frozen=True, slots=True)
class NotInBulk:
    """Nothing was written: Zendesk creates users for this account only one at a time."""

    batch: Batch


@dataclass(frozen=True, slots=True)
class TooMany:
    """Nothing was written: Zendesk takes no more single updates now, and these go by a job."""

    batch: Batch


Sent = Started | Answered | Split | NotInBulk | TooMany


def endpoint(write: Write) -> Endpoint:
    """The lane for a write: a job, except where only one row at a time can be changed."""
    kind = kind_of(write.object)
    if kind.read_only:
        raise ConfigError(f"Zendesk's {kind.plural.replace('_', ' ')} can only be read.")
    if kind.updated_only and write.op is not Op.UPDATE:
        raise ConfigError(f"Zendesk's {kind.plural} cannot be created or deleted.")
    if write.op is Op.UPSERT:
        raise ConfigError("Records of Zendesk can only be created or updated.")
    changed = write.op is Op.UPDATE
    alone = kind is IDENTITY or (changed and (kind is MEMBERSHIP or (kind is USER and "email" in write.values)))
    return Endpoint(kind.name, write.op, Mode.SINGLE if alone else Mode.JOB)


def one_by_one(batch: Batch) -> tuple[Batch, ...]:
    """The same writes, each on its own."""
    return tuple(batch.of(_by(batch, Mode.SINGLE), (write,)) for write in batch.writes)


def is_small(batch: Batch) -> bool:
    """Whether its updates are done sooner one by one."""
    return batch.lane in UPDATES and len(batch.writes) <= FEW


def _by(batch: Batch, mode: Mode) -> Endpoint:
    assert isinstance(batch.lane, Endpoint)
    return replace(batch.lane, mode=mode)


def send(client: ZendeskClient, batch: Batch) -> Sent:
    """Send one batch once. Raises OutcomeUnknown when it left and no answer came, other errors if not done."""
    lane = batch.lane
    assert isinstance(lane, Endpoint)
    kind = kind_of(lane.object)
    _check(kind, lane.op, batch.writes)
    if lane.mode is Mode.SINGLE:
        found = _single(client, kind, batch.writes[0])
        return Answered((found,)) if found else TooMany(batch.of(_by(batch, Mode.JOB), batch.writes))
    method, path, content = _job_call(kind, lane.op, batch.writes)
    response = client.send(method, path, content, accept=_handled(lane))
    if response.status_code == FORBIDDEN:
        # create_many needs "bulk user imports", which Zendesk enables for an account on request; one by one
        # works without. A missing scope is no word about imports.
        if is_missing_scope(response):
            raise judge_zendesk(response).error
        return NotInBulk(batch)
    if response.ok:
        status = client.written(response).get("job_status") or {}
        return Started(str(status.get("id", "")), batch)
    if len(batch.writes) > 1:
        return Split(batch.halves())
    return Answered((rejected(batch.writes[0], response),))


def _handled(lane: Endpoint) -> tuple[int, ...]:
    """Refusals of a job that say something of its rows; any other one stops the write."""
    if lane == USERS_IN_BULK:
        return (*REFUSED, FORBIDDEN)
    # One record that is gone must not keep the others from being deleted.
    return (*REFUSED, NOT_FOUND) if lane.op is Op.DELETE else REFUSED


def _job_call(kind: ZendeskObject, op: Op, writes: tuple[Write, ...]) -> tuple[str, str, Json | None]:
    if kind.key:
        return "POST", f"custom_objects/{kind.key}/jobs", {"job": {"action": op.value, "items": _items(kind, writes)}}
    match op:
        case Op.CREATE:
            return "POST", f"{kind.plural}/create_many", {kind.plural: [_new(kind, write) for write in writes]}
        case Op.UPDATE:
            rows = [{"id": int(write.id or 0), **body(kind, write.values)} for write in writes]
            return "PUT", f"{kind.plural}/update_many", {kind.plural: rows}
        case _:
            ids = ",".join(str(write.id) for write in writes)
            return "DELETE", f"{kind.plural}/destroy_many?ids={ids}", None


def _items(kind: ZendeskObject, writes: tuple[Write, ...]) -> list[Any]:
    """What a job on a custom object is given: ids to delete, else objects."""
    if writes[0].op is Op.DELETE:
        return [write.id for write in writes]
    return [body(kind, write.values) | ({"id": write.id} if write.id else {}) for write in writes]


def _new(kind: ZendeskObject, write: Write) -> Json:
    """The body of a new record. Nobody is sent a welcome mail by a sync (S3.C4) unless the write says so."""
    content = body(kind, write.values)
    if kind is USER and content.pop(SKIP_MAIL, True):
        content[SKIP_MAIL] = True
    return content


def _check(kind: ZendeskObject, op: Op, writes: tuple[Write, ...]) -> None:
    """Raises ConfigError for an update that would do harm or nothing."""
    if kind is not USER or op is not Op.UPDATE:
        return
    if any("organization_id" in write.values for write in writes):
        raise ConfigError(
            "A user's organization is not updated: Zendesk would end all other memberships.",
            "Write organization memberships.",
        )
    if any(SKIP_MAIL in write.values for write in writes):
        raise ConfigError("A welcome mail can only be chosen for a new user.")


def _single(client: ZendeskClient, kind: ZendeskObject, write: Write) -> WriteResult | None:
    """The result; None where nothing was done, since Zendesk takes no more single updates now."""
    if kind is MEMBERSHIP:
        return _make_default(client, write)
    if kind is IDENTITY:
        return free(client, write)
    if write.op is Op.CREATE:
        response = client.send("POST", kind.plural, {kind.name: _new(kind, write)}, accept=REFUSED)
        return result(client, kind, write, response)
    return update_with_email(client, write) if "email" in write.values else _updated(client, kind, write)


def _updated(client: ZendeskClient, kind: ZendeskObject, write: Write) -> WriteResult | None:
    """An update of one record, unless its turn is far away; None then."""
    if kind is USER and not client.user_updates.wait(LONGEST_TURN):
        return None
    content = {kind.name: body(kind, write.values)}
    response = client.send("PUT", f"{kind.plural}/{write.id}", content, accept=(*REFUSED, NOT_FOUND, TOO_MANY))
    if response.status_code == TOO_MANY:
        note_too_many(client, response)
        return None
    if response.status_code == NOT_FOUND:
        return gone(write, kind.label)
    return result(client, kind, write, response)


def _make_default(client: ZendeskClient, write: Write) -> WriteResult:
    """Make a membership the user's primary one, the only thing about it that can be changed.

    One call where ``user_id`` is among the values; otherwise the membership is read first to learn it.
    """
    if write.values.get("default") is not True:
        raise ConfigError("A membership can only be made the default one.")
    user = write.values.get("user_id") or _user_of(client, write)
    if user is None:
        return gone(write, MEMBERSHIP.label)
    path = f"{USER.plural}/{user}/{MEMBERSHIP.plural}/{write.id}/make_default"
    response = client.send("PUT", path, accept=(*REFUSED, NOT_FOUND))
    if response.ok:
        return WriteResult(write.tag, Outcome.DONE, write.id)
    return rejected(write, response)


def _user_of(client: ZendeskClient, write: Write) -> str | None:
    """The user of a membership; None when it is gone."""
    found = client.get(f"{MEMBERSHIP.plural}/{write.id}", accept=(NOT_FOUND,)).get(MEMBERSHIP.name)
    return str(found["user_id"]) if found else None
