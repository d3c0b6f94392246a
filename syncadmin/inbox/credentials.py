"""The credentials with which a system may send us messages: client id, secret and tokens."""

from __future__ import annotations

import logging
import secrets
from hashlib import sha256
from typing import Any, NamedTuple

from django.core import signing
from django.db.models import F
from django.utils import timezone

from connectors.models import Connection
from syncadmin.inbox.models import Receiver

logger = logging.getLogger(__name__)
TOKEN_SECONDS = 3_600
_SALT = "token of the inbox"


def make(connection: Connection, *, by: Any) -> tuple[str, str]:
    """A new id and secret, which from now on are the only ones that count. Side effect: a log line, without them."""
    client_id, secret = f"syncadmin-{secrets.token_hex(8)}", secrets.token_urlsafe(32)
    values = {"client_id": client_id, "secret_hash": _hash(secret), "made_at": timezone.now(), "made_by": by}
    receiver, new = Receiver.objects.get_or_create(connection=connection, defaults=values)
    if not new:
        Receiver.objects.filter(pk=receiver.pk).update(**values, version=F("version") + 1)
    logger.info("%s made new credentials for messages of %s", by or "SyncAdmin", connection.slug)
    return client_id, secret


def token_for(connection: Connection, client_id: str, secret: str) -> str:
    """An access token; "" for a wrong id or secret."""
    receiver = Receiver.objects.filter(connection=connection, connection__enabled=True).first()
    given = _hash(secret)
    if receiver is None or not secrets.compare_digest(given, receiver.secret_hash):
        return ""
    if not secrets.compare_digest(client_id.encode(), receiver.client_id.encode()):
        return ""
    return signing.dumps([receiver.pk, receiver.version], salt=_SALT)


class Claim(NamedTuple):
    """What a token of ours says: whose it is, and which of the secrets it was given for."""

    receiver: int
    version: int


def claim_of(token: str) -> Claim | None:
    """What this token says; None for one that has ended, or is none of ours. Whether its secret still counts is not
    asked here.
    """
    try:
        pk, version = signing.loads(token, salt=_SALT, max_age=TOKEN_SECONDS)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return Claim(pk, version)


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
