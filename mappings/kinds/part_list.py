"""How a kind declares that one entry of a configuration file stands for several syncs, one per part."""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.api.values import Condition


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Whom a part belongs to: the left record of ``object`` whose field ``by`` holds the part; its id is suggested for
    ``option``. ``where``: what else has to hold of it.
    """

    option: str
    object: str
    by: str
    label: str
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class PartList:
    """``key`` of a sync in a file lists them. ``options`` names the option that each key of an entry fills.

    The first one is the part itself, and has to be there.
    """

    key: str
    options: Mapping[str, str]
    suggestion: Suggestion | None = None

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
        """The option that says whom it belongs to; "" where none does."""
        return self.suggestion.option if self.suggestion else ""
