"""How the vendor refuses: a whole request (ApiError) or one row of it (RowRefused)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Failure:
    """One reason. `extra` holds what only some codes carry beside code, message and fields."""

    code: str
    message: str
    fields: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    def top_level(self) -> dict[str, Any]:
        """The shape inside a refused request: the key is `errorCode`."""
        body: dict[str, Any] = {**self.extra, "message": self.message, "errorCode": self.code}
        return body | {"fields": list(self.fields)} if self.fields else body

    def in_row(self) -> dict[str, Any]:
        """The shape inside a row result: the key is `statusCode`, and `fields` is always there."""
        return {
            "statusCode": self.code,
            "message": self.message,
            "fields": list(self.fields),
            **self.extra,
        }

    def in_csv(self) -> str:
        """The sf__Error cell of a bulk job."""
        return f"{self.code}:{self.message}:{','.join(self.fields)}{' ' if self.fields else ''}--"


class ApiError(Exception):
    """The whole request is refused with this HTTP status."""

    def __init__(self, status: int, code: str, message: str, fields: Sequence[str] = ()) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.failures: tuple[Failure, ...] = (Failure(code, message, tuple(fields)),)

    @classmethod
    def of(cls, status: int, failures: Sequence[Failure]) -> ApiError:
        made = cls(status, failures[0].code, failures[0].message)
        made.failures = tuple(failures)
        return made

    def body(self) -> list[dict[str, Any]]:
        return [failure.top_level() for failure in self.failures]


class RowRefused(Exception):
    """One row is refused; the others of the request are not concerned."""

    def __init__(self, *failures: Failure) -> None:
        super().__init__("; ".join(f.message for f in failures))
        self.failures = failures


def refused(code: str, message: str, *fields: str) -> RowRefused:
    return RowRefused(Failure(code, message, fields))


def not_found(message: str = "The requested resource does not exist") -> ApiError:
    return ApiError(404, "NOT_FOUND", message)
