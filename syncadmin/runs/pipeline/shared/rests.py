"""Records that were refused too often rest. They are tried again by themselves once the cause may be gone."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from mappings.services import fingerprint
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord, Run, SideState
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.status.record_status import RecordStatus

# A record that was refused this often for the same reason waits for a person and costs no more calls.
GIVES_UP_AFTER = 5
# Not every cause shows where we look: a validation rule is switched off, an account's setting changes.
TRIED_AGAIN_AFTER = timedelta(days=1)


def count_refusal(context: Context, rows: QuerySet[MirrorRecord], reason: str) -> None:
    """Count one refusal by this run for these records, however many steps they have.

    Equal refusals add up; numbers in a reason are ignored.
    """
    run, name = context.run.pk, _name(reason)
    first = rows.exclude(refused_in=run)
    first.filter(refused_for=name).update(failures=F("failures") + 1, refused_in=run)
    first.update(failures=1, refused_for=name, refused_in=run)


def replan(context: Context) -> None:
    """Plan resting records again: all after a change of a field, an option, a permission or a passed connection test;
    each one a day after its last refusal.
    """
    state, _ = SideState.objects.get_or_create(sync=context.sync, side=Side.LEFT)
    resting = MirrorRecord.objects.of_sync(context.sync, needs_planning=False).alive_in_scope()
    refused = resting.filter(status="rejected")
    terms = _terms(context)
    with context.progress.holding():
        if state.terms not in ("", terms):
            resting.filter(status__in=[RecordStatus.REJECTED, RecordStatus.PROBLEM]).update(needs_planning=True)
        old = Run.objects.filter(sync=context.sync, finished_at__lt=timezone.now() - TRIED_AGAIN_AFTER)
        refused.filter(refused_in__in=old.values("pk")).update(needs_planning=True)
        SideState.objects.filter(pk=state.pk).update(terms=terms)


def _terms(context: Context) -> str:
    """A hash that changes when anything changes on either side that may cause refusals."""
    sides = (context.sync.left, context.sync.right)
    tested = [str(side.last_check_at) if side.last_check_ok else "" for side in sides]
    known = context.schemas
    return fingerprint(known.left, known.right, tested)


def _name(reason: str) -> str:
    return hashlib.blake2b(re.sub(r"\d+", "#", reason).encode(), digest_size=16).hexdigest()
