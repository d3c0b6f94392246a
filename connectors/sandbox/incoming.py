"""What comes in from outside, made safe to work with: anything may come, and nothing of it may break the sandbox."""

from __future__ import annotations

import re
import secrets
from typing import Any

import orjson
from starlette.requests import Request

BIGGEST = 2**63 - 1
MOST_NESTED = 64  # deeper values could not be written back
_DIGITS = re.compile(r"[0-9]{1,19}")
_HOST = re.compile(r"[A-Za-z0-9._-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
_NESTING = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def whole(value: object) -> int | None:
    """A whole number from 0 to what 63 bits hold, given as a number or as its digits; None for anything else."""
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= BIGGEST:
        return None
    return value


def parsed(body: bytes) -> Any:
    """The value of a JSON text. Raises ValueError for one that is none, or is nested deeper than MOST_NESTED."""
    value = orjson.loads(body)
    if body.count(b"[") + body.count(b"{") > MOST_NESTED and _depth(body) > MOST_NESTED:
        raise ValueError("nested too deeply")
    return value


def _depth(body: bytes) -> int:
    deepest = depth = 0
    for found in _NESTING.finditer(body):
        match found.group()[:1]:
            case b"[" | b"{":
                depth += 1
                deepest = max(deepest, depth)
            case b"]" | b"}":
                depth -= 1
    return deepest


def base_address(request: Request) -> str:
    """Scheme and host by which the caller reached us, "https://acme.zendesk.com"."""
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        server, port = request.scope["server"]
        host = f"[{server}]:{port}" if ":" in server else f"{server}:{port}"
    return f"{request.scope['scheme']}://{host}"


def same_secret(given: str, right: str) -> bool:
    """Compare in constant time, whatever signs are given."""
    return secrets.compare_digest(given.encode(errors="replace"), right.encode())
