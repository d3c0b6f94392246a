"""How a kind of sync declares itself. A new kind is a folder in this package and a line in the registry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.api.values import Condition, Record
from mappings.kinds.checks import Check
from mappings.kinds.flow import Flow
from mappings.kinds.lookups import Lookup
from mappings.kinds.name_search import NameSearch
from mappings.kinds.names import Heading as Heading
from mappings.kinds.names import Names as Names
from mappings.kinds.option import Option, effective, fields_read
from mappings.kinds.part_list import PartList, Suggestion
from mappings.kinds.policy import Policy, Samples
from mappings.kinds.relation import Relation, plain_relation
from mappings.kinds.section import BASIC, Section
from mappings.kinds.side import SideSpec as SideSpec
from mappings.rules.configuration import Configuration, Direction, FieldRule
from mappings.rules.guards import Guard, guards_of
from mappings.rules.templates import with_sources
from mappings.rules.texts import fold
from mappings.rules.type_tables import BETWEEN_ANY, TypeTables

# The left field of a deleted record that holds the id of the one that it was merged into.
MASTER_RECORD = "MasterRecordId"


@dataclass(frozen=True, slots=True)
class ListRule:
    """A list field that both people and syncs fill (S3.19, S3.20).

    ``wanted(left values)`` returns the wanted entries, and warnings about words that cannot become one. ``sources`` are
    the left fields that it reads; the list is left alone if one of them was not read.
    """

    field: str
    sources: frozenset[str]
    wanted: Callable[[Mapping[str, Any]], tuple[Sequence[str], Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a left record is in the sync. A refusal is shown in the plan only with ``in_plan``."""

    admitted: bool
    reason_code: str = ""
    line: str = ""
    in_plan: bool = False


