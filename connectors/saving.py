"""Adds, changes, switches and deletes connections. Each change is logged with its author, without secrets."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from django.db import transaction
from django.db.models import PROTECT, ProtectedError
from django.utils.text import slugify

from connectors import crypto
from connectors.api.registry import address_of
from connectors.models import Connection
from connectors.services import save_settings, stored_secrets
from connectors.signals import deleting

logger = logging.getLogger(__name__)

_IDENTITY = ("base_url", "auth", "settings", "secrets")


class InUse(Exception):
    """The connection cannot be deleted; ``users`` are the names of what needs it."""

    def __init__(self, connection: Connection, users: list[str]) -> None:
        super().__init__(f"{connection.name} is used by {', '.join(users)}. Change or delete those first.")
        self.users = users


def filled(connection: Connection, *, name: str, base_url: str, auth: str, values: Mapping[str, str]) -> Connection:
    """The connection with these settings, in memory only. Raises ConfigError for what cannot be used.

    Secrets that are stored for another address are gone: they must be among ``values``.
    """
    address = address_of(connection.kind, base_url)
    for setting in next((m.settings for m in connection.spec.auth_methods if m.key == auth), ()):
        if values.get(setting.key):
            setting.check(values[setting.key])
    if connection.base_url != address:
        connection.secrets = ""
    connection.name, connection.base_url, connection.auth = name, address, auth
    save_settings(connection, values)
    return connection


def kept_secrets(connection: Connection, base_url: str) -> set[str]:
    """Keys of the stored secrets that may be left out of a save: none at another address than they were typed for."""
    return set(stored_secrets(connection)) if connection.base_url == base_url else set()


@transaction.atomic
def save(connection: Connection, *, name: str, base_url: str, auth: str, values: Mapping[str, str], by: object) -> None:
    """Store a new or changed connection. Raises ConfigError like ``filled``.

    Side effects: where anything changed that a test depends on, the last result no longer counts (S3.3), and what was
    found out of a system at another address is forgotten; a log line.
    """
    before = _identity(connection)
    filled(connection, name=name, base_url=base_url, auth=auth, values=values)
    changed = [field for field in _IDENTITY if before[field] != getattr(connection, field)]
    if changed:
        connection.last_check = connection.last_check_at = connection.last_check_ok = None
    if "base_url" in changed:
        connection.facts = {}
        # whoever has it may be somebody else's org from now on
        connection.signing_secret, connection.signing_secret_at = "", None
    if not connection.slug:
        connection.slug = _free_slug(name)
    connection.save()
    logger.info("%s saved the connection %s; changed: %s", by, connection.slug, ", ".join(changed) or "its name")


def set_enabled(connection: Connection, enabled: bool, *, by: object) -> None:
    """A connection that is switched off is never opened. Side effect: a log line."""
    connection.enabled = enabled
    connection.save(update_fields=["enabled", "updated_at"])
    logger.info("%s switched the connection %s %s", by, connection.slug, "on" if enabled else "off")


def delete(connection: Connection, *, by: object) -> list[str]:
    """Delete a connection, and what was set up at the remote system; returns sentences about what is left there.

    Raises InUse while something refers to the connection. Side effects: calls, a log line.
    """
    if users := users_of(connection):
        raise InUse(connection, users)
    left = [text for _, text in deleting.send(Connection, connection=connection) if text]
    slug = connection.slug
    try:
        connection.delete()
    except ProtectedError as error:
        raise InUse(connection, sorted(str(row) for row in error.protected_objects)) from None
    logger.info("%s deleted the connection %s. %s", by, slug, " ".join(left))
    return left


def users_of(connection: Connection) -> list[str]:
    """The names of what needs the connection: it rests while the connection is off, and keeps it from being deleted."""
    needing = [relation for relation in connection._meta.related_objects if relation.on_delete is PROTECT]
    rows = {row for one in needing for row in one.related_model._default_manager.filter(**{one.field.name: connection})}
    return sorted(str(row) for row in rows)


@transaction.atomic
def rotate_secrets() -> int:
    """Encrypt every stored secret again with the newest key; returns how many connections there are.

    Raises ConfigError, having changed nothing, where no key fits. Access tokens are dropped: new ones are asked for.
    """
    found = list(Connection.objects.select_for_update())
    for connection in found:
        secrets = crypto.decrypt(connection.secrets)
        connection.secrets = crypto.encrypt(secrets) if secrets else ""
        signing = crypto.decrypt(connection.signing_secret)
        connection.signing_secret = crypto.encrypt(signing) if signing else ""
        connection.token, connection.token_until = "", None
    Connection.objects.bulk_update(found, ["secrets", "signing_secret", "token", "token_until"])
    logger.info("the secrets of %d connections were encrypted with the newest key", len(found))
    return len(found)


def _identity(connection: Connection) -> dict[str, object]:
    return {field: getattr(connection, field) for field in _IDENTITY}


def _free_slug(name: str) -> str:
    stem = slugify(name)[:40] or "connection"
    # "add" is an address of its own
    taken = {"add", *Connection.objects.filter(slug__startswith=stem).values_list("slug", flat=True)}
    candidates = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)
