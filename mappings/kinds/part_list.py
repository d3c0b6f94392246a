"""How a file lists the parts of one configuration: each of them becomes a sync with all its other options."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PartList:
    """``key`` of a sync in a file lists them. ``options`` names the option that each key of an entry fills.

    The first one is the part itself, and has to be there.
    """

    key: str
    options: Mapping[str, str]

    @property
    def part(self) -> str:
        """The key of an entry that names the part."""
        return next(iter(self.options))
