"""The tiles of a plan and of a run that has ended. Each counts steps, and is a filter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import Action
from syncadmin.runs.storage.summary import Group

TAGS_ONLY = GroupKey(Action.UPDATE_RIGHT, fields=("tags",))


class Kind(StrEnum):
    """What a plan would do with a record, in the order of the tiles."""

    CREATE = "create"
    UPDATE = "update"
    LINK = "link"
    TAGS = "tags"
    MEMBERSHIP = "membership"
    SKIP = "skip"
    CONFLICT = "conflict"
    PROBLEM = "problem"
    DELETE = "delete"
    UNLINK = "unlink"


class Result(StrEnum):
    """What became of a step, in the words of the conservation line."""

    WRITTEN = "written"
    SKIPPED = "skipped"
    REJECTED = "rejected"
    CONFLICTS = "conflicts"
    REMAINING = "remaining"


_KINDS = {
    Action.CREATE_RIGHT: Kind.CREATE,
    Action.CREATE_LEFT: Kind.CREATE,
    Action.UPDATE_RIGHT: Kind.UPDATE,
    Action.UPDATE_LEFT: Kind.UPDATE,
    Action.LINK: Kind.LINK,
    Action.FREE_ADDRESS: Kind.UPDATE,
    Action.ADD_MEMBERSHIP: Kind.MEMBERSHIP,
    Action.REMOVE_MEMBERSHIP: Kind.MEMBERSHIP,
    Action.MAKE_PRIMARY: Kind.MEMBERSHIP,
    Action.DELETE_RIGHT: Kind.DELETE,
    Action.DELETE_LEFT: Kind.DELETE,
    Action.UNLINK: Kind.UNLINK,
    Action.SKIP: Kind.SKIP,
    Action.CONFLICT: Kind.CONFLICT,
    Action.PROBLEM: Kind.PROBLEM,
}
_KIND_FACES = {
    Kind.CREATE: ("Create", "green"),
    Kind.UPDATE: ("Update", "blue"),
    Kind.LINK: ("Link only", "blue"),
    Kind.TAGS: ("Tags only", "blue"),
    Kind.SKIP: ("Skip", "secondary"),
    Kind.CONFLICT: ("Conflict", "purple"),
    Kind.PROBLEM: ("Problem", "orange"),
    Kind.MEMBERSHIP: ("Memberships", "blue"),
    Kind.DELETE: ("Delete", "red"),
    Kind.UNLINK: ("Unlink", "yellow"),
}
# A tile beside the others: its steps are among theirs.
REPLACING, _REPLACING_FACE = "replacing", ("Values of people", "orange")
# These always have a tile, the others where there are any.
_ALWAYS = (Kind.CREATE, Kind.UPDATE, Kind.LINK, Kind.TAGS, Kind.SKIP, Kind.CONFLICT, Kind.PROBLEM)
RESULTS = {
    StepState.DONE: Result.WRITTEN,
    StepState.SKIPPED: Result.SKIPPED,
    StepState.EXCLUDED: Result.SKIPPED,
    StepState.REJECTED: Result.REJECTED,
    StepState.CONFLICT: Result.CONFLICTS,
    StepState.PLANNED: Result.REMAINING,
    StepState.SENDING: Result.REMAINING,
    StepState.UNKNOWN: Result.REMAINING,
}
_RESULT_FACES = {
    Result.WRITTEN: ("Written", "green"),
    Result.SKIPPED: ("Skipped", "secondary"),
    Result.REJECTED: ("Rejected", "orange"),
    Result.CONFLICTS: ("Conflicts", "purple"),
    Result.REMAINING: ("Remaining", "yellow"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """For components/tiles.html. ``active``: the list below shows these rows only."""

    key: str
    label: str
    number: int
    tone: str
    url: str = ""
    active: bool = False
    hint: str = ""


def kind_of(group: Group) -> Kind:
    """The tile of a plan that a group belongs to."""
    return Kind.TAGS if group.key == TAGS_ONLY else _KINDS[group.action]


def result_of(group: Group) -> Result:
    """The tile of an ended run that a group belongs to."""
    return RESULTS[group.state]


def plan_tiles(groups: Sequence[Group], chosen: str, *, undo: bool = False, people: bool = False) -> list[Tile]:
    """Seven tiles, of ``people`` eight, and more where the plan deletes or unlinks. An undo shows only what it has.

    The numbers are what would happen; what somebody left out stands below.
    """
    numbers = _summed((kind_of(group), group.count) for group in groups if group.state is not StepState.EXCLUDED)
    left_out = _summed((kind_of(group), group.count) for group in groups if group.state is StepState.EXCLUDED)
    always = () if undo else (*_ALWAYS, Kind.MEMBERSHIP) if people else _ALWAYS
    kinds = [kind for kind in Kind if numbers.get(kind) or left_out.get(kind) or kind in always]
    found = [
        _tile(kind, *_KIND_FACES[kind], numbers.get(kind, 0), chosen, left_out=left_out.get(kind, 0)) for kind in kinds
    ]
    replacing = [group for group in groups if group.replaces]
    if replacing:
        number = sum(group.count for group in replacing if group.state is not StepState.EXCLUDED)
        left_out_of_it = sum(group.count for group in replacing) - number
        found.append(_tile(REPLACING, *_REPLACING_FACE, number, chosen, left_out=left_out_of_it))
    return found


def result_tiles(groups: Sequence[Group], chosen: str) -> list[Tile]:
    """The five outcomes of the conservation line."""
    numbers = _summed((result_of(group), group.count) for group in groups)
    return [_tile(result, *_RESULT_FACES[result], numbers.get(result, 0), chosen) for result in Result]


def within(groups: Iterable[Group], chosen: str) -> list[Group]:
    """The groups behind a tile; all of them where no tile of that name exists."""
    found = list(groups)
    if chosen == "held":
        return [group for group in found if group.held and group.state is StepState.PLANNED]
    if chosen == REPLACING:
        return [group for group in found if group.replaces]
    if chosen in set(Kind):
        return [group for group in found if kind_of(group) == chosen]
    if chosen in set(Result):
        return [group for group in found if result_of(group) == chosen]
    return found


def label(key: str) -> str:
    """What a tile is called; "all rows" for one that does not exist."""
    names: dict[str, str] = {kind: word for kind, (word, _) in _KIND_FACES.items()}
    names |= {result: word for result, (word, _) in _RESULT_FACES.items()}
    return {**names, "held": "Held", REPLACING: _REPLACING_FACE[0]}.get(key, "all rows")


def _tile(key: str, label: str, tone: str, number: int, chosen: str, *, left_out: int = 0) -> Tile:
    active = key == chosen
    url = "?" if active else f"?tile={key}"
    hint = f"{left_out:,} left out" if left_out else ""
    return Tile(
        str(key), label, number, tone if number else "secondary", url if number or left_out else "", active, hint
    )


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    summed: dict[str, int] = {}
    for key, number in pairs:
        summed[key] = summed.get(key, 0) + number
    return summed
