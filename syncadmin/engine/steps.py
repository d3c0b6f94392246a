"""What a plan is made of: before, after and the reason of each field, ready to be shown and to be written."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """What a step does. The same words stand in the command line's JSON."""

    CREATE_RIGHT = "create_right"
    UPDATE_RIGHT = "update_right"
    CREATE_LEFT = "create_left"
    UPDATE_LEFT = "update_left"
    LINK = "link"
    ADD_MEMBERSHIP = "add_membership"
    REMOVE_MEMBERSHIP = "remove_membership"
    MAKE_PRIMARY = "make_primary"
    FREE_ADDRESS = "free_address"
    DELETE_RIGHT = "delete_right"
    DELETE_LEFT = "delete_left"
    UNLINK = "unlink"
    SKIP = "skip"
    CONFLICT = "conflict"
    PROBLEM = "problem"


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> "Side":
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


class Replaced(StrEnum):
    """Whose work a change replaces: what people wrote where nothing was ever synced, or since the last sync."""

    UNSYNCED = "unsynced"
    EDITED = "edited"


WRITES_RIGHT = frozenset({
    Action.CREATE_RIGHT, Action.UPDATE_RIGHT, Action.DELETE_RIGHT, Action.LINK, Action.UNLINK, Action.ADD_MEMBERSHIP,
    Action.REMOVE_MEMBERSHIP, Action.MAKE_PRIMARY, Action.FREE_ADDRESS,
})  # fmt: skip
WRITES_LEFT = frozenset({Action.CREATE_LEFT, Action.UPDATE_LEFT, Action.DELETE_LEFT})
# What is written to a membership, not to the user itself.
MEMBERSHIP_STEPS = frozenset({Action.ADD_MEMBERSHIP, Action.REMOVE_MEMBERSHIP, Action.MAKE_PRIMARY})
CREATES = frozenset({Action.CREATE_RIGHT, Action.CREATE_LEFT})
DELETES = frozenset({Action.DELETE_RIGHT, Action.DELETE_LEFT})
# Rows that only tell: nothing is ever sent for them.
TELLS = frozenset({Action.SKIP, Action.CONFLICT, Action.PROBLEM})


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
    """One step of a plan before it is stored. Its link has ``last_synced`` and ``owned_values`` once it is done.

    ``last_synced`` is what both sides agree on, by right field, ``owned_values`` the list entries that are ours. A step
    that ``needs_approval`` waits for a person. ``object`` is the remote object where it is not the kind's own.
    ``waits_for``: the left record whose counterpart, made or taken over by this plan, is this step's right record.
    ``role`` and ``group`` (the email) are those of people. ``facts`` is what the sentence about it is made of once its
    outcome is known.
    """

    action: Action
    label: str
    left_id: str = ""
    right_id: str = ""
    changes: tuple[Change, ...] = ()
    reason: str = ""
    code: str = ""
    warnings: tuple[str, ...] = ()
    last_synced: tuple[tuple[str, Any], ...] = ()
    owned_values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    needs_approval: bool = False
    object: str = ""
    waits_for: str = ""
    role: str = ""
    group: str = ""
    facts: tuple[tuple[str, Any], ...] = ()
