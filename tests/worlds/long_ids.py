"""Both systems with the names that Microsoft Graph gives: ids of 255 characters in which case counts, and watermarks of
more than 2,000. Everything else is the real connectors', against the sandbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from connectors.api import registry
from connectors.api.protocol import ConnectionSettings, Connector, ConnectorSpec, nobody_asks
from connectors.api.values import ID_LENGTH, Awaited, Page, Query, Record, RecordRef, Values, Write, WriteResult

_HEAD = "AAMkAGI2_TG9uZy1pZHM-"
_LINK = "https://graph.example/v1.0/me/contacts/delta?$deltatoken=" + "R0usmcCM996atia_s-" * 150 + "|"
_POINTS_AT = ("AccountId", "ParentId", "organization_id", "user_id")
"""Fields that hold the id of another record."""


def long(id: str) -> str:
    return f"{(_HEAD * 13)[: ID_LENGTH - len(id) - 1]}={id}"


def short(text: str) -> str:
    return text.rpartition("=")[2] if text.startswith(_HEAD) else text


@contextmanager
def long_ids() -> Iterator[None]:
    """Inside the block every connection names records and changes that way."""
    specs = {kind: _renamed(registry.connector_spec(kind)) for kind in registry.CONNECTORS}
    registry.connector_spec.cache_clear()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(registry, "import_module", lambda kind: type("Vendor", (), {"SPEC": specs[kind]}))
        for kind in specs:
            patched.setitem(registry.CONNECTORS, kind, kind)
        yield
    registry.connector_spec.cache_clear()


def _renamed(spec: ConnectorSpec) -> ConnectorSpec:
    at = spec.watermark_at
    return replace(
        spec,
        open=lambda connection: LongIds(spec, connection),
        looks_like_id=lambda text: spec.looks_like_id(short(text)),
        whole_id=lambda text: text,
        watermark_at=(lambda moment: _LINK + at(moment)) if at else None,
        record_url=lambda base_url, object, id: spec.record_url(base_url, object, short(id)),
    )


class LongIds:
    """A connector whose ids and watermarks are long on the way in, and what they were on the way out."""

    def __init__(self, spec: ConnectorSpec, connection: ConnectionSettings) -> None:
        self._real: Connector = spec.open(connection)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def read(self, query: Query) -> Iterator[Page]:
        where = tuple(replace(each, values=tuple(map(short, each.values))) for each in query.where)
        since = query.since
        if since is not None:
            assert since.startswith(_LINK), "a watermark came back shorter than it was given"
            since = since.removeprefix(_LINK)
        for page in self._real.read(replace(query, where=where, since=since)):
            watermark = _LINK + page.watermark if page.watermark else page.watermark
            yield replace(page, records=tuple(map(_named, page.records)), watermark=watermark)

    def fetch(self, refs: Sequence[RecordRef], fields: Sequence[str]) -> Iterator[Record]:
        yield from map(_named, self._real.fetch([replace(ref, id=short(ref.id)) for ref in refs], fields))

    def write(
        self,
        writes: Iterable[Write],
        *,
        keep_going: Callable[[], bool] = lambda: True,
        waits: Callable[[Awaited], None] = nobody_asks,
    ) -> Iterator[WriteResult]:
        given = (
            replace(write, id=write.id and short(write.id), values=_pointing(short, write.values)) for write in writes
        )
        for result in self._real.write(given, keep_going=keep_going, waits=waits):
            yield replace(result, id=result.id and long(result.id))


def _named(record: Record) -> Record:
    return replace(record, ref=replace(record.ref, id=long(record.ref.id)), values=_pointing(long, record.values))


def _pointing(change: Callable[[str], str], values: Values) -> Mapping[str, Any]:
    return {key: change(str(value)) if key in _POINTS_AT and value else value for key, value in values.items()}
