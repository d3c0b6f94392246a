"""OAuth clients and tokens. Every secret here is public: the sandbox prints them."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from connectors.sandbox.incoming import same_secret

CLIENT_ID = "syncadmin_sandbox"
CLIENT_SECRET = "sandbox-client-secret"
ADMIN_EMAIL = "admin@helpdesk.example"
API_TOKEN = "sandbox-api-token"
# Two credentials that are printed at start; the access token never expires.
ACCESS_TOKEN = "sandbox-access-token"
REFRESH_TOKEN = "sandbox-refresh-token"

ACCESS_SECONDS = 1_800
REFRESH_SECONDS = 30 * 86_400
CODE_SECONDS = 120


@dataclass(slots=True)
class Token:
    """An access token and, unless it came from client credentials, its refresh token. Times in seconds."""

    access: str
    refresh: str | None
    scope: str
    expires: float | None
    refresh_expires: float | None
    expires_in: int = ACCESS_SECONDS
    refresh_expires_in: int = REFRESH_SECONDS


@dataclass(slots=True)
class Code:
    """An authorization code, valid 120 seconds and once. challenge: PKCE S256."""

    code: str
    scope: str
    redirect_uri: str
    expires: float
    challenge: str | None = None


class Tokens:
    """Issued tokens by access token, and the refresh tokens that may replace them."""

    def __init__(self) -> None:
        self.by_access: dict[str, Token] = {}
        self.codes: dict[str, Code] = {}
        self.reopen()

    def reopen(self) -> None:
        """The printed tokens work, whatever happened to them."""
        forever = Token(ACCESS_TOKEN, None, "read write", None, None)
        renewable = Token(f"{ACCESS_TOKEN}-old", REFRESH_TOKEN, "read write", 0.0, None)
        self.by_access |= {token.access: token for token in (forever, renewable)}

    def find(self, access: str, now: float) -> Token | None:
        """The valid token, if it is one."""
        token = self.by_access.get(access)
        if token is None or (token.expires is not None and token.expires <= now):
            return None
        return token

    def issue(self, scope: str, now: float, expires_in: int, refresh_expires_in: int | None) -> Token:
        """A new token; with a refresh token if `refresh_expires_in` is given."""
        renewable = refresh_expires_in is not None
        token = Token(
            access=secrets.token_hex(32),
            refresh=secrets.token_hex(32) if renewable else None,
            scope=scope,
            expires=now + expires_in,
            refresh_expires=now + refresh_expires_in if refresh_expires_in is not None else None,
            expires_in=expires_in,
            refresh_expires_in=refresh_expires_in or REFRESH_SECONDS,
        )
        self.by_access[token.access] = token
        return token

    def rotate(self, refresh: str, now: float, expires_in: int) -> Token | None:
        """Exchange a refresh token: the old pair dies. None if it is unknown or expired."""
        for token in self.by_access.values():
            if token.refresh is None or not same_secret(refresh, token.refresh):
                continue
            if token.refresh_expires is not None and token.refresh_expires <= now:
                return None
            del self.by_access[token.access]
            return self.issue(token.scope, now, expires_in, token.refresh_expires_in)
        return None

    def expire(self) -> None:
        """Every access token but the printed one stops working now."""
        for token in self.by_access.values():
            if token.expires is not None:
                token.expires = 0.0

    def revoke(self) -> None:
        """Every token stops working, the printed ones too, and none can be refreshed."""
        self.by_access.clear()

    def dump(self) -> list[dict[str, Any]]:
        return [asdict(token) for token in self.by_access.values()]

    def load(self, rows: list[dict[str, Any]]) -> None:
        self.by_access = {row["access"]: Token(**row) for row in rows}
