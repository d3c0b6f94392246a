"""A record that a run has made, and that nobody has read since, is seen for the first time before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mappings.rules.configuration import Direction
from mappings.rules.convert import empty
from syncadmin.engine.match import How
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.storage import mirror


def take_in(context: Context, side: Side, steps: Sequence[Step], now: Mapping[str, Mapping[str, Any]]) -> None:
    """The mirror holds what these targets hold ``now``, where it held what a run had written to them.

    What stands in a field that was created empty, and that only its source fills, was filled in by the system: the step
    replaces it, and says so. The steps are changed in place, too.
    """
    column = "left_id" if side is Side.LEFT else "right_id"
    made = Link.objects.active_of(context.sync, how=How.CREATED, **{f"{column}__in": now.keys()})
    rows = mirror.rows_of(
        context.run.sync_id, side, remote_id__in=made.values(column), modified_at__isnull=True, deleted=False
    )
    if not rows:
        return
    for row in rows:
        seen = now[row.remote_id]
        row.values = {name: seen.get(name, value) for name, value in row.values.items()}
    unread = {row.remote_id for row in rows}
    found = [step for step in steps if getattr(step, column) in unread and _replaces(context, side, step, now)]
    with context.progress.holding():
        mirror.upsert(rows)
        Step.objects.bulk_update(found, ["changes"], batch_size=200)


def _replaces(context: Context, side: Side, step: Step, now: Mapping[str, Mapping[str, Any]]) -> bool:
    """Have the step say what it replaces in such fields; whether there are any."""
    right, target = side is Side.RIGHT, now[step.right_id if side is Side.RIGHT else step.left_id]
    one_way = Direction.TO_RIGHT if right else Direction.TO_LEFT
    filled = {rule.right if right else rule.left for rule in context.book.rules if rule.direction is one_way}
    found = [
        change
        for change in step.changes
        if change["field"] in filled & target.keys() and empty(change["before"]) and not empty(target[change["field"]])
    ]
    for change in found:
        change["before"] = target[change["field"]]
    return bool(found)
