"""The interface of a connector (check, describe, read, fetch, write), and how a vendor declares itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from connectors.api.costs import UNKNOWN, Costs
from connectors.api.hooks import Hooks
from connectors.api.streams import ChangeStream
from connectors.api.tickets import TicketWords
from connectors.api.values import (
    Awaited,
    CheckReport,
    Noun,
    ObjectSchema,
    Page,
    Pushed,
    Query,
    Record,
    RecordRef,
    Remark,
    Values,
    Write,
    WriteResult,
)

LONGEST_WAIT = 150.0
"""Seconds that a call waits for a limit when it is told to; where more are asked for, the caller is told instead."""


def nobody_asks(awaited: Awaited) -> None:
    """Whoever writes does not want to know what is waited for."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Calls used of a quota, e.g. 1,240 of 100,000 in the last 24 hours, as the vendor said at a moment."""

    used: int
    limit: int
    window: str
    at: datetime


class Connector(Protocol):
    """A live connection to one remote system. Safe to use from one thread at a time; ``close`` frees sockets."""

    def check(self) -> CheckReport:
        """Test step by step where a connection fails (S3.C2). Never raises for a remote failure."""

    def describe(self, object: str) -> ObjectSchema:
        """The object's fields and record types, fresh from the remote system."""

    def read(self, query: Query) -> Iterator[Page]:
        """Stream the records that match, page by page, holding one page in memory."""

    def fetch(self, refs: Sequence[RecordRef], fields: Sequence[str]) -> Iterator[Record]:
        """The present state of these records, in any order; a deleted or unknown one comes back ``deleted=True``."""

    def write(
        self,
        writes: Iterable[Write],
        *,
        keep_going: Callable[[], bool] = lambda: True,
        waits: Callable[[Awaited], None] = nobody_asks,
    ) -> Iterator[WriteResult]:
        """Send writes in the vendor's batch sizes and yield one result a write as they complete.

        ``writes`` is consumed lazily, and may be of several objects. When ``keep_going()`` turns false no new
        batch is sent; batches in flight are finished and reported, writes taken but not sent yield NOT_SENT.
        ``waits`` is called before each wait for the remote system, after all results so far were yielded.
        """

    @property
    def calls(self) -> int:
        """HTTP requests sent so far through this connection object, logins included."""

    @property
    def answered(self) -> bool:
        """Whether the remote system has answered anything so far, be it a refusal."""

    @property
    def server_time(self) -> datetime | None:
        """When the latest answer was given, by the remote system's own clock; None before the first one."""

    @property
    def clock_ahead(self) -> float:
        """By how many seconds the remote system's clock was ahead of ours with the latest answer, to a second."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What calls have told by the way of what ``check`` looks for, under the same names; empty before they did."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a connection, from which form, encryption and redaction follow."""

    key: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    multiline: bool = False
    placeholder: str = ""
    check: Callable[[str], object] = str
    """Raises ConfigError, with what to enter, for a value that cannot be meant."""


@dataclass(frozen=True, slots=True)
class AuthMethod:
    """A way to sign in. The first one of a spec is the default; ``legacy`` says until when it works."""

    key: str
    label: str
    settings: tuple[Setting, ...]
    help: str = ""
    legacy: str = ""


class Budget(Protocol):
    """A call budget shared by every process that uses the same connection."""

    def acquire(self, longest_wait: float) -> None:
        """Block until one more call may be sent. Raises RateLimited when that takes more than so many seconds."""

    def hold(self, seconds: float) -> None:
        """Stop every process for that long: the vendor said so (Retry-After)."""

    def learn(self, per_minute: int) -> None:
        """The vendor has named its limit of calls a minute. Called with every answer that does; cheap."""

    def part(self, name: str) -> "Budget":
        """The budget of a part of the system that has limits of its own, such as a mailbox."""

    def turn(self, name: str, seconds: float, longest_wait: float) -> float | None:
        """Take the next turn of what may happen once in so many ``seconds``; returns how long it is until then.

        None, and no turn is taken, where that is longer than ``longest_wait``.
        """


class TokenStore(Protocol):
    """Where short-lived access tokens are kept between processes. Values are secrets."""

    def get(self) -> str | None: ...
    def set(self, token: str, lifetime_seconds: float) -> None: ...
    def clear(self) -> None: ...


def not_described(object: str) -> None:
    """Nothing is known of any object yet."""


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """What a connector needs to open. ``settings`` holds secrets: its repr must never be logged.

    ``longest_wait``: seconds that a call may wait for a limit; a person at a page has fewer than a run.
    ``known``: a remote system has answered at this address before. ``described``: an object as it was described a short
    while ago; None where a connector that needs its fields has to ask.
    """

    base_url: str
    auth: str
    settings: Mapping[str, str] = field(repr=False)
    budget: Budget | None = None
    tokens: TokenStore | None = None
    longest_wait: float = LONGEST_WAIT
    known: bool = True
    described: Callable[[str], ObjectSchema | None] = not_described
    at_once: bool = False
    """A few records are written at once, where a job would take longer."""


