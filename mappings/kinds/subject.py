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
    """Records with a trait, or keys that several ``records`` have.

    - ``first``: how many records were looked at, 0 for all; ``capped``: there may be more; ``total``: of how many.
    - ``percent``: their share of the records in scope.
    - ``across``: keys whose records have different parents; ``mixed``: keys whose records are of several kinds.
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
        """The sum for different records. If one side looked at a part only, so does the sum."""
        examples = (*self.examples, *other.examples)[:5]
        return Found(self.count + other.count, examples, 0 if other.count else self.first)


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of left records in the sync, of those that the filters exclude, and of right records that may
    be written.
    """

    left: int
    outside: int
    right: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A mapped field, and the number of pairs that differ in it."""

    name: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """The number of pairs that agree in every mapped field. ``first``: how many were compared, 0 for all."""

    pairs: int = 0
    agree: int = 0
    fields: tuple[Difference, ...] = ()
    first: int = 0


class Mirror(Protocol):
    """Counts of the records as last read from both systems. Each takes a fixed number of queries."""

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the sync."""

    def size(self) -> Size: ...

    def with_status(self, status: str) -> Found:
        """Left records with this status."""

    def with_value(self, name: str) -> Found:
        """Left records in scope with a value in this field, among the first ones."""

    def without_key(self, side: str) -> Found:
        """Records without a match key."""

    def keys_that_fail(self, valid: Callable[[str], bool]) -> Found:
        """Left records in scope whose key is not valid."""

    def repeated_keys(self, side: str) -> Found:
        """Keys that several records of one side have."""

    def several_right(self, *, settled: bool) -> Found:
        """Keys of several right records; ``settled``: the kind prefers one of them."""

    def shared_keys(self) -> Found:
        """Keys that several left records have, of all kinds that share their right records."""

    def foreign_ids(self) -> Found:
        """Right records that store the id of another system."""

    def repeated_ids(self) -> Found:
        """Left ids that several right records store."""

    def lookalikes(self) -> Found:
        """Unlinked records of both sides whose names differ in form only."""

    def left_of_excluded(self) -> Found:
        """Left records in scope with the key of a right record that may not be written."""

    def ambiguous(self, code: str) -> Found:
        """Left records whose right one lacks a look-up, because several records could be meant."""

    def agreement(self) -> Agreement:
        """How many pairs agree in all mapped fields. A few queries for each few thousand pairs."""

    def unlinked_left(self) -> int:
        """The number of left records in scope without a counterpart."""

    def unlinked_right(self) -> Found:
        """Right records without a counterpart in scope."""

    def new_labels_that_fail(self, valid: Callable[[str], bool]) -> Found:
        """Right records without a counterpart whose label is not valid."""

    def without_parent(self) -> Found:
        """Left records in scope without a parent."""

    def with_unlinked_parent(self) -> Found:
        """Left records in scope whose parent is not linked."""


@dataclass(frozen=True, slots=True)
class System:
    """A connection as last tested. ``passed`` is None if it never was; ``age_days`` is the age of that test.

    - ``facts``: what the system reports of itself; ``remarks``: what follows from them.
    - ``used_when``: when the number of used requests was reported.
    - ``needed``: requests that the waiting plan takes, None without a plan.
    - ``batch``: how many records one request writes.
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
    """A mapped picklist, and its values without a target. ``back``: right values that the left field does
    not accept.
    """

    pair: str
    missing: tuple[str, ...]
    total: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """The configuration with the fields of both systems; ``schemas_read`` is False if the fields were never read.

    - ``problem``: why the configuration does not fit, "" if it does.
    - ``built_in``: labels of fields that are synced without being mapped.
    - ``cautions``: sentences about mapped fields of which something is left out.
    - ``lacking``: required fields of new left records that nothing fills, None if the fields were never read.
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
    """What is known of a sync without counting: kind, options, connections, configuration.

    - ``parent``: the kind of the records that its left ones belong to; ``linked_parents``: how many of those are
      linked.
    - ``waits_for``: titles of kinds that have to be complete first.
    - ``to_create``: how many records the waiting plan creates on the right, None without a plan.
    - ``duration(number, batched)``: how long creating so many takes.
    - ``applied``: a plan of the sync was written before.
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
        """The text with the words of the kind, and numbers with separators."""
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in numbers.items()}
        return text.format_map({**self.words, **shown})

    def title(self, text: str) -> str:
        """The same, starting with a capital letter."""
        text = self.say(text)
        return text[:1].upper() + text[1:]

    def links(self, links: Iterable[CheckLink]) -> tuple[CheckLink, ...]:
        """The links with the words of the kind."""
        return tuple(CheckLink(self.say(link.words), link.to, self.say(link.detail)) for link in links)


def words_of(names: Names, parent: Names | None = None, created: str = "") -> dict[str, str]:
    """The words that texts of checks may use.

    {left}, {lefts}, {right}, {rights}, {key}, {keys}, {left_system}, {right_system}; for parents {parent}, {parents} on
    the left and {group} on the right; for created records {new}, {news}; with an article {a_left}, {a_key}, {a_parent}.
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
