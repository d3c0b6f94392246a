"""What the API answers: results, and refusals in the vendor's envelope."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.responses import Response

JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """A result. content None means no body (204)."""

    content: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A refused call, in the vendor's envelope."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def answer(self, moment: str) -> Answer:
        """The refusal as an answer. moment: when it happened, as "2025-02-13T10:17:05"."""
        inner = {"date": moment, "request-id": str(uuid.uuid4()), "client-request-id": str(uuid.uuid4())}
        error = {"code": self.code, "message": self.message, "innerError": inner}
        return Answer({"error": error}, self.status, self.headers)


def not_found() -> Refusal:
    return Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def bad_request(message: str, code: str = "RequestBodyRead") -> Refusal:
    return Refusal(400, code, message)


def denied(message: str = "Access is denied. Check credentials and try again.") -> Refusal:
    return Refusal(403, "ErrorAccessDenied", message)


def response(answer: Answer) -> Response:
    """JSON, or an empty body for content None."""
    if answer.content is None:
        return Response(status_code=answer.status, headers=dict(answer.headers))
    return Response(orjson.dumps(answer.content), answer.status, dict(answer.headers), media_type=JSON)
