"""The key by which steps are grouped on the plan page: operation, fields and reason."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import INFORMATIONAL, Operation, PlannedStep

NEW, HELD = "new", "held"
# The end of the text of a group whose steps replace what people wrote.
_REPLACES = ";replaces"
# Of longer lists of fields the first stand in the text, then "+" with the number and digest of the others.
LONGEST_FIELDS, _DIGEST = 240, 16


class GroupKey(NamedTuple):
    """What the steps of a group have in common. ``str`` gives the text that is stored with a step,
    ``parse`` reads it.
    """

    operation: Operation
    detail: str = ""
    """The reason code of rows that only tell; NEW, HELD or UNANSWERED of creations; "" of all others."""
    fields: tuple[str, ...] = ()
    """The fields that change, in order; of a long list the first of them."""
    more: int = 0
    """How many fields there are besides."""
    digest: str = ""
    """Tells long lists of fields apart whose beginning is the same."""
    replaces: bool = False
    """Whether what people wrote is replaced."""

    @classmethod
    def of(cls, step: PlannedStep) -> GroupKey:
        if step.verb in INFORMATIONAL:
            return cls(step.operation, step.reason_code)
        if step.operation.creates:
            unanswered = step.reason_code == ReasonCode.UNANSWERED
            return cls(step.operation, ReasonCode.UNANSWERED if unanswered else HELD if step.needs_approval else NEW)
        names = sorted(change.field for change in step.changes)
        replaces = any(change.replaces for change in step.changes)
        if len(",".join(names)) <= LONGEST_FIELDS:
            return cls(step.operation, fields=tuple(names), replaces=replaces)
        kept = _that_fit(names)
        digest = sha256(",".join(names).encode()).hexdigest()[:_DIGEST]
        return cls(step.operation, "", kept, len(names) - len(kept), digest, replaces)

    @classmethod
    def parse(cls, text: str) -> GroupKey:
        """The key with this text. Raises ValueError for an unknown operation."""
        word, _, rest = text.partition(":")
        operation = Operation.parse(word)
        if operation.informational or operation.creates:
            return cls(operation, rest)
        names = [name for name in rest.removesuffix(_REPLACES).split(",") if name]
        more, digest = "", ""
        if names and names[-1].startswith("+"):
            more, _, digest = names.pop()[1:].partition("#")
        return cls(operation, "", tuple(names), int(more or 0), digest, rest.endswith(_REPLACES))

    def __str__(self) -> str:
        if self.detail or self.operation.informational:
            return f"{self.operation.word}:{self.detail}"
        more = (f"+{self.more}#{self.digest}",) if self.more else ()
        return f"{self.operation.word}:{','.join((*self.fields, *more))}{_REPLACES if self.replaces else ''}"


def _that_fit(names: Sequence[str]) -> tuple[str, ...]:
    """The first of these names whose joined length is at most LONGEST_FIELDS."""
    length, kept = 0, []
    for name in names:
        length += len(name) + 1
        if length > LONGEST_FIELDS:
            break
        kept.append(name)
    return tuple(kept)
