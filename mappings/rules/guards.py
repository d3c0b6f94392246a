"""Guards: how much of a sync one plan may change before a person has to approve it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Guard(StrEnum):
    """What a guard counts. The values are keys of the configuration file."""

    BLANKED = "blanked"
    RENAMED = "renamed"
    MEMBERSHIPS = "memberships_removed"
    CREATED = "created"
    DELETED = "deleted"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Limit:
    """A guard's limit: it holds a plan from ``at_least`` on, if that is more than ``share`` percent."""

    share: int
    at_least: int

    def is_exceeded(self, count: int, of: int) -> bool:
        """Whether ``count`` of ``of`` exceeds the limit."""
        return count >= self.at_least and count * 100 > of * self.share


# Records come in batches, and making one is easily undone: twice the share. What people wrote stands nowhere else: half
# the number.
DEFAULTS: Mapping[Guard, Limit] = {
    Guard.BLANKED: Limit(10, 20),
    Guard.RENAMED: Limit(10, 20),
    Guard.MEMBERSHIPS: Limit(10, 20),
    Guard.CREATED: Limit(20, 20),
    Guard.DELETED: Limit(10, 20),
    Guard.REPLACED: Limit(10, 10),
}
OFF = False
LARGEST_SHARE, LARGEST_NUMBER = 100, 10_000_000


def limits(stored: Mapping[str, Any]) -> dict[Guard, Limit | None]:
    """Every guard with its limit, None if it is off. ``stored`` holds those that differ from the defaults."""
    found: dict[Guard, Limit | None] = {}
    for guard, default in DEFAULTS.items():
        own = stored.get(guard, {})
        found[guard] = None if own is OFF else Limit(**{"share": default.share, "at_least": default.at_least, **own})
    return found


def guards_of(*, people: bool) -> list[Guard]:
    """The guards that apply to a kind: only people have memberships."""
    return [guard for guard in DEFAULTS if people or guard is not Guard.MEMBERSHIPS]


def plain(chosen: Mapping[Guard, Limit | None]) -> dict[str, Any]:
    """The guards as written to a configuration file."""
    return {
        guard.value: {"share": limit.share, "at_least": limit.at_least} if limit else OFF
        for guard, limit in chosen.items()
    }


def differing(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The guards of a configuration file that differ from the defaults."""
    usual = plain(dict(DEFAULTS))
    return {guard: own for guard, own in plain(limits(chosen)).items() if own != usual[guard]}


TITLES: Mapping[Guard, str] = {
    Guard.BLANKED: "Fields blanked",
    Guard.RENAMED: "Records renamed",
    Guard.MEMBERSHIPS: "Memberships removed",
    Guard.CREATED: "Records created",
    Guard.DELETED: "Records deleted",
    Guard.REPLACED: "Values of people replaced",
}
