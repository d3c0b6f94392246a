"""Counts the linked records that a change of the filters would exclude (A6).

Who keeps the links tells us by ``register``; nobody registered means nothing is linked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.api.errors import ConnectorError
from connectors.api.special_fields import LIST_VIEW
from connectors.api.values import RecordRef
from connectors.services import fetched
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.rules import filters
from mappings.rules.configuration import Scope
from mappings.schemas import Schemas
from mappings.scope import list_views

Linked = Iterator[tuple[str, Mapping[str, Any]]]
_sources: list[Callable[[Sync], Linked]] = []


def register(source: Callable[[Sync], Linked]) -> None:
    """``source(sync)`` yields id and last read values of each left record that is linked and in scope."""
    _sources.append(source)


def linked_ids(sync: Sync) -> list[str]:
    """The left records of a sync that are linked and in scope."""
    return [id for source in _sources for id, _ in source(sync)]


@dataclass(frozen=True, slots=True)
class Leaving:
    """``count`` of ``linked`` records would leave."""

    count: int
    linked: int


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be answered before filters are saved. ``failure``: why nobody knows how many leave."""

    leaving: Leaving | None = None
    failure: str = ""

    @property
    def answer(self) -> str:
        """What the form sends back to say yes to this question and to no other."""
        return str(self.leaving.count) if self.leaving else "unknown"


def question(sync: Sync, before: Scope, after: Scope, known: Schemas) -> Question | None:
    """Asked when linked records would leave the scope, or when that cannot be found out now."""
    if before == after:
        return None
    try:
        found = leaving(sync, after, known)
    except ConnectorError as error:
        return Question(failure=str(error))
    return Question(found) if found.count else None


def leaving(sync: Sync, scope: Scope, known: Schemas) -> Leaving:
    """Judged by what was last read; records whose filter field was never read are asked for.

    Raises ConnectorError when they have to be asked for and cannot.
    """
    names = {record_type.id: record_type.name for record_type in known.left.record_types}
    inside = list_views.everybody(sync, scope.list_view) if scope.list_view else set()
    count = linked = 0
    unread: list[str] = []
    for source in _sources:
        for id, values in source(sync):
            linked += 1
            if any(field not in values for field in scope.fields):
                unread.append(id)
            elif not filters.judge({**values, LIST_VIEW: scope.list_view if id in inside else ""}, scope, names).inside:
                count += 1
    return Leaving(count + sum(not verdict for verdict in _read_again(sync, unread, scope, names)), linked)


def _read_again(sync: Sync, ids: list[str], scope: Scope, names: Mapping[str, str]) -> Iterator[bool]:
    """For each of the records, read now, whether it is in scope. A deleted one does not leave, it is gone."""
    if not ids:
        return
    object = kind_of(sync.kind).left.object
    fields = list(filter(None, [filters.RECORD_TYPE if names else "", *scope.fields]))
    found = fetched(sync.left, [RecordRef(object, id) for id in ids], fields)
    for record in list_views.marked(sync, scope, found):
        yield record.deleted or filters.judge(record.values, scope, names).inside
