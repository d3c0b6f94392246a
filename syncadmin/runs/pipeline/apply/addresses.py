"""In which order addresses change: one is freed after its user has another, and before somebody else gets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.api.values import Op, Write
from mappings.rules.matching import EMAIL
from mappings.rules.texts import fold
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.people.addresses import OBJECT
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Action
from syncadmin.runs.models import Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared.write_order import Wave
from syncadmin.runs.storage.steps import unrecorded

CHUNK = 500


@dataclass(frozen=True, slots=True)
class _Open:
    """A step that is still to be written: a user gets ``taken`` or loses ``left``."""

    id: int
    action: str
    user: str
    left: str
    taken: str


def passes(context: Context) -> Iterator[Wave]:
    """Waves of address steps, each of those that wait for none of the others. In a circle, all that is left at once."""
    before: list[_Open] = []
    while (steps := _open(context)) and steps != before:
        before = steps
        ready = _ready(steps)
        for action in (Action.UPDATE_RIGHT, Action.FREE_ADDRESS):
            ids = [step.id for step in ready if step.action == action]
            for start in range(0, len(ids), CHUNK):
                yield Wave((action,), only=tuple(ids[start : start + CHUNK]))


def prepare(steps: Sequence[Step]) -> list[Write]:
    """The writes of steps that free an address."""
    return [Write(Op.DELETE, OBJECT, step.pk, step.right_id, {EMAIL: step.changes[0]["before"]}) for step in steps]


def _ready(steps: Sequence[_Open]) -> Sequence[_Open]:
    leaving = {(step.user, step.left) for step in steps if step.action == Action.UPDATE_RIGHT}
    freed = {step.left for step in steps if step.action == Action.FREE_ADDRESS}
    ready = [
        step
        for step in steps
        if ((step.user, step.left) not in leaving if step.action == Action.FREE_ADDRESS else step.taken not in freed)
    ]
    return ready or steps


def _open(context: Context) -> list[_Open]:
    rows = unrecorded(context.run).filter(state=StepState.PLANNED, needs_approval=False)
    moving = rows.filter(action=Action.UPDATE_RIGHT, code=ReasonCode.ADDRESS) | rows.filter(action=Action.FREE_ADDRESS)
    found = []
    for id, action, user, changes in moving.order_by("id").values_list("id", "action", "right_id", "changes"):
        found.append(_Open(id, action, user, fold(changes[0]["before"]), fold(changes[0]["after"])))
    return found
