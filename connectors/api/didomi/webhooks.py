"""Didomi's webhooks: which user a message is about, and how an event changes that user's values ("Webhooks").

The order of messages is not promised, and each may come several times: events are told apart by their ids and ordered
by their own dates. What cannot be said by adding an event, the change or end of one, has the user looked up.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

from connectors.api.didomi import consents
from connectors.api.didomi.consents import GDPR, KEY, MOMENTS
from connectors.api.values import ID_LENGTH, Pushed, Record

CREATED = "event.created"
EVENTS = frozenset({CREATED, "event.updated", "event.deleted"})
USERS = frozenset({"user.created", "user.updated", "user.deleted"})
CONFIRMED = "confirmed"
NOBODY, PENDING, TOO_LONG = "nobody", "pending", "too_long"
BY_EVENT = "by_event"
"""What has changed in a user is told by the message about the event that changed it."""


def parse(body: Any) -> Pushed:
    """What a message is about. Raises ValueError for what is no message of Didomi."""
    if not isinstance(body, Mapping) or not isinstance(body.get("type"), str) or not body["type"]:
        raise ValueError("A webhook is an object with a type.")
    type = body["type"]
    if type not in EVENTS | USERS:
        return Pushed(_name(body), type[:100], known=False)
    entity = _entity(body)
    user = entity if type in USERS else entity.get("user")
    record = user.get(KEY) if isinstance(user, Mapping) else None
    record = record if isinstance(record, str) else ""
    changed = entity.get("updated_at") if type in USERS else entity.get("created_at")
    id, at = str(entity["id"])[:ID_LENGTH], _moment(changed)
    if type != CREATED:
        key = f"{type}:{id}" if type == "event.deleted" else _name(body)
        known = record[: ID_LENGTH + 1] if len(record) <= ID_LENGTH else ""
        if type in ("user.created", "user.updated"):
            return Pushed(_short(key), type, record=known, entity=id, at=at, left_out=BY_EVENT)
        return Pushed(_short(key), type, record=known, entity=id, at=at, look_up=True)
    if at is None:
        raise ValueError("The event has no date of creation.")
    left_out = PENDING if entity.get("status", CONFIRMED) != CONFIRMED else "" if record else NOBODY
    if len(record) > ID_LENGTH:
        record, left_out = "", TOO_LONG
    return Pushed(_short(f"{type}:{id}"), type, record=record, entity=id, at=at, left_out=left_out)


def merge(values: Mapping[str, Any], body: Any, fields: Sequence[str]) -> Mapping[str, Any]:
    """A user's values after an event. Empty where its regulation is none of those that the fields belong to."""
    entity = _entity(body)
    regulation = str(body.get("regulation") or entity.get("regulation") or GDPR)
    if regulation not in consents.regulations(fields):
        return {}
    choices = consents.under(regulation, consents.of_event(entity))
    user = entity["user"]
    about = {KEY: user[KEY], consents.COUNTRY: user.get("country")}
    return consents.selected(consents.merged(values, {**choices, **about}), [*fields, MOMENTS])


def newest(known: Mapping[str, Any], read: Record, fields: Sequence[str]) -> Mapping[str, Any]:
    """A user's values, where what was read may be older than what messages have said: the status of a user may follow
    its events with a delay.
    """
    moments = known.get(MOMENTS) or {}
    latest = max((at for item, at in moments.items() if item.endswith(consents.LATEST)), default="")
    if read.modified_at is None or consents.spelled(read.modified_at.isoformat()) >= latest:
        return read.values
    return consents.selected(consents.merged(known, read.values), fields)


def summary(body: Any) -> Mapping[str, str]:
    """What an event says of each purpose, preference and channel."""
    return dict(consents.statements(_entity(body).get("consents")))


def _entity(body: Mapping[str, Any]) -> Mapping[str, Any]:
    parameters = body.get("parameters")
    entity = None
    if isinstance(parameters, Mapping):
        entity = parameters.get("new_entity") or parameters.get("entity")
    if not isinstance(entity, Mapping) or not entity.get("id"):
        raise ValueError("The webhook names no entity. Its option to flatten messages has to be off.")
    return entity


def _moment(text: object) -> datetime | None:
    """A date with its zone. Raises ValueError for a text that is none."""
    if text in (None, ""):
        return None
    moment = datetime.fromisoformat(str(text))
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError(f"{text} is no date that can be compared") from None


def _name(body: Any) -> str:
    return sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _short(key: str) -> str:
    return key if len(key) <= ID_LENGTH else sha256(key.encode()).hexdigest()
