"""The three roles and their permissions."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role, which is a Django group of the same name. Ordered: each may do all that the ones before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def rank(self) -> int:
        return list(Role).index(self)

    @property
    def sentence(self) -> str:
        """What the role may do."""
        return _SENTENCES[self]

    def covers(self, needed: Role) -> bool:
        return self.rank >= needed.rank


_SENTENCES = {
    Role.VIEWER: "Sees everything except secrets. Changes nothing.",
    Role.OPERATOR: "Also plans, starts, cancels and undoes runs, and decides matches.",
    Role.ADMINISTRATOR: "Also changes connections, mappings, filters, settings and people.",
}
