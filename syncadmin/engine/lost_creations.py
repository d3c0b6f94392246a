"""Creations of earlier runs whose answer was lost: where nothing tells what became of one, no other is made unasked."""

from collections.abc import Sequence
from dataclasses import replace

from mappings.kinds.declaration import Names
from syncadmin.engine.drift import values_to_write
from syncadmin.engine.plan import Rulebook
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Change, PlannedStep, Side, Verb


def is_told(book: Rulebook, draft: PlannedStep, sent: Sequence[Change]) -> bool:
    """Whether a record that ``sent`` had made would be matched by now, so that ``draft`` surely makes no second one.

    By the id that it keeps, or by its key, if it has one and that is still the same.
    """
    then, now = values_to_write(sent), values_to_write(draft.changes)
    if draft.operation == Verb.CREATE.on(Side.RIGHT) and then.get(book.config.id_field) == draft.left_id:
        return True
    key = book.kind.right_key if draft.operation == Verb.CREATE.on(Side.RIGHT) else book.kind.left_key
    return bool(key(now)) and key(now) == key(then)


def hold(draft: PlannedStep, names: Names, run: int) -> PlannedStep:
    """The same creation, held until a person has looked; ``run`` is the one whose answer was lost."""
    system = names.right_system if draft.operation == Verb.CREATE.on(Side.RIGHT) else names.left_system
    warning = (
        f"Run {run} asked {system} to make it, the answer was lost, and it is not known whether it was created. "
        f"Look for it in {system}: if it is there, link the two; if it is not, include this step."
    )
    return replace(draft, needs_approval=True, reason_code=ReasonCode.UNANSWERED, warnings=(*draft.warnings, warning))
