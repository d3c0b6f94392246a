"""Who calls: OAuth bearer tokens and Basic email/token. What may they: scopes and roles."""

from __future__ import annotations

import base64

from connectors.sandbox.zendesk.answers import Refusal, forbidden
from connectors.sandbox.zendesk.schema.records import User
from connectors.sandbox.zendesk.store import Store
from connectors.sandbox.zendesk.tokens import ADMIN_EMAIL, API_TOKEN

# path segment -> the resource that scopes name
SCOPED = {
    "organizations": "organizations",
    "organization_memberships": "organizations",
    "organization_fields": "organizations",
    "organization_merges": "organizations",
    "users": "users",
    "user_fields": "users",
    "deleted_users": "users",
    "webhooks": "webhooks",
    "tickets": "tickets",
    "ticket_fields": "tickets",
    "deleted_tickets": "tickets",
}


# Whoever gives no credentials, or a wrong email or API token, where the vendor answers all the same.
ANONYMOUS = User(0, "Anonymous user", 0, 0, email="invalid@example.com", role="anonymous")
ALL_SCOPES = frozenset({"read", "write"})


def authenticate(store: Store, authorization: str | None, allowed: tuple[str, ...]) -> tuple[User, frozenset[str]]:
    """The calling user and the scopes; ANONYMOUS where that is among the allowed roles. Raises Refusal 401."""
    scheme, _, secret = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        token = store.tokens.find(secret.strip(), store.time())
        if token is None:
            raise _invalid_token()
        return _administrator(store), frozenset(token.scope.split())
    user = _basic(store, secret) if scheme.lower() == "basic" else None
    if user is None and ANONYMOUS.role in allowed:
        user = ANONYMOUS
    if user is None:
        raise Refusal(401, {"error": "Couldn't authenticate you"})
    return user, ALL_SCOPES


def require_scope(scopes: frozenset[str], method: str, path: str) -> None:
    """Raises Refusal 403 when no scope allows this method on this path."""
    verb = "read" if method in ("GET", "HEAD") else "write"
    if verb in scopes:
        return
    segments = path.removeprefix("/api/v2/").split("/")
    resource = SCOPED.get(segments[1] if segments[0] == "incremental" else segments[0])
    # jobs belong to whoever could start them
    if segments[0] == "job_statuses" and any(":" in scope or scope == "write" for scope in scopes):
        return
    if resource is None or f"{resource}:{verb}" not in scopes:
        said = f"You are missing the following required scopes: {verb}"
        raise Refusal(403, {"error": "Forbidden", "description": said})


def require_role(user: User, allowed: tuple[str, ...]) -> None:
    """Raises Refusal 403."""
    if user.role not in allowed or user.suspended:
        raise forbidden()


def _administrator(store: Store) -> User:
    return store.users.rows[store.user_by_email[ADMIN_EMAIL]]


def _basic(store: Store, secret: str) -> User | None:
    try:
        name, _, password = base64.b64decode(secret, validate=True).decode().partition(":")
    except ValueError:
        return None
    email, _, marker = name.partition("/")
    user_id = store.user_by_email.get(email.lower())
    right = marker == "token" and password == API_TOKEN and user_id is not None
    return store.users.rows[user_id] if right and user_id is not None else None


def _invalid_token() -> Refusal:
    body = {
        "error": "invalid_token",
        "error_description": ("The access token provided is expired, revoked, malformed or invalid for other reasons."),
    }
    return Refusal(401, body, {"WWW-Authenticate": 'Bearer realm="Zendesk"'})
