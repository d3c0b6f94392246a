"""Base class of connectors that send all calls through one HTTP session."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, Protocol, TypeVar

from connectors.api.http import VendorSession


class SessionClient(Protocol):
    session: VendorSession


C = TypeVar("C", bound=SessionClient)


class SessionConnector(Generic[C]):
    """A connector whose calls go through the session of its client."""

    _client: C

    @property
    def calls(self) -> int:
        return self._client.session.calls

    @property
    def answered(self) -> bool:
        return self._client.session.answered

    @property
    def server_time(self) -> datetime | None:
        return self._client.session.server_time

    @property
    def clock_ahead(self) -> float:
        return self._client.session.clock_ahead

    def close(self) -> None:
        self._client.session.close()
