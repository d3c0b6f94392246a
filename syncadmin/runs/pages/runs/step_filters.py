"""The tiles of a plan and of a run that has ended. Each counts steps, and is a filter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import Action
from syncadmin.runs.storage.summary import StepGroup

TAGS_ONLY = GroupKey(Action.UPDATE_RIGHT, fields=("tags",))


class PlanTile(StrEnum):
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


class ResultTile(StrEnum):
    """What became of a step, in the words of the conservation line."""

    WRITTEN = "written"
    SKIPPED = "skipped"
    REJECTED = "rejected"
    CONFLICTS = "conflicts"
    REMAINING = "remaining"


_PLAN_TILES = {
    Action.CREATE_RIGHT: PlanTile.CREATE,
    Action.CREATE_LEFT: PlanTile.CREATE,
    Action.UPDATE_RIGHT: PlanTile.UPDATE,
    Action.UPDATE_LEFT: PlanTile.UPDATE,
    Action.LINK: PlanTile.LINK,
    Action.FREE_ADDRESS: PlanTile.UPDATE,
    Action.ADD_MEMBERSHIP: PlanTile.MEMBERSHIP,
    Action.REMOVE_MEMBERSHIP: PlanTile.MEMBERSHIP,
    Action.MAKE_PRIMARY: PlanTile.MEMBERSHIP,
    Action.DELETE_RIGHT: PlanTile.DELETE,
    Action.DELETE_LEFT: PlanTile.DELETE,
    Action.UNLINK: PlanTile.UNLINK,
    Action.SKIP: PlanTile.SKIP,
    Action.CONFLICT: PlanTile.CONFLICT,
    Action.PROBLEM: PlanTile.PROBLEM,
}
_PLAN_LABELS = {
    PlanTile.CREATE: ("Create", "green"),
    PlanTile.UPDATE: ("Update", "blue"),
    PlanTile.LINK: ("Link only", "blue"),
    PlanTile.TAGS: ("Tags only", "blue"),
    PlanTile.SKIP: ("Skip", "secondary"),
    PlanTile.CONFLICT: ("Conflict", "purple"),
    PlanTile.PROBLEM: ("Problem", "orange"),
    PlanTile.MEMBERSHIP: ("Memberships", "blue"),
    PlanTile.DELETE: ("Delete", "red"),
    PlanTile.UNLINK: ("Unlink", "yellow"),
}
# A tile beside the others: its steps are among theirs.
REPLACING, _REPLACING_LABEL = "replacing", ("Values of people", "orange")
# These always have a tile, the others where there are any.
_ALWAYS = (
    PlanTile.CREATE,
    PlanTile.UPDATE,
    PlanTile.LINK,
    PlanTile.TAGS,
    PlanTile.SKIP,
    PlanTile.CONFLICT,
    PlanTile.PROBLEM,
)
_RESULT_TILES = {
    StepState.DONE: ResultTile.WRITTEN,
    StepState.SKIPPED: ResultTile.SKIPPED,
    StepState.EXCLUDED: ResultTile.SKIPPED,
    StepState.REJECTED: ResultTile.REJECTED,
    StepState.CONFLICT: ResultTile.CONFLICTS,
    StepState.PLANNED: ResultTile.REMAINING,
    StepState.SENDING: ResultTile.REMAINING,
    StepState.UNKNOWN: ResultTile.REMAINING,
}
_RESULT_LABELS = {
    ResultTile.WRITTEN: ("Written", "green"),
    ResultTile.SKIPPED: ("Skipped", "secondary"),
    ResultTile.REJECTED: ("Rejected", "orange"),
    ResultTile.CONFLICTS: ("Conflicts", "purple"),
    ResultTile.REMAINING: ("Remaining", "yellow"),
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


def plan_tile_of(group: StepGroup) -> PlanTile:
    """The tile of a plan that a group belongs to."""
    return PlanTile.TAGS if group.key == TAGS_ONLY else _PLAN_TILES[group.action]


def result_tile_of(group: StepGroup) -> ResultTile:
    """The tile of an ended run that a group belongs to."""
    return _RESULT_TILES[group.state]


def plan_tiles(groups: Sequence[StepGroup], chosen: str, *, undo: bool = False, people: bool = False) -> list[Tile]:
    """Seven tiles, of ``people`` eight, and more where the plan deletes or unlinks. An undo shows only what it has.

    The numbers are what would happen; what somebody left out stands below.
    """
    numbers = _summed((plan_tile_of(group), group.count) for group in groups if group.state is not StepState.EXCLUDED)
    left_out = _summed((plan_tile_of(group), group.count) for group in groups if group.state is StepState.EXCLUDED)
    always = () if undo else (*_ALWAYS, PlanTile.MEMBERSHIP) if people else _ALWAYS
    kinds = [kind for kind in PlanTile if numbers.get(kind) or left_out.get(kind) or kind in always]
    found = [
        _tile(kind, *_PLAN_LABELS[kind], numbers.get(kind, 0), chosen, left_out=left_out.get(kind, 0)) for kind in kinds
    ]
    replacing = [group for group in groups if group.replaces]
    if replacing:
        number = sum(group.count for group in replacing if group.state is not StepState.EXCLUDED)
        left_out_of_it = sum(group.count for group in replacing) - number
        found.append(_tile(REPLACING, *_REPLACING_LABEL, number, chosen, left_out=left_out_of_it))
    return found


def result_tiles(groups: Sequence[StepGroup], chosen: str) -> list[Tile]:
    """The five outcomes of the conservation line."""
    numbers = _summed((result_tile_of(group), group.count) for group in groups)
    return [_tile(result, *_RESULT_LABELS[result], numbers.get(result, 0), chosen) for result in ResultTile]


def within(groups: Iterable[StepGroup], chosen: str) -> list[StepGroup]:
    """The groups behind a tile; all of them where no tile of that name exists."""
    found = list(groups)
    if chosen == "held":
        return [group for group in found if group.needs_approval and group.state is StepState.PLANNED]
    if chosen == REPLACING:
        return [group for group in found if group.replaces]
    if chosen in set(PlanTile):
        return [group for group in found if plan_tile_of(group) == chosen]
    if chosen in set(ResultTile):
        return [group for group in found if result_tile_of(group) == chosen]
    return found


def label(key: str) -> str:
    """What a tile is called; "all rows" for one that does not exist."""
    names: dict[str, str] = {kind: word for kind, (word, _) in _PLAN_LABELS.items()}
    names |= {result: word for result, (word, _) in _RESULT_LABELS.items()}
    return {**names, "held": "Held", REPLACING: _REPLACING_LABEL[0]}.get(key, "all rows")


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
