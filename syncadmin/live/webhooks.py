"""Sets up webhooks at remote systems: creates, checks, repairs and removes them."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from connectors import crypto
from connectors.api.errors import ConnectorError
from connectors.api.registry import CONNECTORS
from connectors.models import Connection
from connectors.services import hooks_of
from syncadmin.live import counters
from syncadmin.live.models import Webhook
from syncadmin.live.nudge import objects_read
from syncadmin.logs import notifications

logger = logging.getLogger(__name__)
CHECKED_EVERY, CHECKED_WHEN_REFUSED = timedelta(minutes=5), timedelta(minutes=1)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# So many refused messages between two looks are worth a mail, and the next one only after an hour without any.
MANY, QUIET = 50, timedelta(hours=1)
FORGED = (
    "{number:,} messages that were not signed by {name} came within a short time and were refused. They changed "
    "nothing. Somebody knows the address and tries it; if this goes on, let only the addresses of {name} reach it."
)
LEFT = (
    "The webhook to {endpoint} could not be removed from {name}: {why} Delete it there. Until then its messages are "
    "refused and change nothing."
)
NO_ADDRESS = "Webhooks need a public https address in the setting PUBLIC_URL. Until then changes are found by looking."


def keep_all() -> None:
    """What the clock does: every webhook is as it should be, and what was counted is kept. Side effect: calls."""
    for connection in Connection.objects.filter(enabled=True):
        if has_hooks(connection):
            keep(connection)


def has_hooks(connection: Connection) -> bool:
    return connection.kind in CONNECTORS and connection.spec.hooks is not None


def keep(connection: Connection) -> None:
    """Make, check, repair or remove the webhook of a connection, whichever it needs. What fails is tried again."""
    row = Webhook.objects.filter(connection=connection).first()
    refused = counters.keep(row) if row else 0
    if row:
        _note_refused(row, refused)
    objects, endpoint = wanted(connection), address(connection)
    if not objects or not endpoint:
        if row:
            remove(row)
        return
    row = row or Webhook(connection=connection)
    if _in_order(row, objects, endpoint, refused):
        return
    try:
        with hooks_of(connection) as hooks:
            kept = hooks.keep_hook(row.remote_id, endpoint, objects)
    except ConnectorError as error:
        logger.warning("the webhook of %s: %s", connection.slug, error)
        _store(row, problem=f"{error.message} {error.hint}".strip())
        return
    if kept.done:
        logger.info("the webhook of %s was %s", connection.slug, kept.done)
    now = timezone.now()
    values = {"remote_id": kept.id, "secret": crypto.encrypt({"secret": kept.secret}), "endpoint": endpoint}
    made = {"made_at": now} if kept.id != row.remote_id else {}
    _store(row, **values, **made, objects_covered=objects, kept_at=now, problem="")


def remove(row: Webhook) -> ConnectorError | None:
    """Take the webhook away at the system, and forget it. Where that cannot be done it is kept; returns why."""
    try:
        if row.remote_id:
            with hooks_of(row.connection) as hooks:
                hooks.drop_hook(row.remote_id, row.endpoint)
    except ConnectorError as error:
        logger.warning("the webhook of %s cannot be removed: %s", row.connection.slug, error)
        return error
    row.delete()
    return None


def leave(*, connection: Connection, **_: object) -> str:
    """Take the webhook of a connection away before that is deleted; returns what to do where it stays."""
    row = Webhook.objects.filter(connection=connection).first()
    error = remove(row) if row else None
    return LEFT.format(name=connection.name, why=error.message, endpoint=row.endpoint) if row and error else ""


def wanted(connection: Connection) -> list[str]:
    """The objects whose changes concern somebody here."""
    hooks = connection.spec.hooks
    return sorted(name for name in objects_read(connection) if name.partition("/")[0] in hooks.objects) if hooks else []


def address(connection: Connection) -> str:
    """Where the system is to send to; "" where it cannot reach us. A sandbox on this machine can."""
    ours, theirs = urlsplit(settings.PUBLIC_URL), urlsplit(connection.base_url)
    both_here = ours.hostname in LOOPBACK and theirs.hostname in LOOPBACK
    if ours.scheme != "https" and not both_here:
        return ""
    return f"{settings.PUBLIC_URL}{reverse('inbox:hook', args=[connection.kind, connection.slug])}"


def secret_of(row: Webhook) -> str:
    """What signs its messages; "" where it cannot be read."""
    try:
        return str(crypto.decrypt(row.secret).get("secret", "")) if row.secret else ""
    except ConnectorError:
        return ""


def _note_refused(row: Webhook, refused: int) -> None:
    """One alert when many messages come that are not signed, and none again before they have stopped for an hour."""
    if row.alerted and not refused and (row.refused_at is None or row.refused_at < timezone.now() - QUIET):
        Webhook.objects.filter(pk=row.pk).update(alerted=False)
    if refused < MANY or row.alerted:
        return
    Webhook.objects.filter(pk=row.pk).update(alerted=True)
    row.alerted = True
    name = row.connection.name
    notifications.notify_administrators(
        title=f"Webhook of {name}: messages that are not signed",
        text=FORGED.format(number=refused, name=name),
        path=row.connection.get_absolute_url(),
    )


def _in_order(row: Webhook, objects: list[str], endpoint: str, refused: int) -> bool:
    """Where messages were refused the secret may have been changed: it is asked for again, once a minute at most."""
    age = CHECKED_WHEN_REFUSED if refused else CHECKED_EVERY
    fresh = row.kept_at is not None and row.kept_at > timezone.now() - age
    return (
        fresh
        and not row.problem
        and secret_of(row) != ""
        and (row.objects_covered, row.endpoint) == (objects, endpoint)
    )


def _store(row: Webhook, **values: Any) -> None:
    Webhook.objects.update_or_create(connection=row.connection, defaults=values)
