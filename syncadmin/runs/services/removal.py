"""Deletes a sync and all that is known of it, or the demo as a whole. No remote system is changed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, QuerySet

from connectors import saving
from connectors.models import Connection
from mappings.models import Sync
from syncadmin.engine.lifecycle import ACTIVE
from syncadmin.runs.models import Decision, FieldChoice, Link, MirrorRecord, Run, SideState, Step, StepOutcome
from syncadmin.runs.status.run_status import state_word
from syncadmin.runs.storage import email_groups

logger = logging.getLogger(__name__)


class StillAtWork(Exception):
    """A run of the sync is active: its worker may be writing. ``run`` is that run."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"Run {run.pk} of {run.sync} is {state_word(run)}. Cancel it first, then delete.")
        self.run = run


@dataclass(frozen=True, slots=True)
class Going:
    """What deleting a sync forgets, in numbers, and the syncs that are affected."""

    sync: Sync
    links: int
    runs: int
    decisions: int
    active: Run | None
    dependents: Sequence[Sync]
    siblings: Sequence[Sync]


def what_goes(sync: Sync) -> Going:
    """What deleting would forget. A fixed number of queries."""
    return Going(
        sync=sync,
        links=Link.objects.active_of(sync).count(),
        runs=Run.objects.filter(sync=sync).count(),
        decisions=Decision.objects.filter(sync=sync).count(),
        active=_active(sync),
        dependents=email_groups.dependents(sync) if sync.is_on else [],
        siblings=[other for other in email_groups.siblings(sync) if other.pk != sync.pk],
    )


@transaction.atomic
def delete(sync: Sync, *, by: object) -> None:
    """Delete the sync: configuration, links, runs, decisions. Log entries stay. Raises StillAtWork.

    Syncs that share its users decide again who fills them.
    """
    Sync.objects.select_for_update().get(pk=sync.pk)
    if active := _active(sync):
        raise StillAtWork(active)
    for other in email_groups.siblings(sync):
        # by more than the deleted one counted: the sum over the family has to change
        Sync.objects.filter(pk=other.pk).update(switched=F("switched") + sync.switched + 1)
    _forget_rows(sync)
    slug = sync.slug
    sync.delete()
    logger.info("%s deleted the sync %s", by, slug)


def demo_syncs() -> QuerySet[Sync]:
    """The syncs that use a connection of the demo."""
    found = Sync.objects.filter(Q(left__demo=True) | Q(right__demo=True))
    return found.select_related("left", "right").order_by("pk")


@transaction.atomic
def remove_demo(*, by: object) -> None:
    """Delete the demo's syncs and connections. Raises StillAtWork, having changed nothing, if one of them runs."""
    for sync in reversed(demo_syncs()):
        delete(sync, by=by)
    for connection in Connection.objects.filter(demo=True):
        saving.delete(connection, by=by)


def _active(sync: Sync) -> Run | None:
    return Run.objects.filter(sync=sync, state__in=sorted(ACTIVE)).select_related("sync").first()


def _forget_rows(sync: Sync) -> None:
    """Delete the many rows table by table, without reading them."""
    steps = Step.objects.filter(run__in=Run.objects.filter(sync=sync).values("pk"))
    StepOutcome.objects.filter(step__in=steps.order_by().values("pk")).delete()
    steps.order_by()._raw_delete(steps.db)  # nothing refers to them any more
    for model in (Link, MirrorRecord, Decision, FieldChoice, SideState):
        model._default_manager.filter(sync=sync).delete()
