"""What connectors share that send all calls through one HTTP session."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from requests import Response

from connectors.api.address import normalise_base_url
from connectors.api.http import RetryPolicy, VendorSession, limited
from connectors.api.policy import Judgement
from connectors.api.protocol import ConnectionSettings


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


def session_of(
    connection: ConnectionSettings,
    product: str,
    judge: Callable[[Response], Judgement],
    retry_policy: RetryPolicy | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> VendorSession:
    """The session for a connection, not signed in yet."""
    return VendorSession(
        normalise_base_url(connection.base_url),
        product=product,
        judge=judge,
        budget=connection.budget,
        retry_policy=limited(retry_policy or RetryPolicy(), connection.longest_wait),
        known=connection.known,
        sleep=sleep,
    )
