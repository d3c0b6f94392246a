"""The steps of a plan: operation, and before, after and reason of each field."""

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
    """What a step does. SKIP, CONFLICT and PROBLEM only inform: nothing is sent for them."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    LINK = "link"
    UNLINK = "unlink"
    SKIP = "skip"
    CONFLICT = "conflict"
    PROBLEM = "problem"

    def on(self, side: Side, relation: str = "") -> Operation:
        """The operation of this verb on a side."""
        return Operation(self, side, relation)


INFORMATIONAL = frozenset({Verb.SKIP, Verb.CONFLICT, Verb.PROBLEM})
# What is written to the record of one side; the others are about the pair.
_OF_A_SIDE = (Verb.CREATE, Verb.UPDATE, Verb.DELETE)


class Operation(NamedTuple):
    """What a step does and to what: a verb, a side, and the name of a relation if it writes something that belongs to
    the record instead of the record itself.
    """

    verb: Verb
    side: Side = Side.RIGHT
    relation: str = ""

    @property
    def word(self) -> str:
        """The name of the operation in JSON, CSV and group keys, such as ``create_right`` or ``link``."""
        return _name_of(self)

    @classmethod
    def parse(cls, word: str) -> Operation:
        """The operation with this name. Raises ValueError for an unknown one."""
        for operation in cls.known():
            if operation.word == word:
                return operation
        verb, _, relation = word.partition("_")
        if verb in _OF_A_SIDE and relation:  # of a kind that is no longer there
            return Verb(verb).on(Side.RIGHT, relation)
        raise ValueError(f"No step does {word!r}")

    @classmethod
    def known(cls) -> Iterator[Operation]:
        """All operations of all kinds."""
        yield from (verb.on(side) for side in (Side.RIGHT, Side.LEFT) for verb in _OF_A_SIDE)
        yield from (cls(verb) for verb in Verb if verb not in _OF_A_SIDE)
        for relation in registry.relations():
            yield from (Verb(verb).on(Side(relation.side), relation.name) for verb in relation.steps)

    @property
    def informational(self) -> bool:
        """Whether the step only informs: nothing is sent for it."""
        return self.verb in INFORMATIONAL

    @property
    def creates(self) -> bool:
        """Whether it creates the record itself."""
        return self.verb is Verb.CREATE and not self.relation

    @property
    def deletes(self) -> bool:
        """Whether it deletes the record itself."""
        return self.verb is Verb.DELETE and not self.relation

    def writes(self, side: Side) -> bool:
        """Whether it writes to this side."""
        return self.side is side and not self.informational


LINK, UNLINK = Operation(Verb.LINK), Operation(Verb.UNLINK)
SKIP, CONFLICT, PROBLEM = Operation(Verb.SKIP), Operation(Verb.CONFLICT), Operation(Verb.PROBLEM)


@cache
def _name_of(operation: Operation) -> str:
    verb, side, relation = operation
    if relation:
        declared = (found for found in registry.relations() if found.name == relation)
        return next((found.step(verb).word for found in declared), f"{verb}_{relation}")
    return f"{verb}_{side}" if verb in _OF_A_SIDE else verb.value


WARNING_CODES = "warning_codes"
"""The fact of a step that has the code of each of its warnings that has one, by its sentence."""


class Replaced(StrEnum):
    """Whose value a change replaces: one that people wrote and no sync compared, or one edited since the last sync."""

    UNSYNCED = "unsynced"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one field. A list field has ``before`` and what to ``add`` and ``remove``; its ``after`` is unused.

    ``replaces`` is a value of Replaced if people wrote ``before``, else "". It only informs.
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
    """One step of a plan before it is stored.

    - ``last_synced``, ``field_notes``, ``owned_values``: the state of the link once the step is written: agreed values
      by right field, notes about them, list entries that a sync added.
    - ``needs_approval``: the step waits for a person.
    - ``object``: what is created, if not the kind's own object.
    - ``waits_for``: the left record whose counterpart, created or taken over in this plan, is this step's right record.
    - ``role``, ``group``: the role and the email of a person.
    - ``facts``: data for the sentence about the step once its outcome is known.
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
