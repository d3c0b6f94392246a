"""Ends the link of two records that do not belong together."""

from __future__ import annotations

import logging

from django.contrib.auth.models import User
from django.db import transaction

from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.engine.lifecycle import ACTIVE, RunState
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, Run
from syncadmin.runs.services import decisions
from syncadmin.runs.services.decisions import Refused
from syncadmin.runs.status.labels import names_of
from syncadmin.runs.status.run_status import is_outdated_plan

logger = logging.getLogger(__name__)


@transaction.atomic
def unlink(sync: Sync, *, left_id: str, by: User | None) -> None:
    """End the link of this record. No system is changed; both records are left alone until that is taken back.

    Raises Refused while a run is active or a waiting plan uses the link, and if several records share the right one.
    """
    link = Link.objects.active_of(sync, left_id=left_id).select_for_update().first()
    if link is None:
        raise Refused("These two are not linked any more.")
    _require_rest(sync)
    if kind_of(sync.kind).grouping and Link.objects.active_of(sync, right_id=link.right_id).count() > 1:
        names = names_of(sync)
        raise Refused(
            f"Several records share this {names.right_one}. Change the {names.key} of one of them, or decide on the "
            f"page of the {names.key} who fills it."
        )
    right_id = link.right_id
    link.delete()
    for side, remote_id in ((Side.LEFT, left_id), (Side.RIGHT, right_id)):
        try:
            decisions.ignore(sync, side=side, remote_id=remote_id, by=by)
        except Refused as reason:  # gone, or outside the filter: nobody looks for a counterpart of it anyway
            logger.info("%s", reason)
    logger.info("%s: the link of %s and %s was ended by %s", sync, left_id, right_id, by)


def _require_rest(sync: Sync) -> None:
    for run in Run.objects.filter(sync=sync, state__in=[*ACTIVE, RunState.PLANNED]).select_related("sync"):
        if run.status is not RunState.PLANNED:
            raise Refused(f"Run {run.pk} of this sync is at work. Unlink the two once it has ended.")
        if not is_outdated_plan(run):
            raise Refused(f"The plan of run {run.pk} was made with this link. Approve or discard it first.")
