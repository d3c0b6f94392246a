"""Stores access tokens between processes, so that a worker does not sign in for every job."""

from datetime import timedelta

from django.utils import timezone

from connectors import crypto
from connectors.models import Connection


class StoredToken:
    """The access token of one connection, encrypted in its row. Saving new credentials clears it."""

    def __init__(self, connection_id: int | None) -> None:
        # an unsaved connection has no row to keep a token in
        self._rows = Connection.objects.filter(pk=connection_id or 0)

    def get(self) -> str | None:
        """The token, or None when there is none or it has run out."""
        row = self._rows.filter(token_until__gt=timezone.now()).values_list("token", flat=True).first()
        return crypto.decrypt(row).get("token") if row else None

    def set(self, token: str, lifetime_seconds: float) -> None:
        until = timezone.now() + timedelta(seconds=lifetime_seconds)
        self._rows.update(token=crypto.encrypt({"token": token}), token_until=until)

    def clear(self) -> None:
        self._rows.update(token="", token_until=None)
