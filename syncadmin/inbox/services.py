"""Stores received messages, and deletes them after their retention time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from connectors.api.protocol import Pushes
from connectors.api.values import Pushed
from connectors.models import Connection
from mappings.models import Sync
from syncadmin.inbox.models import Delivery, Message

_Name = tuple[int, str]


def receive(connection: Connection, pushes: Pushes, body: Any) -> bool:
    """Store a message with a delivery for each sync that it concerns; returns whether it is new.

    It is stored as a whole or not at all. Raises ValueError, with a sentence, for what is no message.
    """
    return store([message_of(connection.pk, pushes.parse(body), body)])[0]


def message_of(connection: int, pushed: Pushed, body: Any) -> Message:
    """The message of a connection, by its key, not stored yet."""
    return Message(
        connection_id=connection,
        key=pushed.key,
        type=pushed.type,
        known=pushed.known,
        record=pushed.record,
        entity=pushed.entity,
        look_up=pushed.look_up,
        left_out=pushed.left_out,
        happened_at=pushed.at,
        received_at=timezone.now(),
        body=orjson.dumps(body).decode(),
    )


def store(messages: Sequence[Message]) -> list[bool]:
    """Store these messages in one transaction, each with a delivery for each sync that it concerns; returns of each
    whether it is new. Which ones are there is only asked where some are.
    """
    for known in (_none, _known):
        with suppress(IntegrityError), transaction.atomic():
            return _stored(messages, known(messages))
    # another process has stored some of them meanwhile
    if len(messages) > 1:
        return [store([message])[0] for message in messages]
    _note_copies({_name(messages[0]): 1})
    return [False]


def _name(message: Message) -> _Name:
    return message.connection_id, message.key


def _none(messages: Sequence[Message]) -> Collection[_Name]:
    return ()


def _known(messages: Sequence[Message]) -> Collection[_Name]:
    names = [_name(message) for message in messages]
    there = Message.objects.filter(connection__in={of for of, _ in names}, key__in={key for _, key in names})
    return list(there.values_list("connection_id", "key"))


def _stored(messages: Sequence[Message], there: Collection[_Name]) -> list[bool]:
    known, copies = set(there), Counter[_Name]()
    fresh, found = [], []
    for message in messages:
        name = _name(message)
        found.append(name not in known)
        copies[name] += name in known
        if name not in known:
            fresh.append(message)
        known.add(name)
    Message.objects.bulk_create(fresh)
    _deliver([message for message in fresh if message.known])
    _note_copies(+copies)
    return found


def _deliver(messages: Sequence[Message]) -> None:
    syncs: dict[int, list[int]] = defaultdict(list)
    concerned = Sync.objects.on().filter(left__in={message.connection_id for message in messages})
    for key, left in concerned.order_by().values_list("pk", "left"):
        syncs[left].append(key)
    Delivery.objects.bulk_create(
        [Delivery(message=message, sync_id=key) for message in messages for key in syncs[message.connection_id]]
    )


def _note_copies(copies: Mapping[tuple[int, str], int]) -> None:
    for (connection, key), number in copies.items():
        Message.objects.filter(connection=connection, key=key).update(copies=F("copies") + number)


def empty_old_messages() -> int:
    """Forget what messages said that came too long ago; that they came is kept. Those that wait keep their content."""
    before = timezone.now() - timedelta(days=settings.MESSAGE_DAYS)
    old = Message.objects.filter(received_at__lt=before).exclude(body="").exclude(deliveries__state="queued")
    return old.update(body="")
