"""The tiles of a plan or a finished run. Each counts steps and filters them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mappings.kinds.declaration import Kind
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.status import operations
from syncadmin.runs.storage.summary import StepGroup

TAGS_ONLY = GroupKey(Verb.UPDATE.on(Side.RIGHT), fields=("tags",))


class ResultTile(StrEnum):
    """The outcome of a step, by the terms of the run's counts."""

    WRITTEN = "written"
    SKIPPED = "skipped"
    REJECTED = "rejected"
    CONFLICTS = "conflicts"
    REMAINING = "remaining"


TAGS, _TAGS_LABEL = "tags", ("Tags only", "blue")
# A tile beside the others: its steps are among theirs.
REPLACING, _REPLACING_LABEL = "replacing", ("Values of people", "orange")
# These always have a tile, as tags and relations have; what ends a record or a link where there is any.
_CHANGES, _INFORMATIONAL = (Verb.CREATE, Verb.UPDATE, Verb.LINK), (Verb.SKIP, Verb.CONFLICT, Verb.PROBLEM)
_ENDS = (Verb.DELETE, Verb.UNLINK)
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
    """A tile for components/tiles.html. ``active``: the list shows only its rows."""

    key: str
    label: str
    number: int
    tone: str
    url: str = ""
    active: bool = False
    hint: str = ""


def plan_tile_of(group: StepGroup, kind: Kind) -> str:
    """The tile of a plan that a group belongs to."""
    return TAGS if group.key == TAGS_ONLY else operations.tile(group.operation, kind)


def result_tile_of(group: StepGroup) -> ResultTile:
    """The tile of an ended run that a group belongs to."""
    return _RESULT_TILES[group.state]


def plan_tiles(groups: Sequence[StepGroup], chosen: str, kind: Kind, *, undo: bool = False) -> list[Tile]:
    """The tiles of a plan: seven, one for each relation, and more for deletions and ends of links. For an undo only
    those with rows.

    The numbers are what would happen; excluded steps are shown in the list.
    """
    numbers, left_out = (
        _summed(
            (plan_tile_of(group, kind), group.count) for group in groups if (group.state is StepState.EXCLUDED) is out
        )
        for out in (False, True)
    )
    found = [
        _tile(key, *words, numbers.get(key, 0), chosen, left_out=left_out.get(key, 0))
        for key, words in _plan_labels(kind).items()
        if numbers.get(key) or left_out.get(key) or not (undo or key in _ENDS)
    ]
    replacing = [group for group in groups if group.replaces]
    if replacing:
        number = sum(group.count for group in replacing if group.state is not StepState.EXCLUDED)
        left_out_of_it = sum(group.count for group in replacing) - number
        found.append(_tile(REPLACING, *_REPLACING_LABEL, number, chosen, left_out=left_out_of_it))
    return found


def _plan_labels(kind: Kind) -> dict[str, operations.Labelled]:
    """The labels of the tiles of a plan, in order."""
    words = operations.tile_labels(kind)
    own = [key for key in words if key not in set(Verb)]
    order = (*_CHANGES, TAGS, *own, *_INFORMATIONAL, *_ENDS)
    return {str(key): {**words, TAGS: _TAGS_LABEL}[key] for key in order}


def result_tiles(groups: Sequence[StepGroup], chosen: str) -> list[Tile]:
    """The five outcomes of an ended run."""
    numbers = _summed((result_tile_of(group), group.count) for group in groups)
    return [_tile(result, *_RESULT_LABELS[result], numbers.get(result, 0), chosen) for result in ResultTile]


def within(groups: Iterable[StepGroup], chosen: str, kind: Kind) -> list[StepGroup]:
    """The groups of a tile; all of them for an unknown one."""
    found = list(groups)
    if chosen == "held":
        return [group for group in found if group.needs_approval and group.state is StepState.PLANNED]
    if chosen == REPLACING:
        return [group for group in found if group.replaces]
    if chosen in _plan_labels(kind):
        return [group for group in found if plan_tile_of(group, kind) == chosen]
    if chosen in set(ResultTile):
        return [group for group in found if result_tile_of(group) == chosen]
    return found


def label(key: str, kind: Kind) -> str:
    """The label of a tile; "all rows" for an unknown one."""
    names: dict[str, str] = {tile: word for tile, (word, _) in _plan_labels(kind).items()}
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
