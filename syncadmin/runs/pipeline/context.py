"""What all stages of one attempt share: the run, its rules, both connections, and its progress."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from connectors.api.errors import ConfigError
from connectors.api.protocol import LONGEST_WAIT, Connector
from connectors.api.values import FieldType, ObjectSchema, Query
from connectors.models import Connection
from connectors.services import SETTINGS_READ_AT, check, described, note_facts, opened, recent_schema
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.schemas import Schemas
from mappings.scope import list_views
from mappings.services import configuration, needs_time_zone, schemas, time_zone
from syncadmin.engine.plan import Rulebook, rulebook
from syncadmin.engine.steps import Side
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline.made_up import WithTemplates
from syncadmin.runs.pipeline.progress import Progress
from syncadmin.runs.storage import email_groups

JUST_NOW = timedelta(minutes=1)
RECENT = timedelta(minutes=10)
"""An automatic run does not ask again for fields and settings that were read within this time."""


@dataclass(slots=True)
class Context:
    """One attempt to advance a run. ``unsent``: number of writes that were returned because they had to
    wait too long.
    """

    run: Run
    progress: Progress
    kind: Kind
    left: Connector
    right: Connector
    unsent: int = 0
    made: dict[Side, list[str]] = field(default_factory=lambda: {side: [] for side in Side})
    """Ids of records that this advance has created, and that were not read since."""
    unasked: frozenset[str] = frozenset()
    """Left records whose counterpart is gone, and that a later run asks about: it may have been merged."""
    shown: frozenset[str] = frozenset()
    """The left records that the list view of the filters shows, once this advance has read them."""
    requeued_syncs: set[int] = field(default_factory=set)
    """Other syncs of which records have to be planned again because of what was written here."""
    _known: Schemas | None = field(default=None)
    _book: Rulebook | None = field(default=None)
    _dependents: list[Sync] | None = field(default=None)
    _calls_before: dict[str, int] = field(init=False)
    """The calls of the advances before this one."""

    def __post_init__(self) -> None:
        self._calls_before = dict(self.run.calls)

    @property
    def sync(self) -> Sync:
        return self.run.sync

    @property
    def book(self) -> Rulebook:
        """The rules, from the present fields, so that a deleted field is noticed (S3.24). Computed on first use."""
        if self._book is None:
            config = configuration(self.sync, self.schemas)
            if needs_time_zone(config) and not time_zone(self.sync):
                for connection in (self.sync.left, self.sync.right):
                    check(connection, LONGEST_WAIT)  # the test learns its zone; guessing it would shift days (A11)
                config = replace(config, time_zone=time_zone(self.sync) or config.time_zone)
            self._book = rulebook(self.kind, config, self.sync.left.spec.whole_id)
        return self._book

    @property
    def dependents(self) -> list[Sync]:
        """The syncs whose records refer to those of this one."""
        if self._dependents is None:
            self._dependents = email_groups.dependents(self.sync)
        return self._dependents

    @property
    def schemas(self) -> Schemas:
        """The fields of both objects, read at most once per attempt."""
        if self._known is None:
            kind = self.sync.declared
            left, right = (self._schema(side, kind.side(side).object) for side in Side)
            self._known = Schemas(left, right, self.kind)
            if list_views.choices(self.sync) is None:
                list_views.refresh(self.sync, self.left)
        return self._known

    def _schema(self, side: Side, object: str) -> ObjectSchema:
        age = memory_of(self.run)
        known = recent_schema(self.connection(side), object, age) if age else None
        return known or described(self.connection(side), self.connector(side), object)

    def learn_settings(self) -> None:
        """Store the account settings of the right system with its connection (S1.16). At most one call."""
        read_at = parse_datetime(self.sync.right.facts.get(SETTINGS_READ_AT) or "")
        age = memory_of(self.run)
        if not self.kind.settings_object or (age and read_at and read_at > timezone.now() - age):
            return
        fields = tuple(
            field.name for field in self.right.describe(self.kind.settings_object).fields if field.name != "id"
        )
        for page in self.right.read(Query(self.kind.settings_object, fields)):
            for record in page.records:
                note_facts(self.sync.right, {**record.values, SETTINGS_READ_AT: timezone.now().isoformat()})

    def connector(self, side: Side) -> Connector:
        return self.left if side is Side.LEFT else self.right

    def connection(self, side: Side) -> Connection:
        return self.sync.left if side is Side.LEFT else self.sync.right

    def remote_object(self, side: Side) -> str:
        return self.kind.left_object if side is Side.LEFT else self.kind.right_object

    def place(self, side: Side) -> str:
        """Identifies where records of a side are: the system's address, and the part of it that the sync covers."""
        declared = kind_of(self.sync.kind).side(side)
        part = f"/{self.sync.option(declared.part)}" if declared.part else ""
        return f"{self.connection(side).base_url}{part}"

    @property
    def born_with(self) -> dict[str, Any]:
        """Values that the right system gives a new record by itself; None where any value is possible."""
        defaults = {field.name: field.default for field in self.schemas.right.fields if field.default not in (None, "")}
        return {**defaults, **self.kind.born_with}

    def filled_in_by_people(self) -> tuple[str, ...]:
        """Fields of a right record that show that people have worked on it, so that it is not deleted."""
        known = schemas(self.sync).right.fields
        typed = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.CHOICE, FieldType.CHOICES, FieldType.PHONE)
        edited_by_people = (field.name for field in known if field.custom or (field.updatable and field.type in typed))
        looked_at = [*self.kind.right_fields(self.book.config), *edited_by_people, *self.kind.born_with]
        return tuple(dict.fromkeys(looked_at))

    def calls_so_far(self) -> dict[str, int]:
        """The calls of the run by system, including those of this attempt."""
        found = dict(self._calls_before)
        open_now = {id(self.connector(side)): side for side in Side}
        for side in open_now.values():
            kind = self.connection(side).kind
            found[kind] = found.get(kind, 0) + self.connector(side).calls
        return found

    def box_tags(self) -> dict[str, str]:
        """The tag that Zendesk keeps for each ticked checkbox, by field."""
        return {field.name: field.tag for field in schemas(self.sync).right.fields if field.tag}

    def note_calls(self) -> None:
        """Store the calls made so far with the run, so that a killed process loses few of them."""
        self.run.calls = self.calls_so_far()
        Run.objects.filter(pk=self.run.pk, lease=self.run.lease).update(calls=self.run.calls)


def memory_of(run: Run) -> timedelta | None:
    """The age up to which a run trusts fields and settings that were read before. A run that a person started trusts
    none, except what another run of the same configuration has read since then.
    """
    if run.trigger == Trigger.AUTOMATIC:
        return RECENT
    return min(timezone.now() - run.created_at, JUST_NOW) if run.sync.group else None


@contextmanager
def working(run: Run, progress: Progress) -> Iterator[Context]:
    """The context of one attempt, with both connections open. At the end its calls are added to the run.

    A connection that is used on both sides is opened and counted once. Raises ConfigError if the kind is unknown.
    """
    if not (kind := kind_of(run.sync.kind).under(run.sync.effective_options())).known:
        raise ConfigError(run.sync.why_off, "Then resume the run.")
    with ExitStack() as stack:
        how: dict[str, Any] = {"schemas_of": memory_of(run), "at_once": bool(run.asked)}
        left = cast(Connector, WithTemplates(stack.enter_context(opened(run.sync.left, **how))))
        same = run.sync.left_id == run.sync.right_id
        right = left if same else stack.enter_context(opened(run.sync.right, **how))
        context = Context(run, progress, kind, left, right)
        try:
            yield context
        finally:
            context.note_calls()
