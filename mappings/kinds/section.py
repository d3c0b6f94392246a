"""How a kind declares the sections of its page. Each has a form and a Save button of its own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

OF_OPTIONS = "mappings/options/_section.html"


def no_problems(values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return ()


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the mapping page. Texts may contain words of the kind, such as ``{left_many}``
    (``wording.words``).
    """

    name: str
    """Its address and anchor, and the ``section`` of the options that it asks for."""
    word: str
    """What leads to it at the top of the page."""
    title: str
    intro: str = ""
    """What people should know before they choose."""
    template: str = OF_OPTIONS
    """What draws it; it gets ``form``, ``name``, ``title``, ``intro`` and ``here``, besides the sync and its kind."""
    problems: Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]] = no_problems
    """What is wrong with values that are right one by one: the option to tell it at, and a sentence."""

    @property
    def needs_options(self) -> bool:
        """Whether the section is empty if the kind has none of its options."""
        return self.template == OF_OPTIONS


AUTOMATIC = Section(
    "automatic", "Updates", "{Right_one} and {Left_one} Mapping", template="mappings/options/_automatic.html"
)
SCOPE = Section("scope", "Filters", "Set sync filters", template="mappings/scope/_scope.html")
STANDARD = Section("standard", "{Right_one}", "Map {right_system} {right_many} and {left_system} {Left_many}")
FIELDS = Section("fields", "Fields", "{Left_one} field mappings", template="mappings/fields/_fields.html")
GUARDS = Section("guards", "Guards", "Guards", template="mappings/options/_guards.html")

BASIC = (AUTOMATIC, SCOPE, STANDARD, FIELDS, GUARDS)
"""The sections of a kind that declares none."""
