"""The organisation as a test in the same process sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.sandbox.salesforce import events
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema.fields import Row


class Store:
    """What a person could do in the vendor's pages, and a look at the stored rows.

    A refused row raises RowRefused. While the server is busy with a request over many rows, change data over
    HTTP (/_sandbox/records) instead: this does not wait for it."""

    def __init__(self, org: Org) -> None:
        self.org = org

    def insert(self, object: str, values: Mapping[str, Any]) -> str:
        """The id of the new record."""
        return events.insert(self.org, object, dict(values))

    def update(self, id: str, values: Mapping[str, Any]) -> None:
        events.update(self.org, id, dict(values))

    def delete(self, id: str) -> None:
        events.delete(self.org, id)

    def undelete(self, id: str) -> None:
        events.undelete(self.org, id)

    def merge(self, master: str, losers: Iterable[str], values: Mapping[str, Any] | None = None) -> None:
        events.merge(self.org, master, losers, dict(values or {}))

    def convert(self, lead: str, account: str | None = None, contact: str | None = None) -> dict[str, str]:
        """The ids of the "account" and the "contact" a lead became."""
        return events.convert(self.org, lead, account, contact)

    def rows(self, object: str) -> list[Row]:
        """The stored values of every live record; a null is an absent key."""
        return list(self.org.table(object).rows.values())

    def get(self, object: str, id: str) -> Row | None:
        """The stored values of one live record."""
        return self.org.table(object).rows.get(id)

    def change_schema(self, **change: Any) -> None:
        """See events.change_schema."""
        events.change_schema(self.org, change)
