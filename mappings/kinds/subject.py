"""What checks can count: the records that were last read, and facts about the sync."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from mappings.kinds.findings import CheckLink
from mappings.rules.texts import with_article

if TYPE_CHECKING:
    from connectors.api.values import FieldSchema, Remark
    from mappings.kinds.declaration import Kind, Names


@dataclass(frozen=True, slots=True)
class Found:
    """Records with some trait, or keys that several ``records`` have.

    ``first``: only so many were looked at, 0 for all. ``capped``: there may be more. ``total``: of how many.
    ``percent``: how many of a hundred records in scope they are. Of keys, ``across`` belong to records with different
    parents, ``mixed`` to records of several kinds.
    """

    count: int = 0
    examples: tuple[str, ...] = ()
    first: int = 0
    capped: bool = False
    total: int = 0
    records: int = 0
    percent: float = 0.0
    across: int = 0
    mixed: int = 0

    def __add__(self, other: Found) -> Found:
        """Both together, of different records. What was looked for in the first ones only is what the others lack."""
        examples = (*self.examples, *other.examples)[:5]
        return Found(self.count + other.count, examples, 0 if other.count else self.first)


@dataclass(frozen=True, slots=True)
class Size:
    """How many left records take part, how many the filters leave out, and how many right records may be touched."""

    left: int
    outside: int
    right: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A mapped field in which so many pairs differ."""

    name: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many pairs agree in every mapped field. ``first``: only so many were compared, 0 for all."""

    pairs: int = 0
    agree: int = 0
    fields: tuple[Difference, ...] = ()
    first: int = 0


class Mirror(Protocol):
    """Counts over what was last read of both systems. Each takes a fixed number of queries."""

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the sync."""

    def size(self) -> Size: ...

    def with_status(self, status: str) -> Found:
        """Left records with this status."""

    def with_value(self, name: str) -> Found:
        """Left records in scope with a value in this field, among the first ones."""

    def without_key(self, side: str) -> Found:
        """Records that have nothing to be matched by."""

    def keys_that_fail(self, valid: Callable[[str], bool]) -> Found:
        """Left records in scope whose key is not valid."""

    def repeated_keys(self, side: str) -> Found:
        """Keys that several records of one side have."""

    def several_right(self, *, settled: bool) -> Found:
        """Keys of several right records, of which one is the counterpart by what the kind prefers, or none is."""

    def shared_keys(self) -> Found:
        """Keys that several left records have, of all kinds that share their right records."""

    def foreign_ids(self) -> Found:
        """Right records that hold the id of a third system."""

    def repeated_ids(self) -> Found:
        """Left ids that several right records hold."""

    def lookalikes(self) -> Found:
        """Unlinked records of both sides whose names differ in form only."""

    def left_of_excluded(self) -> Found:
        """Left records in scope with the key of a right record that may not be touched."""

    def agreement(self) -> Agreement:
        """How the pairs agree in what is mapped. A few queries for each some thousand pairs."""

    def unlinked_left(self) -> int:
        """How many left records in scope have no counterpart."""

    def unlinked_right(self) -> Found:
        """Right records without a counterpart in scope."""

    def new_labels_that_fail(self, valid: Callable[[str], bool]) -> Found:
        """Right records without a counterpart whose label is not valid."""

    def without_parent(self) -> Found:
        """Left records in scope that belong to no parent."""

    def with_unlinked_parent(self) -> Found:
        """Left records in scope whose parent is not linked."""


@dataclass(frozen=True, slots=True)
class System:
    """One connection as it was last tested. ``passed`` is None while it never was; ``age_days`` is that test's age.

    ``facts`` are what the system says of itself, ``remarks`` what follows from them; ``used_when`` is when it said how
    many requests were used; ``needed`` are those that the waiting plan takes, None while no plan waits; ``batch`` is
    how many records one request writes.
    """

    name: str
    side: str
    enabled: bool = True
    passed: bool | None = None
    age_days: float = 0.0
    failure: str = ""
    failure_hint: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    used_when: str = "at the last test"
    needed: int | None = None
    remarks: tuple[Remark, ...] = ()
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """A mapped list of values, and those that have no target. ``back``: right values that the left field refuses."""

    pair: str
    missing: tuple[str, ...]
    total: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """The configuration beside the fields of both systems; ``schemas_read`` is false while they were never read.

    ``problem`` is empty where it fits. ``built_in`` are the labels of what is synced without being mapped.
    ``cautions`` are sentences about mapped fields of which something is left out. ``lacking`` are required fields of
    new left records that nothing fills, None while the fields of their object were never read.
    """

    schemas_read: bool = True
    problem: str = ""
    mapped: int = 0
    built_in: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    cautions: tuple[str, ...] = ()
    lacking: tuple[str, ...] | None = ()
    left_fields: tuple[FieldSchema, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of a sync without counting: its kind, options, connections and configuration.

    ``parent``: its left records belong to one of another kind. ``waits_for`` are the titles of kinds that have to be
    complete first, ``linked_parents`` the links that those have. ``to_create`` is what the waiting plan creates on the
    right, None while no plan waits. ``duration(number, batched)`` tells how long creating so many takes. ``applied``: a
    plan of it was written before.
    """

    kind: Kind
    words: Mapping[str, str]
    options: Mapping[str, Any]
    left: System
    right: System
    setup: Setup = field(default_factory=Setup)
    parent: bool = False
    waits_for: tuple[str, ...] = ()
    linked_parents: int = 0
    to_create: int | None = None
    duration: Callable[[int, bool], str] = lambda number, batched: ""
    applied: bool = False

    @property
    def has_tags(self) -> bool:
        """Whether fields can become tags."""
        return "tags" in self.options

    @property
    def creates_left(self) -> bool:
        return bool(self.options.get("create_left", "nothing") != "nothing")

    def say(self, text: str, /, **numbers: object) -> str:
        """The text in the words of the kind; numbers get their separators."""
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in numbers.items()}
        return text.format_map({**self.words, **shown})

    def title(self, text: str) -> str:
        """The same with a capital letter."""
        said = self.say(text)
        return said[:1].upper() + said[1:]

    def links(self, links: Iterable[CheckLink]) -> tuple[CheckLink, ...]:
        """The links in the words of the kind."""
        return tuple(CheckLink(self.say(link.words), link.to, self.say(link.detail)) for link in links)


def words_of(names: Names, parent: Names | None = None, created: str = "") -> dict[str, str]:
    """The words that texts of checks may use: of both sides, of what records belong to, of what is created left.

    {left}, {lefts}, {right}, {rights}, {key}, {keys}, {left_system}, {right_system}; {parent}, {parents} on the left
    and {group} on the right; {new}, {news}; and with an article {a_left}, {a_key}, {a_parent}.
    """
    found = {
        "left": names.left_one,
        "lefts": names.left_many,
        "right": names.right_one,
        "rights": names.right_many,
        "key": names.key,
        "keys": names.keys,
        "left_system": names.left_system,
        "right_system": names.right_system,
        "parent": parent.left_one if parent else "",
        "parents": parent.left_many if parent else "",
        "group": parent.right_one if parent else "",
        "groups": parent.right_many if parent else "",
        "new": names.left_one if created in ("", names.left_many) else created.removesuffix("s"),
        "news": created or names.left_many,
    }
    return found | {f"a_{word}": with_article(found[word]) for word in ("left", "right", "key", "parent", "group")}
