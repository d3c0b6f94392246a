"""The token endpoint and what belongs to it: client credentials, JWT bearer, refresh token, revoke."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl

import jwt
from starlette.responses import Response

from connectors.sandbox.incoming import same_secret
from connectors.sandbox.salesforce.api import Call, Paths, answer, empty
from connectors.sandbox.salesforce.endpoints.identity import address
from connectors.sandbox.salesforce.hosts import LOGIN, at_login, instance_url
from connectors.sandbox.salesforce.sessions import CLIENT_ID, CLIENT_SECRET, USERNAME, Sessions

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Refused(Exception):
    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class OAuth:
    """The endpoints of one organisation's tokens."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def paths(self) -> Paths:
        return {
            "/services/oauth2/token": {"POST": self.token},
            "/services/oauth2/revoke": {"POST": self.revoke, "GET": self.revoke},
            "/services/oauth2/introspect": {"POST": self.introspect},
        }

    def token(self, call: Call) -> Response:
        form = _form(call)
        grants = {
            "client_credentials": self._client_credentials,
            JWT_BEARER: self._jwt_bearer,
            "refresh_token": self._refresh_token,
        }
        grant = grants.get(form.get("grant_type", ""))
        try:
            if grant is None:
                raise Refused("unsupported_grant_type", "grant type not supported")
            extra = grant(call, form)
        except Refused as refused:
            return answer({"error": refused.error, "error_description": refused.description}, 400)
        return answer(self._granted(call, extra))

    def _granted(self, call: Call, extra: dict[str, str]) -> dict[str, Any]:
        issued = str(int(call.org.clock.now() * 1000))
        identity = address(call.base_url)
        digest = hmac.new(CLIENT_SECRET.encode(), (identity + issued).encode(), hashlib.sha256).digest()
        return {
            "access_token": self._sessions.open(),
            "signature": base64.b64encode(digest).decode(),
            "scope": "api refresh_token",
            "instance_url": instance_url(call.base_url),
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued,
            **extra,
        }

    def _client_credentials(self, call: Call, form: dict[str, str]) -> dict[str, str]:
        _check_client(*_client(call, form), secret_needed=True)
        if at_login(call.base_url):
            raise Refused("invalid_grant", "request not supported on this domain")
        return {}

    def _jwt_bearer(self, call: Call, form: dict[str, str]) -> dict[str, str]:
        audiences = [
            *(f"https://{host}" for host in LOGIN),
            call.base_url,
            call.base_url.replace("http://", "https://", 1),
        ]
        try:
            claims = jwt.decode(
                form.get("assertion", ""),
                self._sessions.keys.public,
                algorithms=["RS256"],
                options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
            )
            expires = float(claims.get("exp", 0))
        except (jwt.InvalidTokenError, ValueError, TypeError) as error:
            raise Refused("invalid_grant", "invalid assertion") from error
        if claims.get("iss") != CLIENT_ID:
            raise Refused("invalid_client_id", "client identifier invalid")
        if str(claims.get("aud", "")).rstrip("/") not in audiences:
            raise Refused("invalid_grant", "audience is invalid")
        if expires < call.org.clock.now():
            raise Refused("invalid_grant", "assertion is expired")
        if claims.get("sub") != USERNAME:
            raise Refused("invalid_grant", "user hasn't approved this consumer")
        return {}

    def _refresh_token(self, call: Call, form: dict[str, str]) -> dict[str, str]:
        _check_client(*_client(call, form), secret_needed=False)
        if not self._sessions.refreshable(form.get("refresh_token", "")):
            raise Refused("invalid_grant", "expired access/refresh token")
        return {}

    def revoke(self, call: Call) -> Response:
        token = _form(call).get("token") or call.query.get("token", "")
        if not self._sessions.close(token):
            body = {"error": "unsupported_token_type", "error_description": "this token type is not supported"}
            return answer(body, 400)
        return empty(200)

    def introspect(self, call: Call) -> Response:
        form = _form(call)
        try:
            _check_client(*_client(call, form), secret_needed=True)
        except Refused as refused:
            return answer({"error": refused.error, "error_description": refused.description}, 401)
        if not self._sessions.valid(form.get("token", "")):
            return answer({"active": False})
        return answer({"active": True, "scope": "api refresh_token", "client_id": CLIENT_ID, "username": USERNAME})


def _form(call: Call) -> dict[str, str]:
    return dict(parse_qsl(call.content().decode("utf-8", "replace"), keep_blank_values=True))


def _client(call: Call, form: dict[str, str]) -> tuple[str, str]:
    """Client id and secret, from the Basic header or else from the form."""
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except ValueError:
            return "", ""
        return id, secret
    return form.get("client_id", ""), form.get("client_secret", "")


def _check_client(id: str, secret: str, *, secret_needed: bool) -> None:
    if id != CLIENT_ID:
        raise Refused("invalid_client_id", "client identifier invalid")
    if (secret_needed or secret) and not same_secret(secret, CLIENT_SECRET):
        raise Refused("invalid_client", "invalid client credentials")
