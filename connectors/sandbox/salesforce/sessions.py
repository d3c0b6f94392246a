"""Access tokens: who holds one, until when."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.org import INTEGRATION_USER, ORG_ID, Org

CLIENT_ID = "3MVG9sandbox.consumer.key.of.SyncAdmin"
CLIENT_SECRET = "4F0C8E2B9D6A1C7E3B5D8F0A2C4E6B8D0F1A3C5E7B9D1F3A5C7E9B1D3F5A7C9E"
USERNAME = "integration@syncadmin.sandbox"


@dataclass(frozen=True, slots=True)
class Keys:
    """The pair of the JWT bearer flow: the client signs with `private`, the organisation checks with `public`."""

    private: str
    public: str


def new_keys() -> Keys:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Keys(private.decode(), public.decode())


class Sessions:
    """Tokens of one organisation, with the moment each ends."""

    def __init__(self, org: Org, keys: Keys) -> None:
        self._org = org
        self.keys = keys
        self._ends: dict[str, float] = {}
        self._refresh: set[str] = set()

    def open(self) -> str:
        token = f"{ORG_ID[:15]}!{secrets.token_urlsafe(60)}"
        self._ends[token] = self._org.clock.now() + self._org.settings.token_seconds
        return token

    def permanent(self) -> str:
        """A token that ends only when all are expired by force."""
        token = self.open()
        self._ends[token] = float("inf")
        return token

    def reopen(self, access: str, refresh: str) -> None:
        """Make these tokens valid again, whatever happened to them."""
        self._ends[access] = float("inf")
        self._refresh.add(refresh)

    def new_refresh_token(self) -> str:
        token = f"5Aep861{secrets.token_urlsafe(48)}"
        self._refresh.add(token)
        return token

    def refreshable(self, token: str) -> bool:
        return token in self._refresh

    def close(self, token: str) -> bool:
        """Revoke an access or refresh token; False when there is no such token."""
        if token in self._refresh:
            self._refresh.discard(token)
            return True
        return self._ends.pop(token, None) is not None

    def expire_all(self) -> int:
        """End every access token now, as an administrator revoking sessions does; how many there were."""
        count = len(self._ends)
        self._ends.clear()
        return count

    def valid(self, token: str) -> bool:
        return self._ends.get(token, 0.0) > self._org.clock.now()

    def user(self, authorization: str | None) -> str:
        """The user id of an Authorization header. Raises ApiError 401."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() not in ("bearer", "oauth") or not token:
            raise ApiError(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
        if not self.valid(token.strip()):
            raise ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")
        return INTEGRATION_USER
