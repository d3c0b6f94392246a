"""The whole organisation: schema, rows, switches, sessions, jobs, and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.bugs import Bugs
from connectors.sandbox.clock import Clock
from connectors.sandbox.salesforce import ids, moments
from connectors.sandbox.salesforce.errors import ApiError, not_found
from connectors.sandbox.salesforce.schema import account, case, contact, history, others, site, user
from connectors.sandbox.salesforce.schema.objects import ObjectType
from connectors.sandbox.salesforce.store import Journal, Table

ORG_ID = ids.make("00D", 1)
INTEGRATION_USER = ids.make("005", 1)
OWNER = ids.make("005", 2)
STAFF = (OWNER, *(ids.make("005", number) for number in range(3, 7)))
"""Those who own records: one for each mailbox that the sandbox of Graph begins with."""
DAY = 86_400


def all_objects() -> dict[str, ObjectType]:
    made = (
        account.account(),
        contact.contact(),
        contact.lead(),
        history.contact_history(),
        case.case(),
        case.case_comment(),
        case.group(),
        case.queue_object(),
        user.user(),
        site.site(),
        site.support_request(),
        others.record_type(),
        others.list_view(),
        others.organization(),
        others.profile(),
        others.user_license(),
    )
    return {o.name: o for o in made}


def tooling_objects() -> dict[str, ObjectType]:
    """What the Tooling API knows: the setup of the organisation, apart from its data."""
    member = others.channel_member()
    return {member.name: member}


@dataclass(slots=True)
class Settings:
    """Switches of the organisation, changed through the control plane.

    daily_requests: the 24-hour allocation of API calls.
    duplicate_rules: objects whose duplicate rule blocks a write.
    validation_rules: [{"object", "when" (a SOQL condition that must not hold), "message", "field"}].
    automations: [{"object", "writes" (another object, in the same transaction), "kind" (flow or trigger), "name", and
        "when", a SOQL condition on the saved row}].
    seats: licence -> how many of its users may be active.
    reveal_encrypted: True lets the API user read classic encrypted text.
    token_seconds: life of an access token.
    tracked_fields: fields of contacts whose history is kept.
    assignment_rules: object -> id of the owner that its active assignment rule gives to what is made.
    keep_alive_seconds: how long a subscription is silent at most. event_overflow: changes of a transaction with events.
    """

    daily_requests: int = 1_000_000
    duplicate_rules: set[str] = field(default_factory=set)
    validation_rules: list[dict[str, str]] = field(default_factory=list)
    automations: list[dict[str, str]] = field(default_factory=list)
    seats: dict[str, int] = field(default_factory=dict)
    reveal_encrypted: bool = False
    token_seconds: int = 7200
    tracked_fields: list[str] = field(default_factory=list)
    assignment_rules: dict[str, str] = field(default_factory=dict)
    page_size: int = 2000
    bulk_query_ms: int = 0
    bulk_ingest_ms: int = 0
    keep_alive_seconds: int = 270
    event_overflow: int = 100_000


Objects = Callable[[], dict[str, ObjectType]]


class Org:
    """State only; what happens to it is in the modules that take it as first argument.

    `tooling` holds the rows of the Tooling API in the same form."""

    def __init__(self, clock: Clock, settings: Settings | None = None, objects: Objects = all_objects) -> None:
        self._objects = objects
        self.tooling = Org(clock, objects=tooling_objects) if objects is all_objects else self
        self.clock = clock
        self.settings = settings or Settings()
        self.journal = Journal()
        self.bugs = Bugs()
        self.objects: dict[str, ObjectType] = {}
        self.tables: dict[str, Table] = {}
        self.schema_changes: list[dict[str, Any]] = []
        self.cursors: dict[str, Any] = {}
        self.jobs: dict[str, Any] = {}
        self.async_jobs: dict[str, Any] = {}
        self.tasks: set[Any] = set()  # the event loop keeps no reference to what it runs
        self.listviews: dict[str, Any] = {}
        self.calls = 0
        self._window = clock.now()
        self._stamp: tuple[int, str] = (0, "")
        self._counter = 0
        self.clear()

    def clear(self) -> None:
        """An organisation with its schema and no rows."""
        self.objects = self._objects()
        if self.tooling is not self:
            self.tooling.clear()
        self.tables = {name: Table(o, self.journal) for name, o in self.objects.items()}
        self.schema_changes.clear()
        self.cursors.clear()
        self.jobs.clear()
        self.async_jobs.clear()
        self.listviews.clear()
        self.calls, self._window, self._stamp = 0, self.clock.now(), (0, "")
        self.journal.revision += 1

    def count_call(self) -> None:
        """Count one API call of the last 24 hours. Raises ApiError 403 when the allocation is used up."""
        if self.clock.now() - self._window >= DAY:
            self._window, self.calls = self.clock.now(), 0
        if self.calls >= self.settings.daily_requests:
            raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self.calls += 1

    def now(self) -> str:
        """The current second as stored text."""
        second = int(self.clock.now())
        if self._stamp[0] != second:
            self._stamp = (second, moments.stamp(second))
        return self._stamp[1]

    def object(self, name: str) -> ObjectType:
        """The object of this API name in any case. Raises ApiError 404 as a request for its URL does."""
        found = self.find_object(name)
        if found is None:
            raise not_found()
        return found

    def find_object(self, name: str) -> ObjectType | None:
        found = self.objects.get(name)
        if found is None:
            low = name.lower()
            found = next((o for key, o in self.objects.items() if key.lower() == low), None)
        return found

    def table(self, name: str) -> Table:
        return self.tables[name]

    def by_prefix(self, id: str) -> ObjectType | None:
        return next((o for o in self.objects.values() if o.prefix == id[:3]), None)

    def new_job_id(self) -> str:
        self._counter += 1
        return ids.make("750", self._counter)

    def new_cursor_id(self) -> str:
        self._counter += 1
        return ids.make("01g", self._counter)
