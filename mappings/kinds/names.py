"""The words that pages use for a kind, and its place in the navigation."""

from dataclasses import dataclass
from typing import NamedTuple

from mappings.rules.texts import plural_of, with_article


class SideNames(NamedTuple):
    """The words of one side."""

    one: str
    many: str
    system: str
    """What tells it from the other side."""
    place: str
    """The system that holds its records: "2 contacts in Salesforce"."""


@dataclass(frozen=True, slots=True)
class Names:
    """The words of a kind for pages and buttons: "Create 214 organizations in Zendesk". They come from its sides."""

    left_one: str
    left_many: str
    right_one: str
    right_many: str
    left_system: str
    right_system: str
    """What tells the sides apart: their systems, or their objects where both are in one system."""
    key: str = "name"
    """What records are matched by, in words."""
    one_system: str = ""
    """The system, where both sides are in one."""
    second_right: str = ""
    """What people do about the right record of a merged left one, {id}, where the system merges no such records."""

    def of(self, side: str) -> SideNames:
        """The words of the side that is called ``left`` or ``right``."""
        if side == "left":
            return SideNames(self.left_one, self.left_many, self.left_system, self.one_system or self.left_system)
        return SideNames(self.right_one, self.right_many, self.right_system, self.one_system or self.right_system)

    @property
    def keys(self) -> str:
        """What records are matched by, of several."""
        return plural_of(self.key)

    @property
    def sought(self) -> str:
        """What people search records by."""
        return self.key if self.key == "name" else f"name or {self.key}"

    @property
    def search_hint(self) -> str:
        """What a search field takes."""
        if self.key == "name":
            return "a part of a name or an id"
        return f"a part of a name, {with_article(self.key)} or an id"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a kind stands below in the navigation. Kinds that have one heading in common share it.

    ``page`` is the name of the view that leads to all of them; without one it is the list of the first.
    """

    title: str
    icon: str
    page: str = ""
