"""How a kind declares objects that belong to a record: memberships, addresses, comments."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mappings.rules.configuration import Configuration
from mappings.rules.guards import Guard
from mappings.rules.texts import plural_of, with_article


@dataclass(frozen=True, slots=True)
class RelationStep:
    """The texts of a step of a relation. ``word`` is used in JSON and CSV and never changes."""

    word: str
    label: str
    """What it is to do, before the name of the system: "Add a membership"."""
    done: str
    """What it has done: "Added to an organization"."""
    group: str
    """Many of them, before the name of the system: "New memberships"."""
    button: str
    """What approving does, before number and noun: "add"; with braces a sentence: "make {count} {noun} primary"."""


@dataclass(frozen=True, slots=True)
class Relation:
    """An object that belongs to a record and is written by steps of its own, such as a membership or a comment.

    ``steps``: what may be done to it, by verb. ``wanted``, for relations that are only added to: the entries of a left
    record, each with a key; each is created once, in that order, and never changed.
    """

    name: str
    """What steps keep; short, and the same in all kinds that share it."""
    object: str
    one: str
    many: str
    steps: Mapping[str, RelationStep]
    side: str = "right"
    guard: Guard | None = None
    """The guard that counts its deletions."""
    own_tile: bool = True
    """Whether a plan counts its steps apart, or else among the updates of their records."""
    parent: str = ""
    """The field that holds the id of the record."""
    sources: frozenset[str] = frozenset()
    """The left fields that ``wanted`` reads; nothing is wanted where one of them was not read."""
    wanted: Callable[[Mapping[str, Any], Configuration], Iterable[tuple[str, Mapping[str, Any]]]] | None = None

    @property
    def link_key(self) -> str:
        """The name under which a link remembers which of them a sync added."""
        return f"{self.name}s"

    def step(self, verb: str) -> RelationStep:
        return self.steps[verb]


def steps_of_relation(name: str, one: str, many: str, *verbs: str) -> dict[str, RelationStep]:
    """The steps of a relation without texts of its own: "Create a comment", in JSON ``create_comment``."""
    a_one, groups = (
        with_article(one),
        {
            "create": f"New {many}",
            "update": f"{many.capitalize()} changed",
            "delete": f"{many.capitalize()} deleted",
        },
    )
    return {
        verb: RelationStep(
            f"{verb}_{name}", f"{verb.capitalize()} {a_one}", f"{verb.capitalize()}d {a_one}", groups[verb], verb
        )
        for verb in verbs
    }


def plain_relation(name: str) -> Relation:
    """A relation with plain texts, for stored steps of a relation that no kind declares any more."""
    many = plural_of(name)
    return Relation(name, "", name, many, steps_of_relation(name, name, many, "create", "update", "delete"))
