"""Decodes change events, and tells changes made by this integration from those of others."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import fastavro

from connectors.api.salesforce.client import CLIENT_NAME
from connectors.api.salesforce.ids import looks_like_id, whole_id
from connectors.api.streams import StreamBatch
from connectors.eventbus import pubsub_pb2 as pb

logger = logging.getLogger(__name__)

HEADER = "ChangeEventHeader"
_CLIENT = re.compile(r";client=([^;]*)")


@dataclass(frozen=True, slots=True)
class Header:
    """What an event says of a change. ``records`` is empty where it names none, as a gap may, or cannot be read."""

    records: tuple[str, ...] = ()
    origin: str = ""
    user: str = ""
    at: datetime | None = None

    def is_of(self, user: str) -> bool:
        """Whether the change was made by us: through our client, as this user."""
        client = _CLIENT.search(self.origin)
        return client is not None and client[1] == CLIENT_NAME and (not user or whole_id(self.user) == user)


@dataclass(slots=True)
class Decoder:
    """Reads events. ``fetch`` gives the text of a schema by its id; each is asked for once."""

    fetch: Callable[[str], str]
    _schemas: dict[str, Any] = field(default_factory=dict)

    def header(self, event: pb.ProducerEvent) -> Header:
        """An event that cannot be read names no records. Raises ConnectorError where its schema is not given."""
        if event.schema_id not in self._schemas:
            self._schemas[event.schema_id] = _parsed(self.fetch(event.schema_id))
        try:
            record: Any = fastavro.schemaless_reader(io.BytesIO(event.payload), self._schemas[event.schema_id], None)
            return _header(record[HEADER])
        except (LookupError, TypeError, ValueError, EOFError, OverflowError) as error:
            logger.warning("a change event cannot be read (%s)", type(error).__name__)
            return Header()


def _parsed(text: str) -> Any:
    """The schema; one of nothing where it cannot be read."""
    try:
        return fastavro.parse_schema(json.loads(text))
    except (ValueError, TypeError, LookupError, fastavro.schema.SchemaParseException) as error:
        logger.warning("the schema of a change event cannot be read (%s)", type(error).__name__)
        return "null"


def _header(given: Mapping[str, Any]) -> Header:
    ids = [str(id) for id in given["recordIds"]]
    named = ids and not str(given["changeType"]).startswith("GAP_OVERFLOW") and all(map(looks_like_id, ids))
    at = datetime.fromtimestamp(given["commitTimestamp"] / 1000, UTC)
    return Header(
        tuple(map(whole_id, ids)) if named else (), given["changeOrigin"] or "", given["commitUser"] or "", at
    )


def batch_of(headers: Iterable[Header], user: str, position: bytes) -> StreamBatch:
    """What a response brought, apart from our own changes."""
    seen = list(headers)
    others = [header for header in seen if not header.is_of(user)]
    return StreamBatch(
        position=position,
        records=frozenset(id for header in others for id in header.records),
        unnamed=any(not header.records for header in others),
        events=len(seen),
        ours=len(seen) - len(others),
        at=max((header.at for header in seen if header.at is not None), default=None),
    )
