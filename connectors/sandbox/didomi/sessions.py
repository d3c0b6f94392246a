"""Sessions: an access token of one hour for an API key. Every secret here is public: the sandbox prints them."""

from __future__ import annotations

import secrets

KEY_ID = "sandbox-key"
SECRET = "sandbox-didomi-secret"
ACCESS_TOKEN = "sandbox-didomi-token"
SECONDS = 3_600


class Sessions:
    """Issued tokens, each with the second in which it ends; None for the printed one."""

    def __init__(self) -> None:
        self.ends: dict[str, float | None] = {ACCESS_TOKEN: None}

    def open(self, now: float) -> str:
        token = f"{secrets.token_urlsafe(12)}.{secrets.token_urlsafe(48)}.{secrets.token_urlsafe(32)}"
        self.ends[token] = now + SECONDS
        return token

    def valid(self, token: str, now: float) -> bool:
        ends = self.ends.get(token, 0.0)
        return ends is None or ends > now

    def expire(self) -> None:
        """Every token but the printed one ends now."""
        self.ends = {token: ends for token, ends in self.ends.items() if ends is None}

    def revoke(self) -> None:
        """No token is good any more, the printed one neither."""
        self.ends = {}

    def reopen(self) -> None:
        self.ends[ACCESS_TOKEN] = None
