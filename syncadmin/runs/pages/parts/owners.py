"""The names of those to whom parts belong, for people: asked of the left system once a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from connectors.api.errors import ConnectorError
from connectors.api.values import RecordRef
from connectors.models import Connection
from connectors.services import fetched
from mappings.kept import SAMPLES, kept
from mappings.kinds.part_list import Suggestion
from mappings.kinds.registry import kind_of
from mappings.models import Sync

CHUNK = 200


def names(syncs: Sequence[Sync]) -> dict[tuple[int, str], str]:
    """The name of each owner by left connection and id. One that cannot be asked for is missing.

    Side effect: a call for each left system, unless the same was asked within a day.
    """
    wanted: dict[tuple[Connection, Suggestion], set[str]] = defaultdict(set)
    for sync in syncs:
        suggestion = kind_of(sync.kind).suggestion
        if suggestion and (owner := sync.option(suggestion.option)) and sync.left.last_check_ok is not False:
            wanted[sync.left, suggestion].add(str(owner))
    found: dict[tuple[int, str], str] = {}
    for (connection, suggestion), ids in wanted.items():
        found |= {(connection.pk, id): name for id, name in _asked(connection, suggestion, sorted(ids)).items()}
    return found


def _asked(connection: Connection, suggestion: Suggestion, ids: Sequence[str]) -> dict[str, str]:
    refs = [RecordRef(suggestion.object, id) for id in ids[:CHUNK]]

    def ask() -> dict[str, str]:
        records = fetched(connection, refs, (suggestion.label,))
        return {record.ref.id[:15]: str(record.values.get(suggestion.label) or "") for record in records}

    try:
        known = kept(connection, ("owners", suggestion.object, *ids), ask, SAMPLES, again=False).value
    except ConnectorError:
        return {}
    return {id: known[id[:15]] for id in ids if known.get(id[:15])}
