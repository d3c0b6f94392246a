"""The three-way merge of a field: the last agreed value, the left value now and the right value now (A1, S3.23)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from mappings.kinds.declaration import Names
from mappings.rules.configuration import Conflict, Direction
from mappings.rules.convert import empty, same
from syncadmin.engine.steps import Replaced, Side


class _Absent:
    """A value that was never read or never synced, as opposed to None, which means empty."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


class MergeAction(StrEnum):
    KEEP = "keep"
    WRITE_RIGHT = "write_right"
    WRITE_LEFT = "write_left"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Merge:
    """The result of a merge. ``replaces`` is a value of Replaced if a value that people wrote would be overwritten,
    else "".
    """

    action: MergeAction
    reason: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Moments:
    """When each side was last edited, None if unknown. Only used for "newest wins"."""

    left: datetime | None = None
    right: datetime | None = None


@dataclass(frozen=True, slots=True)
class SideChoice:
    """A person's decision about a field that changed on both sides: which side wins. ``by`` is their name.

    It only applies to these two values, each in the form of its own side.
    """

    wins: Side
    left: Any
    right: Any
    by: str = "somebody"

    def is_about(self, left: Any, right: Any) -> bool:
        return same(self.left, left) and same(self.right, right)


def merge(
    last_synced: Any,
    left: Any,
    right: Any,
    direction: Direction,
    conflict: Conflict = Conflict.LEFT,
    moments: Moments = Moments(),
    *,
    names: Names,
    on_change: bool = False,
    only_if_empty: bool = False,
) -> Merge:
    """Merge one field. ``left`` is already converted to the right side's form; each of the three values may be ABSENT.

    A field that was not read never empties the other side. Without a last synced value, an empty source does not empty
    a filled target. With ``on_change``, an edit in the target of a one-way field stays until the source changes; with
    ``only_if_empty``, whatever fills the target of a one-way field stays.
    """
    if left is ABSENT or right is ABSENT:
        return Merge(MergeAction.KEEP, "not read")
    if same(left, right):
        return Merge(MergeAction.KEEP, "equal")
    if (
        only_if_empty
        and direction is not Direction.BOTH
        and not empty(left if direction is Direction.TO_LEFT else right)
    ):
        return Merge(MergeAction.KEEP, "filled already; only an empty field is written")
    match direction:
        case Direction.TO_RIGHT:
            found = _one_way(last_synced, left, right, MergeAction.WRITE_RIGHT, names.left_system, names.right_system)
            found = _kept(found, on_change, last_synced, left, names.right_system)
        case Direction.TO_LEFT:
            found = _one_way(last_synced, right, left, MergeAction.WRITE_LEFT, names.right_system, names.left_system)
            found = _kept(found, on_change, last_synced, right, names.left_system)
        case Direction.BOTH:
            found = _two_way(last_synced, left, right, conflict, moments, names)
    return replace(found, replaces=_replaced(last_synced, left if found.action is MergeAction.WRITE_LEFT else right))


def _kept(found: Merge, on_change: bool, last_synced: Any, source: Any, target_name: str) -> Merge:
    """``found``, or KEEP if only the target was edited and ``on_change`` protects that edit."""
    if not on_change or last_synced is ABSENT or not same(last_synced, source):
        return found
    return Merge(MergeAction.KEEP, f"Edited in {target_name}; it stays until the other side changes")


def stands(before: Any, left: Any) -> bool:
    """Whether the left value is unchanged since the last sync, or there was none."""
    return before is ABSENT or same(before, left)


def _replaced(last_synced: Any, target: Any) -> str:
    if empty(target) or (last_synced is not ABSENT and same(last_synced, target)):
        return ""
    return Replaced.UNSYNCED if last_synced is ABSENT else Replaced.EDITED


def choose(found: Merge, choice: SideChoice | None, left: Any, right: Any, names: Names) -> Merge:
    """``found``, or what a person decided if ``found`` is a conflict about the same two values."""
    if found.action is not MergeAction.CONFLICT or choice is None or not choice.is_about(left, right):
        return found
    if choice.wins is Side.LEFT:
        return Merge(MergeAction.WRITE_RIGHT, f"Changed on both sides; {choice.by} chose {names.left_system}'s value")
    return Merge(MergeAction.WRITE_LEFT, f"Changed on both sides; {choice.by} chose {names.right_system}'s value")


def _one_way(
    last_synced: Any, source: Any, target: Any, write: MergeAction, source_name: str, target_name: str
) -> Merge:
    if last_synced is ABSENT:
        if empty(source):
            return Merge(
                MergeAction.KEEP, f"{source_name} is empty and was never synced; the {target_name} value stays"
            )
        return Merge(write, f"First link: {source_name} wins" if not empty(target) else f"Empty in {target_name}")
    if same(last_synced, target):
        return Merge(write, f"Changed in {source_name}")
    if same(last_synced, source):
        return Merge(write, f"Edited in {target_name} since the last sync; {source_name} wins")
    return Merge(write, f"Changed on both sides; {source_name} wins")


def _two_way(last_synced: Any, left: Any, right: Any, conflict: Conflict, moments: Moments, names: Names) -> Merge:
    if last_synced is ABSENT:
        if empty(left):
            return Merge(MergeAction.WRITE_LEFT, f"Empty in {names.left_system}")
        if empty(right):
            return Merge(MergeAction.WRITE_RIGHT, f"Empty in {names.right_system}")
    elif same(last_synced, right):
        return Merge(MergeAction.WRITE_RIGHT, f"Changed in {names.left_system}")
    elif same(last_synced, left):
        return Merge(MergeAction.WRITE_LEFT, f"Changed in {names.right_system}")
    match conflict:
        case Conflict.LEFT:
            return Merge(MergeAction.WRITE_RIGHT, f"Changed on both sides; {names.left_system} wins")
        case Conflict.RIGHT:
            return Merge(MergeAction.WRITE_LEFT, f"Changed on both sides; {names.right_system} wins")
        case Conflict.NEWEST:
            return _newest(moments, names)
        case Conflict.ASK:
            return Merge(MergeAction.CONFLICT, "Changed on both sides; somebody has to choose")


def _newest(moments: Moments, names: Names) -> Merge:
    if moments.left is None or moments.right is None:
        return Merge(MergeAction.CONFLICT, "Changed on both sides, and it is not known which edit is newer")
    if moments.left == moments.right:
        return Merge(MergeAction.CONFLICT, "Changed on both sides and neither is newer")
    if moments.left > moments.right:
        return Merge(MergeAction.WRITE_RIGHT, f"Changed on both sides; {names.left_system} is newer")
    return Merge(MergeAction.WRITE_LEFT, f"Changed on both sides; {names.right_system} is newer")
