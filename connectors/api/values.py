"""The value types exchanged between SyncAdmin and a connector.

Frozen and slotted: they are compared, hashed and passed between threads. Nothing here knows a vendor,
Django or the network.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from connectors.api.conditions import Compare as Compare
from connectors.api.conditions import Condition as Condition
from connectors.api.field_types import TYPE_NAMES as TYPE_NAMES
from connectors.api.field_types import FieldType as FieldType
from connectors.api.special_fields import ANY_ADDRESS as ANY_ADDRESS
from connectors.api.special_fields import ATTACHED as ATTACHED
from connectors.api.special_fields import MERGED_INTO as MERGED_INTO

Values = Mapping[str, Any]

ID_LENGTH: Final = 255
"""How many characters the id of a remote record may have. Ids of Microsoft Graph have more than 150."""


@dataclass(frozen=True, slots=True)
class RecordRef:
    """One remote record: the object's API name and the remote id, as text of at most ID_LENGTH characters."""

    object: str
    id: str

    def __str__(self) -> str:
        return f"{self.object}:{self.id}"


@dataclass(frozen=True, slots=True)
class Record:
    """What a read or fetch says of one record.

    ``values`` holds only the fields that were read: absent is not empty, and ``None`` means empty.
    ``modified_at`` is aware UTC.
    """

    ref: RecordRef
    values: Values
    modified_at: datetime | None = None
    deleted: bool = False

    def with_value(self, name: str, value: Any) -> "Record":
        """The same record with one more field."""
        return replace(self, values={**self.values, name: value})


@dataclass(frozen=True, slots=True)
class PicklistValue:
    """One value of a picklist or drop-down. ``value`` is what is stored (S3.25), ``label`` what people see.

    ``id`` is the vendor's own, where it has one: a value that was removed and added again has another.
    """

    value: str
    label: str
    active: bool = True
    id: str = ""


@dataclass(frozen=True, slots=True)
class FieldSchema:
    """One field of a remote object. ``custom`` fields of the helpdesk are addressed ``fields.<key>``.

    ``id`` is the vendor's own, where it has one: a field that was deleted and made again under its key has another.
    """

    name: str
    label: str
    type: FieldType
    required: bool = False
    creatable: bool = True
    updatable: bool = True
    custom: bool = False
    length: int | None = None
    scale: int | None = None
    digits: int | None = None
    """How many digits its numbers may have before the point."""
    restricted: bool = False
    choices: tuple[PicklistValue, ...] = ()
    unique: bool = False
    """No two records hold the same value."""
    unsaid: tuple[str, ...] = ()
    """Those of its values that say nothing: unless one is mapped, what it would fill stays as it is."""
    id: str = ""
    compound: bool = False
    """It holds several values at once, each of which is a field of its own: an address, a geolocation."""
    unit: str = ""
    """The field that says in what its amounts are counted, where records differ in it: their currency."""
    mask: str = ""
    """What stands for each sign of a value that the user of the connection may not see."""
    unmasked: int = 0
    """How many signs at the end of a masked value are shown."""
    target: str = ""
    """The object that a look-up leads to; empty where that may be one of several."""
    via: str = ""
    """The look-up that leads to the record whose value it is, as AccountId to Account.Name."""
    tag: str = ""
    """The tag that the helpdesk keeps by itself on a record whose box is ticked."""
    tags_values: bool = False
    """The system keeps each of its values as a tag of the record, too."""
    native: str = ""
    """What the system calls the field's type: Picklist, Drop-down."""
    readable: bool = True
    filterable: bool = True
    """The system can be asked for records by what they hold here."""
    auto_number: bool = False
    """The system counts its values up."""
    calculated: bool = False
    """The system computes its values: a formula, a roll-up."""
    encrypted: bool = False
    """The system keeps its values encrypted, and may show them masked."""
    currency: bool = False
    """An amount of money."""
    is_key: bool = False
    """Its values name one record each: what was made by it once is found and updated by it."""
    default: Any = None
    """What a new record holds here without being told; None where it is empty, or nobody knows."""
    read_only_reason: str = ""
    """Why it cannot be written where that is not plain; a clause: "Zendesk sets it"."""

    @property
    def type_name(self) -> str:
        """The field's type as people read it, in the words of its system."""
        return self.native or TYPE_NAMES[self.type]

    @property
    def writable(self) -> bool:
        """Whether a value can be written at all, be it only in a new record."""
        return self.creatable or self.updatable


