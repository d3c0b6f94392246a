"""/oauth/tokens (authorization_code, refresh_token, client_credentials) and an approving /oauth page.

The page at /oauth/authorizations/new approves at once, as an administrator would by one click.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from connectors.sandbox.incoming import parsed, same_secret, whole
from connectors.sandbox.zendesk.answers import Refusal, response
from connectors.sandbox.zendesk.store import Store
from connectors.sandbox.zendesk.tokens import (
    ACCESS_SECONDS,
    CLIENT_ID,
    CLIENT_SECRET,
    CODE_SECONDS,
    REFRESH_SECONDS,
    Code,
    Token,
)


async def tokens(request: Request) -> Response:
    """POST /oauth/tokens, JSON or form. 201 with the token; 400 or 401 with an OAuth error."""
    store: Store = request.app.state.store
    try:
        token = _grant(store, await _given(request))
    except Refusal as refusal:
        return response(refusal.body, refusal.status, refusal.headers)
    store.revision += 1
    body: dict[str, Any] = {
        "access_token": token.access,
        "token_type": "bearer",
        "scope": token.scope,
        "expires_in": token.expires_in,
    }
    if token.refresh:
        body |= {"refresh_token": token.refresh, "refresh_token_expires_in": token.refresh_expires_in}
    return response(body, 201, {"cache-control": "no-store"})


async def authorize(request: Request) -> Response:
    """GET /oauth/authorizations/new: back to redirect_uri with a code and the state."""
    store: Store = request.app.state.store
    query = request.query_params
    if query.get("client_id") != CLIENT_ID or not query.get("redirect_uri"):
        return response({"error": "invalid_request"}, 400, {})
    code = Code(
        secrets.token_hex(16),
        query.get("scope", "read"),
        query["redirect_uri"],
        store.time() + CODE_SECONDS,
        query.get("code_challenge"),
    )
    store.tokens.codes[code.code] = code
    back = {"code": code.code} | ({"state": query["state"]} if "state" in query else {})
    return RedirectResponse(f"{query['redirect_uri']}?{urlencode(back)}", 302)


async def _given(request: Request) -> Mapping[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = parsed(await request.body())
        except ValueError:
            raise _error(400, "invalid_request", "The body is not JSON.") from None
        if not isinstance(body, dict):
            raise _error(400, "invalid_request", "The body must be an object.")
        return body
    form = await request.form()
    return {key: str(value) for key, value in form.items()}


def _grant(store: Store, given: Mapping[str, Any]) -> Token:
    right_secret = same_secret(str(given.get("client_secret", "")), CLIENT_SECRET)
    if given.get("client_id") != CLIENT_ID or not right_secret:
        raise _error(401, "invalid_client", "Client authentication failed.")
    now = store.time()
    expires_in = _seconds(given, "expires_in", ACCESS_SECONDS, 301, 172_799)
    match given.get("grant_type"):
        case "client_credentials":
            # acts as the user the client belongs to, and cannot be refreshed
            return store.tokens.issue(str(given.get("scope") or "read"), now, expires_in, None)
        case "refresh_token":
            token = store.tokens.rotate(str(given.get("refresh_token", "")), now, expires_in)
            if token is None:
                raise _error(400, "invalid_grant", "The refresh token is invalid, expired or was used before.")
            return token
        case "authorization_code":
            code = _redeem(store, given, now)
            lifetime = _seconds(given, "refresh_token_expires_in", REFRESH_SECONDS, 604_800, 7_776_000)
            return store.tokens.issue(code.scope, now, expires_in, lifetime)
    raise _error(400, "unsupported_grant_type", "The authorization grant type is not supported.")


def _redeem(store: Store, given: Mapping[str, Any], now: float) -> Code:
    code = store.tokens.codes.pop(str(given.get("code", "")), None)
    right = code is not None and code.expires > now and code.redirect_uri == given.get("redirect_uri")
    if code is None or not right or not _proves(code, str(given.get("code_verifier", ""))):
        raise _error(400, "invalid_grant", "The provided authorization grant is invalid, expired or revoked.")
    return code


def _proves(code: Code, verifier: str) -> bool:
    if code.challenge is None:
        return True
    digest = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    return same_secret(code.challenge.rstrip("="), digest)


def _seconds(given: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    value = given.get(name)
    if value is None:
        return default
    seconds = whole(value)
    if seconds is None or not least <= seconds <= most:
        raise _error(400, "invalid_request", f"{name} must be between {least} and {most} seconds.")
    return seconds


def _error(status: int, error: str, description: str) -> Refusal:
    return Refusal(status, {"error": error, "error_description": description})