@dataclass(frozen=True, slots=True)
class SharedTarget:
    """Several left records share one right record: those with the same key, of all kinds with a target of this name.

    One of them is elected and fills it; the others are linked to it and bring what belongs to it.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """A pair of fields by which records are matched if the key finds nothing (S1.21)."""

    left: str
    right: str


def everybody(values: Mapping[str, Any], config: Configuration) -> Admission:
    return Admission(True)


def never(left: Record, right: Record, config: Configuration) -> bool:
    return False


def _no_values(config: Configuration, right: Record) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    return [], {}


def _none(config: object) -> tuple[Any, ...]:
    return ()


def _as_planned(config: Configuration) -> Mapping[str, Any]:
    return {}


def _nothing_more(config: Configuration, left: Record) -> Sequence[tuple[str, Any, str]]:
    return ()


def _own_object(config: Configuration) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sync.

    - ``rules``: the synced fields, built-in ones included; ``lists``: the list fields.
    - ``admit``: which left records are synced; ``admit_right``: which right records may be written.
    - ``new_left``: the values of a record created on the left as (field, value, reason), and the agreed values.
    - ``new_object``: the object that ``new_left`` creates, "" for the kind's own.
    - ``depends_on``: kinds that run first (S3.43).
    - ``parent``: the left field with the id of a record that ``depends_on`` links, such as the account of a contact.
    """

    slug: str
    title: str
    heading: Heading
    left: SideSpec
    right: SideSpec
    rules: Callable[[Configuration], tuple[FieldRule, ...]]
    lists: Callable[[Configuration], tuple[ListRule, ...]] = _none
    admit: Callable[[Mapping[str, Any], Configuration], Admission] = everybody
    new_left: Callable[[Configuration, Record], tuple[list[tuple[str, Any, str]], dict[str, Any]]] = _no_values
    options: tuple[Option, ...] = ()
    """What people choose about it, in the order of the reference."""
    sections: tuple[Section, ...] = BASIC
    """The parts of the page of a sync, in order; one of options alone is left out where the kind has none of them."""
    note: str = ""
    """A template that stands above the sections, for what people should know about all of them."""
    policies: tuple[Policy, ...] = ()
    """Left records with a trait, which an option may keep from taking part."""
    samples: Samples | None = None
    """What it would make of real right records, shown beside an option."""
    matched_by: str = "name"
    """What records are matched by, in words."""
    types: TypeTables = BETWEEN_ANY
    """Which of their fields may fill each other."""
    right_key_survives: bool = False
    """Of two right records that are merged, the one that is left has the key of the other besides its own."""
    settings_object: str = ""
    """The right side's record of account settings that decide how records are written (S1.16)."""
    depends_on: tuple[str, ...] = ()
    grouping: SharedTarget | None = None
    """How several left records are one right record; None where each has one of its own."""
    parent: str = ""
    narrows: Callable[[Mapping[str, Any]], tuple[Condition, ...]] = _none
    """What its options ask of a left record besides the filters, for the live count; ``admit`` decides by the same."""
    counted_by: Callable[[Configuration], tuple[str, ...]] | None = None
    """What ``admit`` reads, where the left system can only list its records: the live count reads them and asks it."""
    admit_right: Callable[[Mapping[str, Any], Configuration], Admission] = everybody
    criteria: Callable[[Configuration], tuple[Criterion, ...]] = _none
    new_right: Callable[[Configuration, Record], Sequence[tuple[str, Any, str]]] = _nothing_more
    """What a record that is made on the right has besides mapped fields, as (field, value, reason)."""
    new_object: Callable[[Configuration], str] = _own_object
    sent_with: Callable[[Configuration], Mapping[str, Any]] = _as_planned
    """What goes along with every creation on the right and is no field of the record."""
    born_with: Mapping[str, Any] = field(default_factory=dict)
    """What a new right record has without being told, None where that may be anything; no sign of anybody's work."""
    flows: tuple[Flow, ...] = ()
    """What the mapping page says of each way that fields go, in a sentence with a real pair."""
    automatic: Direction = Direction.TO_RIGHT
    """Which way automatic updates write (S3.1)."""
    default_fields: tuple[FieldRule, ...] = ()
    """What a new sync maps, on its page and from a file that names no mappings."""
    spares_edited: bool = False
    """A right record that people have worked on is not deleted with its left one."""
    preferred: Callable[[Mapping[str, Any]], bool] | None = None
    """Of several right records with one key, the only one that is preferred is the counterpart; else none is."""
    as_found: Callable[[Record, Record, Configuration], bool] = never
    """Whether two records that meet for the first time are left as they are, until one of them changes."""
    judged_by: Callable[[Configuration], tuple[str, ...]] = _none
    """What ``admit_right`` reads besides ``born_with``: read again before anything of a record is written."""
    converted_from: tuple[str, ...] = ()
    """The kind whose right records may become ones of this kind, and their field with the id: a converted lead's."""
    after_deletion: Callable[[Configuration], Mapping[str, Any]] = _as_planned
    """What left fields count as once their record was deleted; the right one stays unless something is said."""
    rechecked: Callable[[Configuration], tuple[str, ...]] = _none
    """What is read of left records again before a plan that waited is written: it must not be once it is taken back."""
    part_list: PartList | None = None
    """How a file lists the parts of its objects, where each sync has one (``SideSpec.part``)."""
    searches: tuple[NameSearch, ...] = ()
    """What new left records refer to, searched for before they are planned."""
    relations: tuple[Relation, ...] = ()
    """What belongs to its records and is written by steps of its own."""
    looks_alike: bool = True
    """Whether records whose labels differ in form alone may be the same; no two tickets of one subject are."""
    lookups: tuple[Lookup, ...] = ()
    """Look-ups of the right record that lead to counterparts of what the left one names; two at most, and their rules
    are among ``rules``."""
    linked_by_key: bool = False
    """The key of a right record names its left one: what was linked by it is a pair only as long as it does."""
    likely_values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """By right field what its source's values become where a mapping has no list of its own: of these the first that
    the field has; ``*`` is any value that is left."""
    functionality: str = ""
    """What its entries are filed under in the log, where that is neither bulk nor ongoing sync."""
    checks: tuple[Check[Any], ...] = ()
    """What the check page asks of this kind besides what it asks of every kind, or in its place."""
    unmatched: str = "create_off"
    """The code of a left record that has no counterpart while none are created."""
    reports_unmatched_right: bool = True
    """Whether a plan tells of right records without a counterpart; else the list of records shows them alone."""
    leaves_out_refused: bool = False
    """Right records that ``admit_right`` refuses are as if they were not there: matched with none, and not told of."""
    fields_apart: bool = False
    """A value that does not fit is listed as a problem and holds back its own field alone (S0.9), else its record."""
    unguarded: frozenset[Guard] = frozenset()
    """Guards that would count what none of its plans does."""
    second_right: str = ""
    """What people do about {id}, the right record of a left one that was merged into another with a right record of its
    own. Unless said otherwise they merge the two."""
    chosen: Callable[["Kind", Mapping[str, Any]], "Kind"] | None = None
    """The kind under these options, where people choose one of its objects, or which look-ups it has."""
    interval: int = 2
    """Minutes between looks of automatic updates unless people choose otherwise."""
    large: int = 20_000
    """The number of left records from which a first run deserves care (S3.46)."""

    def under(self, options: Mapping[str, Any]) -> "Kind":
        """The kind for a sync with these options: the parts of its objects, and the key field, that they name."""
        kind = self.as_chosen(options)
        left, right = kind.left.of(options), kind.right.of(options)
        field = str(options.get(right.key_option) or "")
        if field and field != right.key_field:
            right = replace(right, key_field=field, key=lambda values: fold(values.get(field)))
        return kind if (left, right) == kind.sides else replace(kind, left=left, right=right)

    def as_chosen(self, options: Mapping[str, Any]) -> "Kind":
        """The kind with the objects and look-ups that these options name."""
        return self.chosen(self, options) if self.chosen else self

    @property
    def sides(self) -> tuple[SideSpec, SideSpec]:
        return self.left, self.right

    def side(self, name: str) -> SideSpec:
        """The side named ``left`` or ``right``."""
        return self.left if name == "left" else self.right

    def relation(self, name: str) -> Relation:
        """The relation with this name; a plain one for a relation that the kind does not declare any more."""
        found = (relation for relation in self.relations if relation.name == name)
        return next(found, None) or plain_relation(name)

    @property
    def suggestion(self) -> Suggestion | None:
        """How the owner of a part is suggested."""
        return self.part_list.suggestion if self.part_list else None

    def word_of(self, option: str) -> str:
        """The label of an option; "" for an unknown one."""
        return next((declared.label for declared in self.options if declared.name == option), "")

    @property
    def part_word(self) -> str:
        """The noun for a part."""
        return self.word_of(self.part_list.name) if self.part_list else ""

    @property
    def owner_word(self) -> str:
        """The noun for the owner of a part."""
        return self.word_of(self.part_list.owner) if self.part_list else ""

    @property
    def known(self) -> bool:
        """False for the placeholder of a stored sync whose kind is not in the registry."""
        return bool(self.left.system and self.right.system)

    def traits(self, config: Configuration) -> tuple[str, ...]:
        """The right fields that show whether a record may be written, and whether people have worked on it."""
        return tuple(dict.fromkeys([*self.born_with, *self.judged_by(config)]))

    @property
    def people(self) -> bool:
        """Whether its records are people: several left records, of other kinds too, may share a right one (S1.10)."""
        return self.grouping is not None

    @property
    def guards(self) -> list[Guard]:
        """The guards that apply to its plans."""
        return [guard for guard in guards_of(people=self.people) if guard not in self.unguarded]

    @property
    def unchosen(self) -> Configuration:
        """The default configuration, without mapped fields."""
        return Configuration(self.slug, options=effective(self.options, {}))

    @property
    def parts(self) -> tuple[Section, ...]:
        """The sections of its mapping page."""
        asked = {option.section for option in self.options}
        return tuple(section for section in self.sections if section.name in asked or not section.needs_options)

    def section_of(self, name: str) -> Section | None:
        """The section with this name, or the one that contains the option with this name; None without one."""
        found = next((option.section for option in self.options if option.name == name), name)
        return next((section for section in self.parts if section.name == found), None)

    @property
    def title_inside(self) -> str:
        """The title within a sentence: names of systems keep their capital letter."""
        return f"{self.title[:1].lower()}{self.title[1:]}"

    @property
    def placed(self) -> tuple[str, ...]:
        """The right fields that are mapped by an option of their own."""
        return tuple(option.name for option in self.options if option.is_mapping)

    @property
    def kept(self) -> frozenset[str]:
        """The right fields that the kind fills by itself: names, keys, lists, the stored id."""
        config = self.unchosen
        filled = {rule.right for rule in self.rules(config)} | {rule.field for rule in self.lists(config)}
        return frozenset(filled | {self.right.link_field} - {""})

    @property
    def names(self) -> Names:
        """The nouns of both sides, for pages and buttons."""
        left, right = self.left, self.right
        here, there, one_system = left.system_label, right.system_label, ""
        if here == there:
            one_system, (here, there) = here, (side.called or side.one.capitalize() for side in self.sides)
        words = (here, there, self.matched_by, one_system, self.second_right)
        return Names(left.one, left.many, right.one, right.many, *words)

    @property
    def left_object(self) -> str:
        return self.left.object

    @property
    def right_object(self) -> str:
        return self.right.object

    @property
    def left_name(self) -> str:
        return self.left.label_field

    @property
    def right_name(self) -> str:
        return self.right.label_field

    @property
    def left_key_field(self) -> str:
        return self.left.key_field

    @property
    def right_key_field(self) -> str:
        return self.right.key_field

    def left_fields(self, config: Configuration) -> tuple[str, ...]:
        """The left fields to read: those of the kind, and those named by its options."""
        wanted = [*self.left.fields(config), *fields_read(self.options, config.options)]
        lent = [one.by for one in config.borrowed]
        return tuple(dict.fromkeys([*wanted, *with_sources(wanted), *lent]))

    def right_fields(self, config: Configuration) -> tuple[str, ...]:
        return self.right.fields(config)

    def left_key(self, values: Mapping[str, Any]) -> str:
        return self.left.key(values)

    def right_key(self, values: Mapping[str, Any]) -> str:
        return self.right.key(values)

    def left_label(self, record: Record) -> str:
        return self.left.label(record)

    def right_label(self, record: Record) -> str:
        return self.right.label(record)

    def parent_field(self, config: Configuration) -> str:
        """The left field with the id of the parent record; for leads it is chosen (S3.57). "" without one."""
        return self.parent or str(config.option("account_field") or "")
