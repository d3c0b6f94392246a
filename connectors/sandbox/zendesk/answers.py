"""What the API answers: results, and refusals in the vendor's envelopes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.responses import Response

Details = dict[str, list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful result. content None means no body (204)."""

    content: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A refused call: status, body and headers of the answer."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


class Invalid(Refusal):
    """A record that breaks a rule: 422 RecordInvalid, or one failed row of a job."""

    def __init__(self, details: Details) -> None:
        body = {"error": "RecordInvalid", "description": "Record validation errors", "details": details}
        super().__init__(422, body)
        self.details = details

    def sentence(self) -> str:
        """All descriptions in one line, as job results give them."""
        return " ".join(entry["description"] for entries in self.details.values() for entry in entries)


def invalid(field_name: str, description: str, error: str = "InvalidValue") -> Invalid:
    """One broken rule, e.g. ("name", "Name: has already been taken", "DuplicateValue")."""
    return Invalid({field_name: [{"description": description, "error": error}]})


def not_found() -> Refusal:
    return Refusal(404, {"error": "RecordNotFound", "description": "Not found"})


def bad_request(description: str, error: str = "BadRequest") -> Refusal:
    return Refusal(400, {"error": error, "description": description})


NO_ACCESS = "You do not have access to this page. Please contact the account owner of this help desk for further help."


def forbidden(description: str = NO_ACCESS) -> Refusal:
    return Refusal(403, {"error": "Forbidden", "description": description})


def too_many_values(description: str, limit: int | None = None) -> Refusal:
    body: dict[str, Any] = {"error": "TooManyValues", "description": description}
    return Refusal(400, body if limit is None else {**body, "max_count": limit})


def response(content: Any, status: int, headers: Mapping[str, str]) -> Response:
    """JSON, or an empty body for content None."""
    if content is None:
        return Response(status_code=status, headers=dict(headers))
    body = orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)
    return Response(body, status, headers, media_type="application/json; charset=utf-8")
