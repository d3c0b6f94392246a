"""Creations of earlier runs whose result is unknown: the same record is not created again without approval."""

from collections.abc import Sequence
from dataclasses import replace

from mappings.kinds.declaration import Names
from syncadmin.engine.drift import values_to_write
from syncadmin.engine.plan import Rulebook
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Change, PlannedStep, Side, Verb


def is_known(book: Rulebook, draft: PlannedStep, sent: Sequence[Change]) -> bool:
    """Whether matching would have found a record created with ``sent``, so that ``draft`` cannot create a second one.

    It is found by the id that it stores, or by its key if that has not changed.
    """
    then, now = values_to_write(sent), values_to_write(draft.changes)
    if draft.operation == Verb.CREATE.on(Side.RIGHT) and then.get(book.config.id_field) == draft.left_id:
        return True
    key = book.kind.right_key if draft.operation == Verb.CREATE.on(Side.RIGHT) else book.kind.left_key
    return bool(key(now)) and key(now) == key(then)


def hold(draft: PlannedStep, names: Names, run: int) -> PlannedStep:
    """The same step, waiting for approval. ``run`` is the run whose answer was lost."""
    system = names.right_system if draft.operation == Verb.CREATE.on(Side.RIGHT) else names.left_system
    warning = (
        f"Run {run} asked {system} to make it, the answer was lost, and it is not known whether it was created. "
        f"Look for it in {system}: if it is there, link the two; if it is not, include this step."
    )
    return replace(draft, needs_approval=True, reason_code=ReasonCode.UNANSWERED, warnings=(*draft.warnings, warning))
