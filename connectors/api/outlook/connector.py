"""The connector for Outlook."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.api.hooks import KeptHook
from connectors.api.http import RetryPolicy
from connectors.api.of_session import SessionConnector
from connectors.api.outlook import checking, folders, reading, records, subscriptions, writing
from connectors.api.outlook.client import GraphClient
from connectors.api.outlook.errors import CAUSES
from connectors.api.outlook.fields import SCHEMA
from connectors.api.outlook.objects import contacts_of, described_object
from connectors.api.protocol import ConnectionSettings, nobody_asks
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


class OutlookConnector(SessionConnector[GraphClient]):
    """The mailboxes of one tenant. See ``connectors.api.protocol.Connector`` for what each verb promises."""

    def __init__(
        self,
        connection: ConnectionSettings,
        retry_policy: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = GraphClient(connection, retry_policy, sleep)
        self._places: dict[str, folders.Places] = {}

    def check(self) -> CheckReport:
        return checking.check(self._client)

    def describe(self, object: str) -> ObjectSchema:
        """The same for every mailbox: contacts have no fields of one's own."""
        described_object(object)
        return ObjectSchema(object, "Contact", SCHEMA)

    def read(self, query: Query) -> Iterator[Page]:
        owner = contacts_of(query.object)
        self._client.within_limits_of(owner)
        return reading.read(self._client, owner, query)

    def fetch(self, refs: Sequence[RecordRef], fields: Sequence[str]) -> Iterator[Record]:
        if not refs:
            return
        owner = contacts_of(refs[0].object)
        self._client.within_limits_of(owner)
        if owner.address not in self._places:
            self._places[owner.address] = folders.find(self._client, owner)
        # Nothing hangs on a contact, and none is merged into another.
        nothing = {name: none for name, none in ((ATTACHED, ()), (MERGED_INTO, "")) if name in fields}
        own = [name for name in fields if name not in nothing]
        ids = [ref.id for ref in refs]
        for record in records.fetch(self._client, owner, ids, own, self._places[owner.address]):
            yield Record(record.ref, {**record.values, **nothing}, record.modified_at, record.deleted)

    def keep_hook(self, id: str, endpoint: str, objects: Collection[str]) -> KeptHook:
        return subscriptions.keep(self._client, endpoint, objects)

    def drop_hook(self, id: str, endpoint: str) -> None:
        subscriptions.drop(self._client, endpoint)

    def write(
        self,
        writes: Iterable[Write],
        *,
        keep_going: Callable[[], bool] = lambda: True,
        waits: Callable[[Awaited], None] = nobody_asks,
    ) -> Iterator[WriteResult]:
        self._places.clear()  # a folder may be made
        return with_causes(writing.write(self._client, writes, writing.Listener(keep_going, waits)), CAUSES)

    @property
    def facts(self) -> Mapping[str, Any]:
        return {}
