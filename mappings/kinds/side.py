"""How a kind declares one of its two sides: the object, and how its records are identified."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.api.values import Condition, Record
from mappings.rules.borrowed import Borrowed
from mappings.rules.configuration import Configuration


@dataclass(frozen=True, slots=True)
class SideSpec:
    """One side of a kind: an object of a system, its nouns, and how its records are identified.

    ``creatable``: what a run may create on this side if that is chosen.
    """

    system: str
    """The connector, as the registry of vendors calls it."""
    system_label: str
    """What people call the system; the same as the label of the connector."""
    object: str
    one: str
    many: str
    label_field: str
    """The field that a record is called by."""
    key_field: str
    """The field that ``key`` reads, by which a record that was just created is found again."""
    key: Callable[[Mapping[str, Any]], str]
    """What a record is matched by, as it is compared."""
    fields: Callable[[Configuration], tuple[str, ...]]
    """What has to be read of a record under a configuration."""
    creatable: tuple[str, ...] = ()
    link_field: str = ""
    """The field that keeps the id of the record on the other side; "" where there is none."""
    key_option: str = ""
    """The option that names the field of the key instead of ``key_field``, where people choose it."""
    called: str = ""
    """What sentences call this side where both are in one system, which tells them not apart; else ``one``."""
    never_written: Mapping[str, str] = field(default_factory=dict)
    """Fields that no mapping may write, although the system would take a value, each with the reason as a clause."""
    keeps: frozenset[str] = frozenset()
    """Fields in which an empty source leaves what stands there: the system fills them by itself."""
    key_hint: str = ""
    """Records are made by the field that keeps the id of the left one, so that none is made twice. How people make such
    a field, with {key} for its name; "" where ids are kept in any field, or in none."""
    only_linked: bool = False
    """No record is read but those that keep an id: all others are nobody's concern."""
    reads: tuple[Condition, ...] = ()
    """What is read of the object: a record that does not meet these conditions stays unknown."""
    borrowed: tuple[Borrowed, ...] = ()
    """Values of its records that are those of others, which they name; only of left records."""
    frozen: Callable[[Mapping[str, Any]], str] | None = None
    """Why nothing is written to a left record that is there, as a sentence; "" for one that takes values."""
    frozen_by: tuple[str, ...] = ()
    """The fields that this reads, again before anything is written."""
    part: str = ""
    """The option that names the part of the object that one sync has, such as a mailbox; syncs with other parts have
    other records. The connector is asked for ``OBJECT/PART``."""

    def of(self, options: Mapping[str, Any]) -> "SideSpec":
        """The side for a sync with these options."""
        return replace(self, object=f"{self.object}/{options.get(self.part)}", part="") if self.part else self

    @property
    def upserts(self) -> bool:
        return bool(self.key_hint)

    def label(self, record: Record) -> str:
        """The label of a record: its name, else its id."""
        return str(record.values.get(self.label_field) or record.ref.id)