@dataclass(frozen=True, slots=True)
class Pushes:
    """How to read what a system sends by itself.

    ``parse`` tells what a message is about; it raises ValueError, with a sentence, for what is none. ``merge`` gives a
    record's values after the message, from those before it: what is left does not depend on the order of messages. It
    is empty where the message says nothing about any of the fields.
    """

    object: str
    parse: Callable[[Any], Pushed]
    merge: Callable[[Values, Any, Sequence[str]], Mapping[str, Any]]
    newest: Callable[[Values, Record, Sequence[str]], Mapping[str, Any]]
    """A record's values after it was read, from those that are known: what was read may be the older one."""
    summary: Callable[[Any], Mapping[str, str]]
    """What a message says, item by item, for people."""


@dataclass(frozen=True, slots=True)
class ConnectorSpec:
    """A vendor, declared. ``open`` makes a Connector and sends nothing yet.

    ``watermark_at`` gives the watermark of a moment, where a read may start from any; ``export_lag_seconds`` is how
    long a record that was just written keeps coming back in reads from a watermark after it. ``looks_like_id`` tells
    ids of this vendor from other people's keys. ``whole_id`` gives the one spelling of an id that has several,
    ``field_name`` the full name of an object's field that people may call by a shorter one.
    """

    kind: str
    label: str
    product: str
    auth_methods: tuple[AuthMethod, ...]
    open: Callable[[ConnectionSettings], Connector]
    url_help: str = ""
    url_placeholder: str = ""
    account_url: Callable[[str], str] = lambda origin: origin
    """The address that is called, from the origin of any page of an account. Raises ConfigError where that has none."""
    domains: tuple[str, ...] = ()
    """Where all hosts belong to this vendor, as example.com; no account of another one has its address there."""
    record_url: Callable[[str, str, str], str] = lambda base_url, object, id: ""
    looks_like_id: Callable[[str], bool] = lambda text: True
    whole_id: Callable[[str], str] = lambda text: text
    field_name: Callable[[str, str], str] = lambda object, name: name
    watermark_at: Callable[[datetime], str] | None = None
    export_lag_seconds: int = 0
    skips_own_writes: bool = True
    """After a large write of ours the next read starts behind it, although edits that people made meanwhile are seen
    later then; otherwise only where no edit is ever written back."""
    objects: Mapping[str, Noun] = field(default_factory=dict)
    """Objects that people are offered by name, with what records of it are called; others can be asked for, too."""
    costs: Costs = UNKNOWN
    pages: Mapping[str, str] = field(default_factory=dict)
    """Paths of the vendor's own settings pages, by what is set there."""
    remedies: Mapping[str, str] = field(default_factory=dict)
    """What to do about a refusal, by the vendor's code."""
    hides_deletions: bool = False
    """A list of changes does not tell what was deleted; only the whole list does, by what it does not show."""
    pushes: Pushes | None = None
    """How its messages are read, where it sends some when something changes."""
    fact_labels: Mapping[str, str] = field(default_factory=dict)
    """What people read before a fact that the test found, by its name."""
    remarks: Callable[[Mapping[str, Any]], tuple[Remark, ...]] = lambda facts: ()
    """What people should know of a system before a run, from the facts that its test found."""
    hooks: Hooks | None = None
    """Its webhooks, where it has some: then its connectors can do what ``HasHooks`` says."""
    tickets: TicketWords | None = None
    """Its tickets, where it has some: then its connectors can do what ``HasTickets`` says."""
    reports_edits: bool = False
    """It tells when fields were edited: then its connectors can do what ``HasEdits`` says."""
    changed_field: str = ""
    """The field of its objects that says when a record was last changed; "" where they have none that can be asked."""
    compares: bool = False
    """It takes any condition of a query; else those alone that list values, or ask for texts that contain one."""
    keeps_list_views: bool = False
    """People keep lists of records in its pages, which LIST_VIEW asks for."""
    stream: Callable[[ConnectionSettings], ChangeStream] | None = None
    """Opens what tells of changes as they happen, where it has such a thing. Raises ConfigError; sends nothing yet."""
    stream_setup: Callable[[str], str] = lambda base_url: ""
    """Where a person chooses the objects whose changes it tells of, from the base address."""
    frame_origins: Callable[[str], tuple[str, ...]] = lambda base_url: ()
    """Where pages of the vendor come from that may show a page of ours in a frame; none where it has no such pages."""

    def noun(self, object: str) -> Noun:
        """What people call records of this object; its own name where the vendor is not asked about it."""
        return self.objects.get(object) or Noun(f"{object} record", f"{object} records")
