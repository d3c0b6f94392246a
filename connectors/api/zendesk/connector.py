"""The connector for Zendesk."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.api.hooks import KeptHook
from connectors.api.http import RetryPolicy
from connectors.api.of_session import SessionConnector
from connectors.api.protocol import ConnectionSettings, nobody_asks
from connectors.api.tickets import MOST_TICKETS, TicketList
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
from connectors.api.zendesk import checking, merges, reading, related, schema, ticket_lists, tickets, webhooks, writing
from connectors.api.zendesk.client import ZendeskClient
from connectors.api.zendesk.errors import CAUSES
from connectors.api.zendesk.objects import CUSTOM, TICKET, ZendeskObject, kind_of
from connectors.api.zendesk.records import reader


class ZendeskConnector(SessionConnector[ZendeskClient]):
    """One Zendesk account. See ``connectors.api.protocol.Connector`` for what each verb promises."""

    def __init__(
        self,
        connection: ConnectionSettings,
        retry_policy: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = ZendeskClient(connection, retry_policy, sleep)
        self._dates: dict[str, frozenset[str]] = {}
        self._hints = writing.AccountHints(at_once=connection.at_once)
        self._described = connection.described

    def check(self) -> CheckReport:
        return checking.check(self._client)

    def describe(self, object: str) -> ObjectSchema:
        found = schema.describe(self._client, kind_of(object))
        self._dates[object] = schema.date_fields(found)
        return found

    def read(self, query: Query) -> Iterator[Page]:
        kind = kind_of(query.object)
        return reading.read(self._client, kind, query, self._dates_of(kind, query.fields))

    def fetch(self, refs: Sequence[RecordRef], fields: Sequence[str]) -> Iterator[Record]:
        if not refs:
            return iter(())
        kind = kind_of(refs[0].object)
        own = [field for field in fields if field not in (ATTACHED, MERGED_INTO)]
        found = reading.fetch(self._client, kind, refs, reader(kind, own, self._dates_of(kind, own)))
        if kind is TICKET:
            pages = tickets.with_more(self._client, iter((Page(tuple(found)),)), own)
            found = (record for page in pages for record in page.records)
        if MERGED_INTO in fields:
            found = merges.with_merged_into(self._client, kind, found)
        return related.with_attached(self._client, kind, found) if ATTACHED in fields else found

    def write(
        self,
        writes: Iterable[Write],
        *,
        keep_going: Callable[[], bool] = lambda: True,
        waits: Callable[[Awaited], None] = nobody_asks,
    ) -> Iterator[WriteResult]:
        return with_causes(writing.write(self._client, self._hints, writes, keep_going, waits), CAUSES)

    def keep_hook(self, id: str, endpoint: str, objects: Collection[str]) -> KeptHook:
        return webhooks.keep(self._client, id, endpoint, objects)

    def drop_hook(self, id: str, endpoint: str) -> None:
        webhooks.drop(self._client, id)

    def tickets_of(self, owner: RecordRef, within: str = "", most: int = MOST_TICKETS) -> TicketList:
        return ticket_lists.tickets_of(self._client, owner, within, most)

    @property
    def facts(self) -> Mapping[str, Any]:
        minute = self._client.allocation
        found = {
            "rate_limit": minute.limit if minute else None,
            "bulk_user_import": self._hints.users_in_bulk,
        }
        return {name: fact for name, fact in found.items() if fact is not None}

    def _dates_of(self, kind: ZendeskObject, fields: Sequence[str]) -> frozenset[str]:
        """The custom fields that hold a day; asked for once, and only when custom fields are read."""
        if not any(name.startswith(CUSTOM) for name in fields):
            return frozenset()
        if kind.name not in self._dates and (known := self._described(kind.name)):
            self._dates[kind.name] = schema.date_fields(known)
        if kind.name not in self._dates:
            self.describe(kind.name)
        return self._dates[kind.name]
