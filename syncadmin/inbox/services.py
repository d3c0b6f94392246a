"""Taking messages in, and forgetting what they said when its time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from connectors.api.protocol import Pushes
from connectors.models import Connection
from mappings.models import Sync
from syncadmin.inbox.models import Delivery, Message


def take_in(connection: Connection, pushes: Pushes, body: Any) -> bool:
    """Store a message with a delivery for each sync that it concerns; returns whether it is new.

    It is stored as a whole or not at all. Raises ValueError, with a sentence, for what is no message.
    """
    said = pushes.parse(body)
    message = Message(
        connection=connection,
        key=said.key,
        type=said.type,
        known=said.known,
        record=said.record,
        entity=said.entity,
        look_up=said.look_up,
        left_out=said.left_out,
        happened_at=said.at,
        received_at=timezone.now(),
        body=orjson.dumps(body).decode(),
    )
    if Message.objects.filter(connection=connection, key=said.key).exists():
        return _note_copy(message)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
            syncs = Sync.objects.on().filter(left=connection) if said.known else Sync.objects.none()
            Delivery.objects.bulk_create([Delivery(message=message, sync=sync) for sync in syncs])
    except IntegrityError:
        return _note_copy(message)
    return True


def _note_copy(message: Message) -> bool:
    Message.objects.filter(connection=message.connection, key=message.key).update(copies=F("copies") + 1)
    return False


def empty_old_messages() -> int:
    """Forget what messages said that came too long ago; that they came is kept. Those that wait keep their content."""
    before = timezone.now() - timedelta(days=settings.MESSAGE_DAYS)
    old = Message.objects.filter(received_at__lt=before).exclude(body="").exclude(deliveries__state="queued")
    return old.update(body="")
