"""The application that may ask for tokens, and the tokens that it was given. Every secret here is public."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from connectors.sandbox.vocabulary import MAIL_DOMAIN

TENANT_ID = "5a4d1e0c-3b7f-4f6e-9a51-0c6f2f7e8b10"
TENANT_DOMAIN = MAIL_DOMAIN
CLIENT_ID = "b2c9e2a4-8d0e-4a0f-8c55-6f1f0d3f9a77"
CLIENT_SECRET = "sandbox-graph-secret"
ACCESS_TOKEN = "sandbox-graph-token"
LIFETIME = 3_599


@dataclass(slots=True)
class Tokens:
    """Issued access tokens and when each ends; None for the one that is printed at the start."""

    ends: dict[str, float | None] = field(default_factory=lambda: {ACCESS_TOKEN: None})

    def issue(self, now: float) -> str:
        token = f"EwB4{secrets.token_urlsafe(48)}"
        self.ends[token] = now + LIFETIME
        return token

    def valid(self, token: str, now: float) -> bool:
        if token not in self.ends:
            return False
        ends = self.ends[token]
        return ends is None or ends > now

    def expire(self) -> None:
        """Every token but the printed one ends now."""
        self.ends = {ACCESS_TOKEN: None}
