"""The configuration of a sync as plain values for the engine, with resolved types."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connectors.api.values import FieldType
from mappings.rules.borrowed import Borrowed
from mappings.rules.conditions import ALL, FieldCondition
from mappings.rules.templates import is_made_up

# Where the right system keeps the left id, unless a field of one's own is chosen (S3.C12).
EXTERNAL_ID = "external_id"


class Direction(StrEnum):
    """The direction in which a field is written."""

    TO_RIGHT = "to_right"
    TO_LEFT = "to_left"
    BOTH = "both"


class Conflict(StrEnum):
    """Which side wins when both sides of a two-way field changed."""

    LEFT = "left"
    RIGHT = "right"
    NEWEST = "newest"
    ASK = "ask"


class OnProblem(StrEnum):
    """What a value that cannot be converted stops: the whole record, or only its field."""

    ROW = "row"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One mapped pair of fields.

    - ``choices``: the values that the right field accepts; ``left_choices``: those of the left one, if restricted.
    - scales: how many decimals a field keeps, None if not restricted; digits: how many before the point.
    - lengths: the largest number of characters.
    """

    left: str
    right: str
    left_type: FieldType = FieldType.TEXT
    right_type: FieldType = FieldType.TEXT
    direction: Direction = Direction.TO_RIGHT
    conflict: Conflict = Conflict.LEFT
    on_problem: OnProblem = OnProblem.ROW
    transform: str = ""
    value_map: Mapping[str, str] = field(default_factory=dict)
    choices: frozenset[str] | None = None
    left_choices: frozenset[str] | None = None
    left_scale: int | None = None
    left_digits: int | None = None
    right_scale: int | None = None
    right_digits: int | None = None
    left_length: int | None = None
    right_length: int | None = None
    right_id: str = ""
    """The vendor's id of the right field, which changes when the field is deleted and made again under its key."""
    options: Mapping[str, str] = field(default_factory=dict)
    """The right field's options, each with the vendor's id of it: one that is removed and added again has another."""
    label: str = ""
    only_if_empty: bool = False
    """One way, it writes while the target is empty: what stands there stays."""
    on_change: bool = False
    """One way, it writes when its source has changed: what somebody edits in the target stays until then."""
    unsaid: frozenset[str] = frozenset()
    """Left values that say nothing: the target stays as it is."""
    never_blank: bool = False
    """An empty source leaves the target as it is: an email, a name."""
    alike: Callable[[Any, Any], bool] | None = None
    """Whether a left and a right value mean the same although they differ: "Okafor, Chidi" is Chidi Okafor."""

    is_tag: bool = False
    """The right system keeps each value of the right field as a tag, too."""

    @property
    def is_made_up(self) -> bool:
        """Whether its source is a constant or a template, no field."""
        return is_made_up(self.left)

    @property
    def name(self) -> str:
        """The label of the pair."""
        return self.label or f"{self.left} → {self.right}"


def made_of(choice: str | None) -> str:
    """What a choice about creating records creates; "" for nothing."""
    return "" if choice in (None, "nothing") else str(choice)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which left records are synced (S3.15, S3.17). Empty tuples do not restrict. First values are defaults of new
    records.
    """

    record_types: tuple[str, ...] = ()
    picklist_field: str = ""
    picklist_values: tuple[str, ...] = ()
    checkbox: bool = False
    """Whether the field is a checkbox, whose values are called true and false."""
    list_view: str = ""
    """The name of a list view of the left system: records that it shows. "" does not restrict."""
    conditions: tuple[FieldCondition, ...] = ()
    match: str = ALL
    """Whether a record has to meet all of the conditions, or any of them (S3.54)."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The left fields that it looks at, record types aside."""
        return tuple(dict.fromkeys(filter(None, [self.picklist_field, *(one.field for one in self.conditions)])))

    @property
    def default(self) -> str | bool:
        """The value of the picklist in new records: the first one."""
        return self.picklist_values[0] == "true" if self.checkbox else self.picklist_values[0]


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that decides what a run writes.

    ``record_type_ids`` maps developer names to ids; ``time_zone`` is that of the left system (A11);
    ``multiple_organizations`` comes from the right system's account settings (S1.16).
    """

    kind: str
    scope: Scope = Scope()
    rules: tuple[FieldRule, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    """What people chose, by the name of each option that the kind declares."""
    id_field: str = EXTERNAL_ID
    uses_person_accounts: bool = False
    record_type_ids: Mapping[str, str] = field(default_factory=dict)
    right_record_type_ids: Mapping[str, str] = field(default_factory=dict)
    time_zone: str = "UTC"
    multiple_organizations: bool = False
    borrowed: tuple[Borrowed, ...] = ()
    """The left values of mappings and filters that are those of other records."""
    filled_by_left: frozenset[str] = frozenset()
    """Left fields that no new record may name: the left system fills them by itself."""
    required_left: tuple[tuple[str, str], ...] = ()
    """Left fields that a new record must name, each with its label."""
    wanted_left: tuple[tuple[str, str], ...] = ()
    """Left fields without which people want no new record, each with its label; somebody may let one be made."""
    left_defaults: tuple[tuple[str, Any], ...] = ()
    """What a new left record has in fields that nothing else fills."""

    def option(self, name: str) -> Any:
        """The value of an option; None if the kind has no such option."""
        return self.options.get(name)

    @property
    def creates_right(self) -> bool:
        """Whether missing right records are created; True for kinds without that option."""
        return False not in (self.option("create_right"), self.option("upsert"))

    @property
    def creates_left(self) -> str:
        """What is created on the left for unmatched right records; "" for nothing."""
        return made_of(self.option("create_left"))

    @property
    def several(self) -> str:
        """What to do if several right records have the key: "first", "all" or "none"."""
        return str(self.option("several") or "none")

    @property
    def leaving(self) -> str:
        """What happens to the counterpart of a left record that leaves the filters (A6, S2.23)."""
        return str(self.option("leaving_scope") or self.option("leaving_view") or "")

    @property
    def deletes_right(self) -> bool:
        """Whether the right record is deleted with its left one (S2.22); False for kinds without that option."""
        return bool(self.option("delete_right") == "allowed" or self.option("when_deleted") == "delete")

    @property
    def marks_deleted(self) -> bool:
        """Whether the right record is marked when its left one is deleted."""
        return bool(self.option("when_deleted") == "mark")

    @property
    def keeps_orphans(self) -> bool:
        """Whether right records of deleted left ones are kept by choice, so that nobody has to decide."""
        return bool(self.option("delete_right") == "never")

    @property
    def deletes_left(self) -> bool:
        """Whether the left record is deleted with its right one (S2.18)."""
        return bool(self.option("delete_left") == "allowed")

    @property
    def puts_back(self) -> bool:
        """Whether a deleted right record is created again (S2.19)."""
        return bool(self.option("delete_left") == "never")

    @property
    def stores_id(self) -> bool:
        """Whether the right record stores the id of the left one."""
        return bool(self.id_field) and self.option("store_external_id") is not False

    @property
    def record_type_names(self) -> dict[str, str]:
        """Record type id -> developer name."""
        return {id: name for name, id in self.record_type_ids.items()}
