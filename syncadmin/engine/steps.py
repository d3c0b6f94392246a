"""What a plan is made of: before, after and the reason of each field, ready to be shown and to be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from mappings.kinds import registry
from mappings.kinds.agreed import FieldNote


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> Side:
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


class Verb(StrEnum):
    """What a step does. The last three only tell: nothing is ever sent for them."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    LINK = "link"
    UNLINK = "unlink"
    SKIP = "skip"
    CONFLICT = "conflict"
    PROBLEM = "problem"

    def on(self, side: Side, relation: str = "") -> Operation:
        """The operation that does this on a side."""
        return Operation(self, side, relation)


TELLS = frozenset({Verb.SKIP, Verb.CONFLICT, Verb.PROBLEM})
# What is written to the record of one side; the others are about the pair.
_OF_A_SIDE = (Verb.CREATE, Verb.UPDATE, Verb.DELETE)


class Operation(NamedTuple):
    """What a step does, and to what: a verb, the side that is written, and the relation where not the record itself is
    written but something that belongs to it, by the name that its kind declares.
    """

    verb: Verb
    side: Side = Side.RIGHT
    relation: str = ""

    @property
    def word(self) -> str:
        """What it is called in the JSON of commands, in CSV and in the keys of groups: ``create_right``, ``link``."""
        return _word(self)

    @classmethod
    def parse(cls, word: str) -> Operation:
        """The operation that is called so. Raises ValueError where there is none."""
        for operation in cls.known():
            if operation.word == word:
                return operation
        verb, _, relation = word.partition("_")
        if verb in _OF_A_SIDE and relation:  # of a kind that is no longer there
            return Verb(verb).on(Side.RIGHT, relation)
        raise ValueError(f"No step does {word!r}")

    @classmethod
    def known(cls) -> Iterator[Operation]:
        """Everything that steps of any kind do."""
        yield from (verb.on(side) for side in (Side.RIGHT, Side.LEFT) for verb in _OF_A_SIDE)
        yield from (cls(verb) for verb in Verb if verb not in _OF_A_SIDE)
        for relation in registry.relations():
            yield from (Verb(verb).on(Side(relation.side), relation.name) for verb in relation.steps)

    @property
    def tells(self) -> bool:
        """Whether it only tells: nothing is ever sent for it."""
        return self.verb in TELLS

    @property
    def creates(self) -> bool:
        """Whether it makes the record itself."""
        return self.verb is Verb.CREATE and not self.relation

    @property
    def deletes(self) -> bool:
        """Whether it deletes the record itself."""
        return self.verb is Verb.DELETE and not self.relation

    def writes(self, side: Side) -> bool:
        """Whether it writes to that side."""
        return self.side is side and not self.tells


LINK, UNLINK = Operation(Verb.LINK), Operation(Verb.UNLINK)
SKIP, CONFLICT, PROBLEM = Operation(Verb.SKIP), Operation(Verb.CONFLICT), Operation(Verb.PROBLEM)


@cache
def _word(operation: Operation) -> str:
    verb, side, relation = operation
    if relation:
        declared = (found for found in registry.relations() if found.name == relation)
        return next((found.step(verb).word for found in declared), f"{verb}_{relation}")
    return f"{verb}_{side}" if verb in _OF_A_SIDE else verb.value


WARNING_CODES = "warning_codes"
"""The fact of a step that has the code of each of its warnings that has one, by its sentence."""


class Replaced(StrEnum):
    """Whose work a change replaces: what people wrote where nothing was ever synced, or since the last sync."""

    UNSYNCED = "unsynced"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Change:
    """One field. A list field has ``before`` and what to ``add`` and ``remove``; its ``after`` is unused.

    ``replaces`` is a word of Replaced where ``before`` is what people wrote, "" where it is ours or empty; it is told
    to people and makes no other change of it.
    """

    field: str
    before: Any
    after: Any
    reason: str = ""
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    replaces: str = dataclass_field(default="", compare=False)

    @property
    def is_list(self) -> bool:
        return bool(self.add or self.remove)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a plan before it is stored. Its link has these agreed values, notes and list entries once it is done.

    ``last_synced`` is what both sides agree on, by right field, ``field_notes`` what is known of such a field beside
    that value, ``owned_values`` the list entries that are ours. A step
    that ``needs_approval`` waits for a person. ``object`` is what is
    created, where that is not the kind's own object.
    ``waits_for``: the left record whose counterpart, made or taken over by this plan, is this step's right record.
    ``role`` and ``group`` (the email) are those of people. ``facts`` is what the sentence about it is made of once its
    outcome is known.
    """

    operation: Operation
    label: str
    left_id: str = ""
    right_id: str = ""
    changes: tuple[Change, ...] = ()
    reason: str = ""
    reason_code: str = ""
    warnings: tuple[str, ...] = ()
    last_synced: tuple[tuple[str, Any], ...] = ()
    owned_values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    needs_approval: bool = False
    object: str = ""
    waits_for: str = ""
    role: str = ""
    group: str = ""
    facts: tuple[tuple[str, Any], ...] = ()
    field_notes: tuple[tuple[str, FieldNote], ...] = ()

    @property
    def verb(self) -> Verb:
        return self.operation.verb

    @property
    def relation(self) -> str:
        return self.operation.relation
