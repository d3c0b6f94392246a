"""Verifies signed requests for embedded tickets: only recent requests, signed for this record, are allowed.

Two ways to sign, both HMAC-SHA256 with the secret of the connection; and what our own page hands on to itself.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from django.core import signing

LIFETIME = 300
"""Seconds for which a signed request is good."""
SKEW = 60
"""Seconds by which the signer's clock may be ahead."""
VIEW_LIFETIME = 30 * 60
"""Seconds for which an opened view can be sorted, filtered and read again."""
_SALT = "view of tickets"
_LONGEST = 20_000


class NotSigned(Exception):
    """The request has no valid signature. The message is for the person who opened the page."""


class Expired(NotSigned):
    """The signature is valid but too old."""


def check_link(secret: str, connection: str, record: tuple[str, str], query: Mapping[str, str], now: float) -> str:
    """The signature of a link to this record; valid once. Raises NotSigned."""
    expires, nonce, given = (query.get(name, "") for name in ("expires", "nonce", "signature"))
    if not nonce or not (expires.isascii() and expires.isdecimal() and len(expires) <= 12):
        raise NotSigned("The link is not signed.")
    wanted = _mac(secret, link_text(connection, record, expires, nonce)).hex()
    if not hmac.compare_digest(wanted.encode(), given.lower().encode()):
        raise NotSigned("The signature of the link does not fit.")
    _require_fresh(int(expires) - LIFETIME, now)
    return wanted


def link_text(connection: str, record: tuple[str, str], expires: str, nonce: str) -> str:
    """The text that is signed for a link, one value per line."""
    return "\n".join((connection, *record, expires, nonce))


def check_request(secret: str, record: tuple[str, str], signed_request: str, now: float) -> str:
    """The signature of a signed request for this record; valid once. Raises NotSigned.

    Format as in Salesforce Canvas: Base64 of the signature, a dot, and Base64 of JSON with ``algorithm``, ``issuedAt``
    and ``context.environment.record``.
    """
    given, dot, envelope = signed_request.partition(".")
    if not dot or len(signed_request) > _LONGEST:
        raise NotSigned("The request is not signed.")
    wanted = _mac(secret, envelope)
    if not hmac.compare_digest(wanted, _decoded(given)):
        raise NotSigned("The signature of the request does not fit.")
    request = _json(envelope)
    if str(request.get("algorithm", "")).upper() not in ("HMACSHA256", "HMAC-SHA256") or _record(request) != record:
        raise NotSigned("The request was signed for another record.")
    _require_fresh(_seconds(request.get("issuedAt")), now)
    return wanted.hex()


def view_token(secret: str, record: tuple[str, str]) -> str:
    """The token that the page of a record puts into its own links."""
    return signing.dumps(list(record), key=secret, salt=_SALT)


def check_view(secret: str, record: tuple[str, str], token: str) -> None:
    """Raises NotSigned for an invalid token, and Expired for a token of this record that is too old."""
    try:
        named = signing.loads(token, key=secret, salt=_SALT)
    except signing.BadSignature:
        raise NotSigned("The address of this view does not fit.") from None
    if tuple(named) != record:
        raise NotSigned("The address of this view is another record's.")
    try:
        signing.loads(token, key=secret, salt=_SALT, max_age=VIEW_LIFETIME)
    except signing.SignatureExpired:
        raise Expired("This view has been open for too long.") from None


def _mac(secret: str, text: str) -> bytes:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()


def _require_fresh(issued: float, now: float) -> None:
    if not now - LIFETIME <= issued <= now + SKEW:
        raise Expired("The request was not signed a moment ago.")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _json(envelope: str) -> Mapping[str, Any]:
    try:
        request = orjson.loads(_decoded(envelope))
    except ValueError:
        request = None
    if not isinstance(request, dict):
        raise NotSigned("The signed request cannot be read.")
    return request


def _record(request: Mapping[str, Any]) -> tuple[str, str]:
    """The object and the id in the request."""
    record: Any = request
    for name in ("context", "environment", "record"):
        record = record.get(name) if isinstance(record, dict) else None
    if not isinstance(record, dict):
        return "", ""
    attributes = record.get("attributes")
    object = attributes.get("type") if isinstance(attributes, dict) else None
    return str(object or ""), str(record.get("Id") or "")


def _seconds(moment: Any) -> float:
    """When the request was issued, from seconds or milliseconds since 1970. Raises NotSigned without a time."""
    if isinstance(moment, bool) or not isinstance(moment, int | float):
        raise NotSigned("The signed request does not say when it was signed.")
    return moment / 1000 if moment > 1e11 else float(moment)
