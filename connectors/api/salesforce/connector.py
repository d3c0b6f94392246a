"""The connector for Salesforce."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.api.edits import Edits
from connectors.api.http import RetryPolicy
from connectors.api.of_session import SessionConnector
from connectors.api.protocol import ConnectionSettings, nobody_asks
from connectors.api.salesforce import checking, edits, list_views, merges, reading, writing
from connectors.api.salesforce.attached import attached
from connectors.api.salesforce.client import SalesforceClient
from connectors.api.salesforce.errors import CAUSES
from connectors.api.salesforce.schema import object_schema
from connectors.api.salesforce.soql import name
from connectors.api.salesforce.values import ID, Shape, shape_of
from connectors.api.special_fields import LIST_VIEWS
from connectors.api.values import (
    ATTACHED,
    MERGED_INTO,
    Awaited,
    CheckReport,
    ObjectSchema,
    Page,
    Query,
    Record,
    RecordRef,
    Write,
    WriteResult,
    with_causes,
)


class SalesforceConnector(SessionConnector[SalesforceClient]):
    """One Salesforce org. See ``connectors.api.protocol.Connector`` for what each verb promises."""

    def __init__(
        self,
        connection: ConnectionSettings,
        retry_policy: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = SalesforceClient(connection, retry_policy, sleep)
        self._shapes: dict[str, Shape] = {}
        self._described = connection.described

    def check(self) -> CheckReport:
        return checking.check(self._client)

    def describe(self, object: str) -> ObjectSchema:
        if object.startswith(LIST_VIEWS):
            return list_views.described(self._client, object)
        schema = object_schema(self._client.get(f"sobjects/{name(object)}/describe"))
        self._shapes[object] = shape_of(schema)
        return schema

    def read(self, query: Query) -> Iterator[Page]:
        yield from reading.read(self._client, query, self._shape(query.object))

    def fetch(self, refs: Sequence[RecordRef], fields: Sequence[str]) -> Iterator[Record]:
        if not refs:
            return
        object, own = refs[0].object, [field for field in fields if field not in (ATTACHED, MERGED_INTO)]
        found = reading.fetch(self._client, refs, own or (ID,), self._shape(object))
        if MERGED_INTO in fields:
            found = merges.with_merged_into(self._client, object, found, self._shape(object))
        if ATTACHED in fields:
            hanging = attached(self._client, object, [ref.id for ref in refs])
            found = (record.with_value(ATTACHED, hanging.get(record.ref.id, {})) for record in found)
        yield from found

    def write(
        self,
        writes: Iterable[Write],
        *,
        keep_going: Callable[[], bool] = lambda: True,
        waits: Callable[[Awaited], None] = nobody_asks,
    ) -> Iterator[WriteResult]:
        return with_causes(writing.write(self._client, writes, writing.Caller(keep_going, waits)), CAUSES)

    def edited_at(self, object: str, ids: Sequence[str], fields: Sequence[str]) -> Edits:
        """See ``HasEdits``."""
        return edits.edited_at(self._client, object, ids, fields)

    @property
    def facts(self) -> Mapping[str, Any]:
        day = self._client.allocation
        return checking.usage(day.used, day.limit, day.at) if day else {}

    def _shape(self, object: str) -> Shape:
        """How the object's values are read; described once."""
        if object not in self._shapes and (known := self._described(object)):
            self._shapes[object] = shape_of(known)
        if object not in self._shapes:
            self.describe(object)
        return self._shapes[object]
