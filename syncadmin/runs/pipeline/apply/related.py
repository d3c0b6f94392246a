"""Writes of what belongs to records, such as comments: sent once the record they belong to exists."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.api.values import Op, Write
from mappings.kinds.relation import Relation
from syncadmin.engine.drift import values_to_write
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.runs.models import Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared import memberships
from syncadmin.runs.pipeline.shared.memberships import Ready
from syncadmin.runs.storage.steps import changes_of


def prepare(context: Context, relation: Relation, steps: Sequence[Step]) -> dict[int, Ready]:
    """The write of each of these steps, by step id; a reason instead if its record was not created or linked."""
    memberships.find_users(context, steps)
    unlinked = memberships.unlinked(context, steps)
    one = context.kind.names.right_one
    no_record = Ready(reason_code=ReasonCode.NO_USER, message=f"Its {one} was not created; the next run tries again.")
    return {
        step.pk: unlinked.get(step.pk) or (_create(relation, step) if step.right_id else no_record) for step in steps
    }


def _create(relation: Relation, step: Step) -> Ready:
    values = {**values_to_write(changes_of(step.changes)), relation.parent: step.right_id}
    return Ready(Write(Op.CREATE, relation.object, step.pk, None, values))
