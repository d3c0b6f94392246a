"""The words that pages use for a kind, and its place in the navigation."""

from dataclasses import dataclass
from typing import NamedTuple

from mappings.rules.texts import plural_of, with_article


class SideNames(NamedTuple):
    """The nouns of one side."""

    one: str
    many: str
    system: str
    """What tells it from the other side."""
    place: str
    """The system that holds its records: "2 contacts in Salesforce"."""


@dataclass(frozen=True, slots=True)
class Names:
    """The nouns of a kind, from its sides, for texts such as "Create 214 organizations in Zendesk"."""

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
        """The nouns of the side named ``left`` or ``right``."""
        if side == "left":
            return SideNames(self.left_one, self.left_many, self.left_system, self.one_system or self.left_system)
        return SideNames(self.right_one, self.right_many, self.right_system, self.one_system or self.right_system)

    @property
    def keys(self) -> str:
        """The plural of the match key."""
        return plural_of(self.key)

    @property
    def sought(self) -> str:
        """What records can be searched by."""
        return self.key if self.key == "name" else f"name or {self.key}"

    @property
    def search_hint(self) -> str:
        """The placeholder of the search field."""
        if self.key == "name":
            return "a part of a name or an id"
        return f"a part of a name, {with_article(self.key)} or an id"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the navigation, which several kinds may share.

    ``page`` is the name of the view it links to; without one it is the list of the first kind.
    """

    title: str
    icon: str
    page: str = ""
    guide: str = ""
    """The document about its syncs: the path below docs/ without suffix."""
