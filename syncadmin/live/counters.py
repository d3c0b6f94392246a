"""Counts received webhooks in Redis, so that a webhook is answered without a database write."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime

import django_rq
from django.db.models import F
from redis import Redis
from redis.exceptions import RedisError

from syncadmin.live.models import Webhook

logger = logging.getLogger(__name__)
KEY = "syncadmin:webhook:"
EVENT, REFUSED = "events", "refused"


def count(webhook_id: int, what: str) -> None:
    """One more event or refused message. Without a queue it is not counted."""
    try:
        with _redis().pipeline() as pipe:
            pipe.hincrby(f"{KEY}{webhook_id}", what, 1)
            pipe.hset(f"{KEY}{webhook_id}", f"{what}_at", time.time())
            pipe.execute()
    except RedisError as error:
        logger.warning("a message of webhook %s is not counted: %s", webhook_id, error)


def keep(webhook: Webhook) -> int:
    """Add what was counted since to the row; returns how many were refused."""
    try:
        with _redis().pipeline() as pipe:
            pipe.hgetall(f"{KEY}{webhook.pk}")
            pipe.delete(f"{KEY}{webhook.pk}")
            found, _ = pipe.execute()
    except RedisError:
        return 0
    if not found:
        return 0
    events, refused = int(found.get(b"events", 0)), int(found.get(b"refused", 0))
    moments = {"last_event_at": _moment(found.get(b"events_at")), "refused_at": _moment(found.get(b"refused_at"))}
    known = {name: moment for name, moment in moments.items() if moment}
    Webhook.objects.filter(pk=webhook.pk).update(events=F("events") + events, refused=F("refused") + refused, **known)
    return refused


def _moment(text: bytes | None) -> datetime | None:
    return datetime.fromtimestamp(float(text), UTC) if text else None


def _redis() -> Redis:
    found: Redis = django_rq.get_connection("default")
    return found
