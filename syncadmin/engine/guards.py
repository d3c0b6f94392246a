"""Counts what guards limit in a plan, and decides which guards require approval."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from mappings.kinds.declaration import Kind, Names
from mappings.rules.convert import same
from mappings.rules.guards import TITLES, Guard, Limit
from mappings.rules.tags import LEFT_FILTER
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import INFORMATIONAL, Change, PlannedStep, Replaced, Side, Verb

_WOULD: Mapping[Guard, str] = {
    Guard.BLANKED: "empty {field} of {count:,} of {of:,} {many} in {system}",
    Guard.RENAMED: "change {field} of {count:,} of {of:,} {many} in {system}",
    Guard.MEMBERSHIPS: "remove {count:,} of {of:,} memberships",
    Guard.CREATED: "create {count:,} {many} in {system}, where {linked}",
    Guard.DELETED: "delete {count:,} {many} in {system}, where {linked}",
    Guard.REPLACED: "replace {count:,} values that people wrote in {system} ({field}), where {linked}",
}
_UPDATES = frozenset({Verb.UPDATE, Verb.LINK})


class Mark(NamedTuple):
    """What is counted: a guard on a side, and on a field for guards about fields.

    ``unsynced``: the change replaces a value that no sync has ever compared.
    """

    guard: Guard
    side: Side
    field: str = ""
    unsynced: bool = False


@dataclass(frozen=True, slots=True)
class Trip:
    """A guard whose limit a plan exceeds: ``count`` of ``of`` records, with a limit of ``share`` percent from
    ``at_least`` on.
    """

    guard: Guard
    side: Side
    field: str
    count: int
    of: int
    share: int
    at_least: int


def marks(kind: Kind, draft: PlannedStep) -> Iterator[Mark]:
    """What this step adds to the guards' counts. A step that needs approval adds nothing: it is approved by itself."""
    verb, side, relation = draft.operation
    if draft.needs_approval or verb in INFORMATIONAL:
        return
    if relation:
        guard = kind.relation(relation).guard
        if guard and verb is Verb.DELETE:
            yield Mark(guard, side)
    elif verb is Verb.CREATE:
        yield Mark(Guard.CREATED, side)
    elif verb is Verb.DELETE:
        yield Mark(Guard.DELETED, side)
    elif verb in _UPDATES:
        keys = _keys(kind, side)
        for change in draft.changes:
            yield from _of_field(change, side, keys, first=draft.reason_code == ReasonCode.FIRST_LINK)


def trips(
    counted: Mapping[Mark, int],
    limits: Mapping[Guard, Limit | None],
    size: Callable[[Mark], int],
    *,
    first_load: bool,
) -> list[Trip]:
    """The guards that hold a plan with these counts. ``size`` gives the number of records to compare with; called if
    needed.

    ``first_load``: nothing is linked yet and a person started the run. Then creating missing right records is expected.
    """
    found = []
    for mark, count in sorted(_summed(counted).items()):
        limit = limits[mark.guard]
        if limit is None or count < limit.at_least:
            continue
        if first_load and mark.guard is Guard.CREATED and mark.side is Side.RIGHT:
            continue
        of = size(mark)
        if limit.is_exceeded(count, 0 if mark.unsynced else of):
            found.append(Trip(mark.guard, mark.side, mark.field, count, of, limit.share, limit.at_least))
    return _one_a_guard(found)


def sentence(trip: Trip, names: Names, field: str, *, lifted: bool = False) -> str:
    """Which guard holds a plan and why, with the numbers; with ``lifted``, that it was approved.

    ``field`` is the label of the field that the guard is about.
    """
    right = trip.side == Side.RIGHT
    many = names.right_many if right else names.left_many
    would = _WOULD[Guard(trip.guard)].format(
        field=field,
        count=trip.count,
        of=trip.of,
        many=many,
        linked=f"{trip.of:,} {many} are linked" if trip.of else "nothing is linked yet",
        system=names.right_system if right else names.left_system,
    )
    title = TITLES[Guard(trip.guard)].lower()
    does = "was lifted for this plan, which was to" if lifted else "holds this plan: it would"
    return f"The guard “{title}” {does} {would} (limit {trip.share} %, from {trip.at_least:,} on)."


def replaced(counted: Mapping[Mark, int]) -> dict[str, dict[str, int]]:
    """How many values that people wrote a plan replaces, by side and field; the most frequent field first."""
    found: dict[str, dict[str, int]] = {}
    for mark, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        if mark.guard is Guard.REPLACED:
            fields = found.setdefault(mark.side.value, {})
            fields[mark.field] = fields.get(mark.field, 0) + count
    return found


def _of_field(change: Change, side: Side, keys: frozenset[str], *, first: bool) -> Iterator[Mark]:
    if change.is_list:
        if not change.add and any(entry != LEFT_FILTER for entry in change.remove):
            yield Mark(Guard.BLANKED, side, change.field)
        return
    if change.replaces:
        yield Mark(Guard.REPLACED, side, change.field, change.replaces == Replaced.UNSYNCED)
    if _empty(change.before):
        return
    if _empty(change.after):
        yield Mark(Guard.BLANKED, side, change.field)
    elif change.field in keys and not first:
        yield Mark(Guard.RENAMED, side, change.field)


def _keys(kind: Kind, side: Side) -> frozenset[str]:
    if side is Side.LEFT:
        return frozenset({kind.left_name, kind.left_key_field})
    return frozenset({kind.right_name, kind.right_key_field})


def _summed(counted: Mapping[Mark, int]) -> dict[Mark, int]:
    """The counts, with replaced values summed over the fields of each side: those never compared, and all."""
    found: dict[Mark, int] = {}
    for mark, count in counted.items():
        wider = [mark]
        if mark.guard is Guard.REPLACED:
            wider = [Mark(mark.guard, mark.side, unsynced=unsynced) for unsynced in {False, mark.unsynced}]
        for one in wider:
            found[one] = found.get(one, 0) + count
    return found


def _one_a_guard(found: list[Trip]) -> list[Trip]:
    """At most one trip for each guard, side and field: the one with the larger count."""
    largest: dict[tuple[Guard, Side, str], Trip] = {}
    for trip in found:
        key = trip.guard, trip.side, trip.field
        if key not in largest or largest[key].count < trip.count:
            largest[key] = trip
    return list(largest.values())


def _empty(value: Any) -> bool:
    return value is not False and same(value, None)
