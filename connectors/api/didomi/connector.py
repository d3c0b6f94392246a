"""The connector for Didomi. It only reads; every write is refused."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.api.didomi import checking, reading, schema
from connectors.api.didomi.client import DidomiClient
from connectors.api.http import RetryPolicy
from connectors.api.of_session import SessionConnector
from connectors.api.protocol import ConnectionSettings, nobody_asks
from connectors.api.values import (
    Awaited,
    CheckReport,
    ObjectSchema,
    Outcome,
    Page,
    Query,
    Record,
    RecordRef,
    Write,
    WriteResult,
)

READ_ONLY = "read_only"


class DidomiConnector(SessionConnector[DidomiClient]):
    """One Didomi organization. See ``connectors.api.protocol.Connector`` for what each verb promises."""

    def __init__(
        self,
        connection: ConnectionSettings,
        retry_policy: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = DidomiClient(connection, retry_policy, sleep)

    def check(self) -> CheckReport:
        return checking.check(self._client)

    def describe(self, object: str) -> ObjectSchema:
        return schema.describe(self._client, object)

    def read(self, query: Query) -> Iterator[Page]:
        return reading.read(self._client, query)

    def fetch(self, refs: Sequence[RecordRef], fields: Sequence[str]) -> Iterator[Record]:
        return reading.fetch(self._client, refs, fields)

    def write(
        self,
        writes: Iterable[Write],
        *,
        keep_going: Callable[[], bool] = lambda: True,
        waits: Callable[[Awaited], None] = nobody_asks,
    ) -> Iterator[WriteResult]:
        """Refuses every write: consents are given by people, and collected where they are asked."""
        for write in writes:
            yield WriteResult(write.tag, Outcome.REJECTED, code=READ_ONLY, message="Nothing is written to Didomi.")

    @property
    def facts(self) -> Mapping[str, Any]:
        return {}
