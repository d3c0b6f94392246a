"""Ignores notifications about our own writes, so that they start no run.

A system makes a change before it answers, so what changed later than the answer came was changed by somebody else.
When it came is told by the clock of the system, which may be minutes from ours.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from django.db.models import Q

from connectors.models import Connection
from connectors.services import clock_ahead
from mappings.models import Sync
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, Step


def left_out(sync: Sync, asked: Mapping[str, Mapping[str, float]]) -> dict[str, list[str]]:
    """What a nudge asks to be read, without the records that changed by nobody but us; a side with none is left out."""
    found = {side: _of_others(sync, Side(side), changed) if changed else [] for side, changed in asked.items()}
    return {side: ids for side, ids in found.items() if ids or not asked[side]}


def _of_others(sync: Sync, side: Side, changed: Mapping[str, float]) -> list[str]:
    ours = _written(sync.left if side is Side.LEFT else sync.right, changed.keys())
    moments = {id: datetime.fromtimestamp(moment, UTC) for id, moment in changed.items()}
    return [id for id, moment in moments.items() if id not in ours or ours[id] < moment]


def _written(connection: Connection, ids: Collection[str]) -> dict[str, datetime]:
    """When we last wrote these records of a connection, whichever sync did."""
    found: dict[str, datetime] = {}
    for side in Side:
        column = f"{side}_id"
        there, about = Q(**{f"run__sync__{side}": connection}), Q(**{f"{column}__in": ids})
        steps = Step.objects.filter(there, about, side=side, state=StepState.DONE)
        links = Link.objects.filter(Q(**{f"sync__{side}": connection}), about, synced_at__isnull=False)
        for rows in (steps.values_list(column, "outcome__at"), links.values_list(column, "synced_at")):
            for id, moment in rows:
                if moment:
                    found[id] = max(moment, found.get(id, moment))
    ahead = clock_ahead(connection)
    return {id: moment + ahead for id, moment in found.items()}
