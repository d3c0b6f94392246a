"""How a kind declares that one entry of a configuration file stands for several syncs, one per part."""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.api.values import Condition


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Suggests the owner of a part: the left record of ``object`` whose field ``by`` holds the part, for ``option``.

    ``where``: further conditions.
    """

    option: str
    object: str
    by: str
    label: str
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class PartList:
    """The list under ``key`` of a sync in a configuration file. ``options``: key of an entry -> option.

    The first one is the part itself and is required.
    """

    key: str
    options: Mapping[str, str]
    suggestion: Suggestion | None = None
    leaving: str = ""
    """The option that says what becomes of what was made for a part that leaves the list: ``keep`` or ``remove``."""

    @property
    def part(self) -> str:
        """The key of an entry that names the part."""
        return next(iter(self.options))

    @property
    def name(self) -> str:
        """The option that names the part."""
        return self.options[self.part]

    @property
    def owner(self) -> str:
        """The option that names the owner; "" without one."""
        return self.suggestion.option if self.suggestion else ""