@dataclass(frozen=True, slots=True)
class RecordType:
    """A record type of an object: ``name`` is the stable developer name, ``id`` what a record carries."""

    name: str
    label: str
    id: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class ObjectSchema:
    """An object's fields. ``record_types`` is empty when the org uses none (S3.15)."""

    name: str
    label: str
    fields: tuple[FieldSchema, ...]
    record_types: tuple[RecordType, ...] = ()


class Noun(NamedTuple):
    """What one of something is called, and what several are."""

    one: str
    many: str

    def counted(self, number: int) -> str:
        """So many of them: "1 ticket", "1,200 tickets"."""
        return f"{number:,} {self.one if number == 1 else self.many}"


class Remark(NamedTuple):
    """What follows from a fact about a remote system, for the check page; {name} in the title is its connection's."""

    title: str
    text: str
    hint: str = ""
    serious: bool = False
    """Whether it deserves a look before a run."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to read. ``since`` is a watermark that an earlier page gave, of any length; None reads everything.

    ``limit`` caps the records; ``limit=0`` asks for the total alone and yields one empty page. With ``since``
    the answer also has tombstones (``deleted=True``) of records deleted after it.
    """

    object: str
    fields: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    since: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some records. ``watermark`` on a page is safe to read from next time once this page is stored; None
    until the vendor gives one. ``total`` is the number of records of the whole answer where known."""

    records: tuple[Record, ...]
    watermark: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a message of a system says that it sent by itself. ``key`` is the same in each copy of one message.

    ``record`` is the id of the record that it is about, "" where it does not say; ``entity`` the id of what was
    changed. ``look_up``: it says that the record has changed, not how, and what was said of the entity before counts no
    more. ``left_out``: a word for why nothing follows from it.
    """

    key: str
    type: str
    known: bool = True
    record: str = ""
    entity: str = ""
    at: datetime | None = None
    look_up: bool = False
    left_out: str = ""


class Op(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UPSERT = "upsert"


@dataclass(frozen=True, slots=True)
class Write:
    """One change. ``tag`` is the caller's own key and comes back with the result.

    CREATE has no ``id``; UPDATE and DELETE have one. ``values`` uses the names of FieldSchema; None clears. UPSERT
    updates the record that has the value of the field ``key``, which stands among ``values``, and makes one where there
    is none; the field is one of those that ``FieldSchema.is_key`` tells of.
    """

    op: Op
    object: str
    tag: int
    id: str | None = None
    values: Values = field(default_factory=dict)
    key: str = ""


class Outcome(StrEnum):
    """What became of a write. UNKNOWN: it may have taken effect; look it up, never repeat it blindly."""

    DONE = "done"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


class Cause(StrEnum):
    """Why a write was refused, where any system may say so, each in a word of its own."""

    EXISTS = "exists"
    """Another record holds the value, or what was to be made is there already."""
    GONE = "gone"
    """The record is not there."""


# The code of an UPSERT that was done, where a record with its key was there already.
WAS_THERE = "was_there"


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The outcome of the write with the same ``tag``. ``id`` is the remote id when DONE.

    ``code`` is the vendor's word (DUPLICATE_VALUE), ``cause`` what it means where that is the same in every system,
    ``message`` what to show, ``field`` the field to blame.
    NOT_SENT: nothing left this machine for that row (cancelled, or the call before it failed for good).
    """

    tag: int
    outcome: Outcome
    id: str | None = None
    code: str = ""
    message: str = ""
    field: str = ""
    cause: Cause | None = None


def with_causes(results: Iterable[WriteResult], causes: Mapping[str, Cause]) -> Iterator[WriteResult]:
    """The same results; refusals whose code is known have their cause."""
    for result in results:
        cause = causes.get(result.code) if result.outcome is Outcome.REJECTED else None
        yield result if cause is None else replace(result, cause=cause)


class CheckState(StrEnum):
    """One step of a connection test."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class CheckStep:
    """A named step of ``check()`` (address, DNS, TLS, product, credentials, scope, permission, edition; S3.C2)."""

    name: str
    state: CheckState
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All steps in order, plus facts that the product uses (``multiple_organizations``, ``time_zone`` ...)."""

    steps: tuple[CheckStep, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return all(step.state in (CheckState.OK, CheckState.WARNING) for step in self.steps)


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a write waits for: so many ``what`` ("job", "call") in the remote system, the oldest for ``seconds``."""

    what: str
    number: int
    seconds: float
