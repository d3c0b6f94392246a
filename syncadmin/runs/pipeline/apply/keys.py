"""Kinds that create records by a unique field: which values are taken, and how two records exchange theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.api.values import Condition, Op, Query, Write
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.runs.models import Step
from syncadmin.runs.pipeline.apply.drift_check import Objection
from syncadmin.runs.pipeline.context import Context


def taken(context: Context, steps: Sequence[Step]) -> dict[int, Objection]:
    """Why creations must not be written, by step id: a record that the plan did not see has the key now.

    The next plan matches it instead. One read for some hundred steps.
    """
    field, kind = context.book.config.id_field, context.kind
    keys = {step.pk: step.left_id for step in steps}
    if not (kind.right.upserts and keys):
        return {}
    query = Query(kind.right_object, (field,), (Condition(field, tuple(keys.values())),))
    held = {str(record.values.get(field) or "") for page in context.right.read(query) for record in page.records}
    names = kind.names
    word = f"A {names.right_one} with this {names.key} was created after the plan was made; the next run links the two."
    return {pk: Objection(ReasonCode.APPEARED, word) for pk, key in keys.items() if key in held}


def free(context: Context, steps: Sequence[Step]) -> None:
    """Empty the key of records that get another one, so that two records can exchange unique values. The
    steps follow.
    """
    field, remote = context.book.config.id_field, context.kind.right_object
    if not context.kind.right.upserts:
        return
    moved = [step for step in steps if any(_moves(change, field) for change in step.changes)]
    writes = [Write(Op.UPDATE, remote, step.pk, step.right_id, {field: None}) for step in moved]
    if writes:
        list(context.right.write(writes))  # a refusal shows in the step itself


def _moves(change: Mapping[str, Any], field: str) -> bool:
    return bool(change["field"] == field and change["before"])
