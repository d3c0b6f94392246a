"""The three roles and their permissions."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A Django group of the same name. Ordered: a later one may do everything an earlier one may."""

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
        """What the role may do, for the page that hands roles out."""
        return _SENTENCES[self]

    def covers(self, needed: Role) -> bool:
        return self.rank >= needed.rank


_SENTENCES = {
    Role.VIEWER: "Sees everything except secrets. Changes nothing.",
    Role.OPERATOR: "Also plans, starts, cancels and undoes runs, and decides matches.",
    Role.ADMINISTRATOR: "Also changes connections, mappings, filters, settings and people.",
}
