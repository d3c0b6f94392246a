"""A connector that also answers for constants and templates, from the fields that stand in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from connectors.api.protocol import Connector
from connectors.api.values import Page, Query, Record, RecordRef
from mappings.rules import templates


class WithTemplates:
    """Reads what a connector reads. Everything else is the connector's own."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connector, name)

    def read(self, query: Query) -> Iterator[Page]:
        """See ``Connector.read``."""
        made_up = _made_up(query.fields)
        if not made_up:
            return self._connector.read(query)
        asked = replace(query, fields=templates.with_sources(query.fields))
        return (
            replace(page, records=tuple(templates.with_texts(record, made_up) for record in page.records))
            for page in self._connector.read(asked)
        )

    def fetch(self, refs: Sequence[RecordRef], fields: Sequence[str]) -> Iterator[Record]:
        """See ``Connector.fetch``."""
        made_up = _made_up(fields)
        found = self._connector.fetch(refs, templates.with_sources(fields))
        return (templates.with_texts(record, made_up) for record in found)


def _made_up(fields: Sequence[str]) -> list[str]:
    return [name for name in fields if templates.is_made_up(name)]
