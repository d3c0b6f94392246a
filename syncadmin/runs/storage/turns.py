"""Syncs that share records take turns: one run at a time reads, plans and writes for all of them.

A turn belongs to an active run with a valid lease, so that the turn of a dead worker expires. Nobody waits on a lock.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from mappings.kinds.registry import related
from mappings.models import Sync
from syncadmin.engine.lifecycle import ACTIVE
from syncadmin.runs.models import Run, Turn

WAITS = "Waits for run "


def take(run: Run) -> Run | None:
    """Take the turn for a run whose lease was just taken. None on success, else the run that has it."""
    turn, _ = Turn.objects.get_or_create(key=_key(run.sync))
    working = Run.objects.filter(state__in=sorted(ACTIVE), lease_until__gt=timezone.now())
    at_work = working.filter(pk=OuterRef("run")).exclude(pk=run.pk)
    while not Turn.objects.filter(~Exists(at_work), pk=turn.pk).update(run=run):
        if holder := Run.objects.select_related("sync").filter(turn=turn).first():
            return holder
    return None


def is_taken(sync: Sync) -> bool:
    """Whether a run of a sync that shares records with this one is active."""
    others = sharing(sync).exclude(pk=sync.pk)
    return Run.objects.filter(sync__in=others, state__in=sorted(ACTIVE), lease_until__gt=timezone.now()).exists()


def sentence(holder: Run) -> str:
    """The message of a run that waits for its turn."""
    return f"{WAITS}{holder.pk} of {holder.sync.slug}, which uses the same records. It starts automatically after that."


def waiting(run: Run) -> list[int]:
    """The runs that wait for this one, oldest first."""
    rows = Run.objects.filter(sync__in=sharing(run.sync), message__startswith=WAITS, finished_at__isnull=True).exclude(
        pk=run.pk
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def sharing(sync: Sync) -> QuerySet[Sync]:
    """The syncs that share records with this one, including it."""
    return Sync.objects.filter(left=sync.left_id, right=sync.right_id, kind__in=related(sync.kind))


def _key(sync: Sync) -> str:
    return f"{sync.left_id} {sync.right_id} {min(related(sync.kind))}"
