"""Named selections of mirrored records, links and steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from mappings.models import Sync
from syncadmin.engine.steps import Operation, Side

if TYPE_CHECKING:
    from syncadmin.runs.models import Link, MirrorRecord, Step  # noqa: F401 type checkers alone need what quotes name

Syncs = Sync | int | Iterable[Sync] | Iterable[int]
"""One sync or several, each as a row or by its number."""


class MirrorRecordQuerySet(models.QuerySet["MirrorRecord"]):
    def of_sync(self, syncs: Syncs, **where: Any) -> Self:
        """Records of both sides."""
        return self.filter(**_filter_of(syncs), **where)

    def of_side(self, syncs: Syncs, side: str, **where: Any) -> Self:
        """Records of one side."""
        return self.filter(**_filter_of(syncs), side=side, **where)

    def left_of(self, syncs: Syncs, **where: Any) -> Self:
        """Records of the left side."""
        return self.of_side(syncs, Side.LEFT, **where)

    def right_of(self, syncs: Syncs, **where: Any) -> Self:
        """Records of the right side."""
        return self.of_side(syncs, Side.RIGHT, **where)

    def alive(self) -> Self:
        """Records that the remote system still has."""
        return self.filter(deleted=False)

    def alive_in_scope(self) -> Self:
        """Records that the remote system still has and that the filters of their sync let in."""
        return self.filter(in_scope=True, deleted=False)


class LinkQuerySet(models.QuerySet["Link"]):
    def of_sync(self, syncs: Syncs, **where: Any) -> Self:
        """Links of these syncs, proposed ones too."""
        return self.filter(**_filter_of(syncs), **where)

    def active_of(self, syncs: Syncs, **where: Any) -> Self:
        """Links of these syncs that hold; a proposed one does not until its step was written."""
        return self.of_sync(syncs, active=True, **where)


class StepQuerySet(models.QuerySet["Step"]):
    def doing(self, *operations: Operation) -> Self:
        """Steps that do one of these."""
        return self.filter(doing(*operations))


def doing(*operations: Operation) -> models.Q:
    """What steps have that do one of these operations."""
    verbs: dict[tuple[Side, str], list[str]] = {}
    for operation in operations:
        verbs.setdefault((operation.side, operation.relation), []).append(operation.verb)
    found = models.Q()
    for (side, relation), listed in verbs.items():
        found |= models.Q(side=side, relation=relation, verb__in=listed)
    return found


def _filter_of(syncs: Syncs) -> dict[str, Any]:
    return {"sync": syncs} if isinstance(syncs, Sync | int) else {"sync__in": syncs}
