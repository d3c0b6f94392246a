"""The signing secret of a system that embeds our pages: created here, shown once, stored encrypted."""

from __future__ import annotations

import logging
import secrets

from django.utils import timezone

from connectors import crypto
from connectors.api.errors import ConfigError
from connectors.models import Connection

logger = logging.getLogger(__name__)

_KEY = "embedding"


def can_embed(connection: Connection) -> bool:
    """Whether the system has pages that may show one of ours."""
    return bool(connection.spec.frame_origins(connection.base_url))


def make_secret(connection: Connection, *, by: object) -> str:
    """A new secret, which from now on is the only one that counts. Side effect: a log line, without it."""
    made = secrets.token_urlsafe(32)
    _store(connection, crypto.encrypt({_KEY: made}))
    logger.info("%s made a new signing secret for pages inside %s", by, connection.slug)
    return made


def remove_secret(connection: Connection, *, by: object) -> None:
    """Nothing is shown inside the system any more. Side effect: a log line."""
    _store(connection, "")
    logger.info("%s removed the signing secret for pages inside %s", by, connection.slug)


def secret_of(connection: Connection) -> str:
    """The secret that counts; "" where there is none, or none that can be read with the present keys."""
    try:
        return crypto.decrypt(connection.signing_secret).get(_KEY, "")
    except ConfigError:
        return ""


def signing_connection(slug: str) -> Connection | None:
    """The connection whose secret signs, by its slug; without one the only connection that has a secret."""
    rows = Connection.objects.filter(enabled=True).exclude(signing_secret="")
    found = list(rows.filter(slug=slug) if slug else rows[:2])
    return found[0] if len(found) == 1 and can_embed(found[0]) else None


def _store(connection: Connection, encrypted: str) -> None:
    connection.signing_secret = encrypted
    connection.signing_secret_at = timezone.now() if encrypted else None
    connection.save(update_fields=["signing_secret", "signing_secret_at", "updated_at"])
