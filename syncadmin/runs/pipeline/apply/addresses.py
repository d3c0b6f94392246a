"""The order in which email addresses change: freed once its user has another one, and before another user gets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.api.values import Op, Write
from mappings.kinds.people.relations import ADDRESS
from mappings.rules.matching import EMAIL
from mappings.rules.texts import fold
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.people.addresses import FREE_ADDRESS
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Operation, Side, Verb
from syncadmin.runs.models import Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared.write_order import WriteRound
from syncadmin.runs.storage.steps import unrecorded

CHUNK = 500
_LOOKED_AT = ("verb", "side", "relation", "right_id", "changes")


@dataclass(frozen=True, slots=True)
class _Open:
    """An open step: the user gets the address ``taken``, or loses ``left``."""

    id: int
    operation: Operation
    user: str
    left: str
    taken: str


def passes(context: Context) -> Iterator[WriteRound]:
    """Rounds of address steps; each holds those that wait for no other. In a cycle the rest goes out in one round."""
    before: list[_Open] = []
    while (steps := _open(context)) and steps != before:
        before = steps
        ready = _ready(steps)
        for operation in (Verb.UPDATE.on(Side.RIGHT), FREE_ADDRESS):
            ids = [step.id for step in ready if step.operation == operation]
            for start in range(0, len(ids), CHUNK):
                yield WriteRound((operation,), only=tuple(ids[start : start + CHUNK]))


def prepare(steps: Sequence[Step]) -> list[Write]:
    """The writes of steps that free an address."""
    return [
        Write(Op.DELETE, ADDRESS.object, step.pk, step.right_id, {EMAIL: step.changes[0]["before"]}) for step in steps
    ]


def _ready(steps: Sequence[_Open]) -> Sequence[_Open]:
    leaving = {(step.user, step.left) for step in steps if step.operation == Verb.UPDATE.on(Side.RIGHT)}
    freed = {step.left for step in steps if step.operation == FREE_ADDRESS}
    ready = [
        step
        for step in steps
        if ((step.user, step.left) not in leaving if step.operation == FREE_ADDRESS else step.taken not in freed)
    ]
    return ready or steps


def _open(context: Context) -> list[_Open]:
    rows = unrecorded(context.run).filter(state=StepState.PLANNED, needs_approval=False)
    moving = rows.doing(Verb.UPDATE.on(Side.RIGHT)).filter(reason_code=ReasonCode.ADDRESS) | rows.doing(FREE_ADDRESS)
    found = []
    for step in moving.only(*_LOOKED_AT).order_by("id"):
        change = step.changes[0]
        found.append(_Open(step.pk, step.operation, step.right_id, fold(change["before"]), fold(change["after"])))
    return found
