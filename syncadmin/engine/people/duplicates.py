"""Messages about records that share their email with the one that fills the user (S1.34, S1.35, A15)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mappings.kinds.people import sentences


@dataclass(frozen=True, slots=True)
class DuplicateFacts:
    """The facts for the sentences about a duplicate, before and after its run."""

    syncing: str
    """The name of the record that fills the user."""
    adds: str = ""
    """The name of the organization that the plan adds a membership of; "" for none."""
    one_organization: bool = False
    """No membership is added, because a user has one organization only."""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "DuplicateFacts":
        """The facts as stored with a step."""
        return cls(**stored)

    def as_stored(self) -> tuple[tuple[str, Any], ...]:
        return tuple(asdict(self).items())

    def planned(self, right_system: str) -> str:
        """What the plan does for the duplicate, and what it does not."""
        if self.adds:
            return f"{self._duplicate}; it adds a membership of {self.adds}."
        if self.one_organization:
            off = sentences.ONE_ORGANIZATION.format(right_system=right_system)
            return f"{self._duplicate}, and {off}."
        return f"{self._duplicate}."

    def outcome(self, right_system: str, *, added: bool) -> tuple[str, str]:
        """What the run did, and what it did not. ``added``: whether the membership was added."""
        not_done = "None of its fields was written to the user"
        if added or not self.adds:
            return self.planned(right_system), not_done
        missing = f"{self._duplicate}; no membership was added yet of {self.adds}."
        return missing, f"{not_done}, and no membership was added"

    @property
    def _duplicate(self) -> str:
        return f"Duplicate of {self.syncing}, which has the same email: none of its fields is synced"
