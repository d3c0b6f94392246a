"""What the API answers: results, and refusals in the vendor's envelope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.responses import Response

NAMES = {400: "BadRequest", 401: "NotAuthenticated", 403: "Forbidden", 404: "NotFound", 409: "Conflict"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful result. content None means no body (204)."""

    content: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A refused call: its status, the vendor's name of it, and what people read."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        name = NAMES.get(self.status, "TooManyRequests" if self.status == 429 else "GeneralError")
        words = "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
        return {"name": name, "message": self.message, "code": self.status, "className": words, "errors": {}}


def not_found(what: str, id: object) -> Refusal:
    return Refusal(404, f"No {what} found for id '{id}'")


def response(content: Any, status: int, headers: Mapping[str, str]) -> Response:
    """JSON, or an empty body for content None."""
    if content is None:
        return Response(status_code=status, headers=dict(headers))
    return Response(orjson.dumps(content), status, dict(headers), media_type="application/json; charset=utf-8")
