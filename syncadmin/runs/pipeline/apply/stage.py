"""Stage 4: write the stored steps. Each state is committed before the call that it is about."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from connectors.api.batches import FRESH_SECONDS
from connectors.api.errors import ConnectorError
from connectors.api.values import ATTACHED, Awaited, Op, Outcome, RecordRef, Write, WriteResult
from mappings.kinds.people.relations import ADDRESS, MEMBERSHIP
from syncadmin.engine.drift import there_already, values_to_write
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import Step
from syncadmin.runs.pipeline.apply import addresses as apply_addresses
from syncadmin.runs.pipeline.apply import drift_check, first_look, keys, source_check
from syncadmin.runs.pipeline.apply import related as apply_related
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared import duplicate_check, owned_entries
from syncadmin.runs.pipeline.shared import memberships as apply_memberships
from syncadmin.runs.pipeline.shared.write_order import ADDITIONS, ADDRESSES, FOLLOWERS, WriteRound, write_rounds
from syncadmin.runs.storage.rows import OutcomeRow
from syncadmin.runs.storage.steps import changes_of, store_outcomes, unrecorded

CLAIM = 100
LOOK = 1_000
FLUSH_ROWS = 500
FLUSH_SECONDS = 0.5
_STATES = {
    Outcome.DONE: StepState.DONE,
    Outcome.REJECTED: StepState.REJECTED,
    Outcome.UNKNOWN: StepState.UNKNOWN,
    Outcome.NOT_SENT: StepState.PLANNED,
}
_OPS = {
    Verb.CREATE: Op.CREATE,
    Verb.UPDATE: Op.UPDATE,
    Verb.LINK: Op.UPDATE,
    Verb.UNLINK: Op.UPDATE,
    Verb.DELETE: Op.DELETE,
}
# What a write is made of.
_WRITTEN = (
    "verb", "side", "relation", "object", "left_id", "right_id", "waits_for", "reason_code", "changes", "last_synced",
    "sent_at",
)  # fmt: skip


def apply(context: Context) -> Iterator[int]:
    """Write the open steps of a run. Yields the number of outcomes each time some were stored.

    Steps that need approval are skipped. After a cancellation, calls in flight are finished and the rest stays planned.
    """
    for round_ in _in_order(context):
        for remote in list(_open(context, round_).order_by().values_list("object", flat=True).distinct()):
            yield from _write_round(context, round_, remote)
            context.progress.beat()


def _in_order(context: Context) -> Iterator[WriteRound]:
    for round_ in write_rounds(context):
        yield from apply_addresses.passes(context) if round_ is ADDRESSES else (round_,)


def _write_round(context: Context, round_: WriteRound, remote: str) -> Iterator[int]:
    journal = Journal(context)
    written = _with_followers if round_.followed else _writes
    writes, progress = written(context, round_, remote, journal), context.progress
    system = context.connection(round_.side).spec.label

    def waits(awaited: Awaited) -> None:
        journal.flush()  # whoever looks while we wait sees all that was confirmed
        progress.waits(system, awaited)

    results = context.connector(round_.side).write(writes, keep_going=progress.keep_going, waits=waits)
    try:
        for result in results:
            operation = ADD_MEMBERSHIP if result.tag in journal.along else round_.operations[0]
            journal.add(apply_memberships.read_answer(operation, result))
            if journal.is_due:
                journal.flush()
            if stored := journal.take_stored():
                yield stored
    except ConnectorError:
        journal.flush()  # what was answered before it stopped
        raise
    finally:
        progress.waits(system, None)
        writes.close()
    journal.flush()
    yield journal.take_stored()


def _open(context: Context, round_: WriteRound) -> QuerySet[Step]:
    return unrecorded(context.run).filter(round_.where, state=StepState.PLANNED, needs_approval=False)


def _with_followers(context: Context, round_: WriteRound, remote: str, journal: Journal) -> Generator[Write]:
    """Write new users that memberships wait for first, then those memberships along with the last of the other users.

    Memberships that are not ready by then are written in their own round.
    """
    followed = Step.objects.filter(run=context.run, recorded=False, waits_for__gt="").values("waits_for")
    yield from _writes(context, round_, remote, journal, Q(left_id__in=followed))
    yield from _writes(context, round_, remote, journal)
    for steps in _looked_at(_open(context, FOLLOWERS), LOOK):
        local = [step for step in steps if not step.changes]
        barred = apply_memberships.barred(context, local)
        journal.finish_locally([step for step in local if step.pk not in barred])
    journal.flush()
    for steps in _looked_at(_open(context, ADDITIONS), LOOK):
        apply_memberships.find_users(context, steps)
        staff = drift_check.staff(context, steps)  # their own round says why not
        steps = [step for step in steps if step.pk not in staff]
        ready = [one.write for one in apply_memberships.prepare(context, steps).values() if one.write]
        journal.along.update(write.tag for write in ready)
        yield from _claimed(context, ready)


def _writes(
    context: Context, round_: WriteRound, remote: str, journal: Journal, where: Q | None = None
) -> Generator[Write]:
    """Claim steps in batches, as the connector asks for more."""
    at_once = context.connection(round_.side).spec.costs.looked_at
    plain = round_.operations[0] == Verb.CREATE.on(Side.RIGHT) and not context.kind.right.upserts
    look = CLAIM if plain else at_once
    for steps in _looked_at(_open(context, round_).filter(where or Q(), object=remote), look):
        yield from _fresh(context, round_, steps, journal)


def _fresh(context: Context, round_: WriteRound, steps: list[Step], journal: Journal) -> Iterator[Write]:
    """The writes of these steps, claimed in batches. If their targets were read too long ago, the rest is read again,
    in batches of one call that are claimed at once.
    """
    size = len(steps)
    while steps:
        piece, steps = steps[:size], steps[size:]
        looked_at = time.monotonic()
        ready = _ready(context, round_, list(piece), journal)
        if len(piece) <= CLAIM:
            looked_at = time.monotonic()
        for start in range(0, len(ready), CLAIM):
            if time.monotonic() - looked_at > FRESH_SECONDS:
                rest = {write.tag for write in ready[start:]}
                steps, size = [step for step in piece if step.pk in rest] + steps, CLAIM
                break
            yield from _claimed(context, ready[start : start + CLAIM])


def _looked_at(steps: QuerySet[Step], size: int) -> Iterator[list[Step]]:
    """The open steps in the order of the plan, ``size`` at a time, with the columns that a write needs."""
    needed = steps.only(*_WRITTEN)
    last = 0
    while found := list(needed.filter(id__gt=last).order_by("id")[:size]):
        last = found[-1].pk
        yield found


def _ready(context: Context, round_: WriteRound, steps: list[Step], journal: Journal) -> list[Write]:
    """The writes of these steps. Those that need no call, or must not be written, are finished in the journal."""
    if round_.relation:
        return _of_relation(context, round_, steps, journal)
    if round_.later:
        barred = apply_memberships.barred(context, steps)
        for step in [step for step in steps if step.pk in barred]:
            if (word := barred[step.pk]).reason_code:
                journal.conflict(step, word.reason_code, word.message)
            steps.remove(step)
    if round_.operations[0] == Verb.CREATE.on(Side.LEFT):
        unwanted = duplicate_check.unwanted(context, steps)
        steps = journal.without(
            steps, {pk: drift_check.Objection(ReasonCode.APPEARED, reason) for pk, reason in unwanted.items()}
        )
    if not steps:
        return []
    remote = steps[0].object or context.remote_object(round_.side)
    return [
        _write(context, round_.side, remote, step, values)
        for step, values in _unmoved(context, round_.side, steps, journal)
    ]


def _write(context: Context, side: Side, remote: str, step: Step, values: dict[str, Any]) -> Write:
    """The write of a step. A creation by the field that stores the left id is an upsert, so that sending it twice is
    safe.
    """
    op, key = _OPS[step.operation.verb], context.book.config.id_field
    if op is Op.CREATE and side is Side.RIGHT and not step.object and context.kind.right.upserts and values.get(key):
        return Write(Op.UPSERT, remote, step.pk, None, values, key)
    return Write(op, remote, step.pk, _target(step, side), values)


def _of_relation(context: Context, round_: WriteRound, steps: list[Step], journal: Journal) -> list[Write]:
    """The writes of what belongs to records that may be written."""
    relation = context.kind.relation(round_.relation)
    if relation == MEMBERSHIP:
        apply_memberships.find_users(context, steps)
    steps = journal.without(steps, drift_check.staff(context, steps))
    if relation == ADDRESS:
        return apply_addresses.prepare(steps)
    prepared = (
        apply_memberships.prepare(context, steps)
        if relation == MEMBERSHIP
        else apply_related.prepare(context, relation, steps)
    )
    for step in steps:
        ready = prepared[step.pk]
        if ready.done:
            journal.finish_locally([step])
        elif ready.reason_code:
            journal.conflict(step, ready.reason_code, ready.message)
    return [ready.write for ready in prepared.values() if ready.write]


def _claimed(context: Context, ready: Sequence[Write]) -> Iterator[Write]:
    """Those of these writes that this worker could claim, in batches."""
    for start in range(0, len(ready), CLAIM):
        claimed = _claim(context, ready[start : start + CLAIM])
        left = list(reversed(claimed))
        try:
            while left:
                yield left.pop()
        finally:
            _give_back(context, left)


def _give_back(context: Context, left: Sequence[Write]) -> None:
    """Make claimed steps planned again that were never sent."""
    if left:
        mine = Step.objects.filter(pk__in=[write.tag for write in left], state=StepState.SENDING)
        with context.progress.holding():
            mine.filter(lease=context.run.lease).update(state=StepState.PLANNED)


def _claim(context: Context, ready: Sequence[Write]) -> list[Write]:
    """Move steps from planned to sending. Only those that this lease moved are returned."""
    ids = [write.tag for write in ready]
    with context.progress.holding():
        mine = Step.objects.filter(pk__in=ids, state=StepState.PLANNED)
        taken = mine.update(state=StepState.SENDING, lease=context.run.lease, sent_at=_moment(context, ready))
    won = set(ids)
    if taken != len(ids):
        claimed = Step.objects.filter(pk__in=ids, state=StepState.SENDING, lease=context.run.lease)
        won = set(claimed.values_list("pk", flat=True))
    return [write for write in ready if write.tag in won]


def _moment(context: Context, ready: Sequence[Write]) -> datetime | None:
    """The present time by the right system's clock: the age of a membership tells who made it if the answer is lost."""
    return context.right.server_time if ready and ready[0].object == MEMBERSHIP.object else None


def _target(step: Step, side: Side) -> str | None:
    if _OPS[step.operation.verb] is Op.CREATE:
        return None
    return step.left_id if side is Side.LEFT else step.right_id


def _unmoved(context: Context, side: Side, steps: list[Step], journal: Journal) -> list[tuple[Step, dict[str, Any]]]:
    """The steps whose targets are as planned, with the values to send. The others become conflicts."""
    op = _OPS[steps[0].operation.verb]
    steps = journal.without(steps, source_check.outdated(context, side, steps))
    if op is Op.CREATE:
        steps = journal.without(steps, drift_check.lost_sources(context, side, steps))
        steps = journal.without(steps, keys.taken(context, steps)) if side is Side.RIGHT else steps
        along = context.kind.sent_with(context.book.config) if side is Side.RIGHT else {}
        return [(step, {**along, **values_to_write(changes_of(step.changes))}) for step in steps]
    # a first link is looked at even if it changes nothing: it may be another record by now
    local = [
        step for step in steps if not step.changes and step.reason_code != ReasonCode.FIRST_LINK and op is not Op.DELETE
    ]
    journal.finish_locally(local)
    away = [step for step in steps if step not in local]
    now = _present(context, side, away)
    if op is Op.UPDATE:
        first_look.take_in(context, side, away, now)
    ready: list[tuple[Step, dict[str, Any]]] = []
    away = journal.without(away, drift_check.objections(context, side, away, now))
    if side is Side.RIGHT:
        keys.free(context, away)
    for step in away:
        changes, found = changes_of(step.changes), now[_target(step, side) or ""]
        if theirs := there_already(changes, found):
            owned_entries.leave_to_others(context, step, theirs)
        if op is Op.DELETE:
            ready.append((step, {}))
        elif step.changes:
            ready.append((step, values_to_write(changes, found)))
        else:
            journal.finish_locally([step])
    return ready


def _present(context: Context, side: Side, steps: list[Step]) -> dict[str, dict[str, Any]]:
    """The present targets by id. Deleted ones are missing."""
    if not steps:
        return {}
    remote = steps[0].object or context.remote_object(side)
    refs = [RecordRef(remote, _target(step, side) or "") for step in steps]
    fields = [change["field"] for step in steps for change in step.changes]
    if side is Side.RIGHT:
        fields += [context.kind.right_key_field, *context.kind.traits(context.book.config)]
    fields += context.kind.left.frozen_by if side is Side.LEFT else ()
    undoing = context.run.undo_of_id is not None  # what somebody has added keeps what a run has made, then
    spares = steps[0].operation == Verb.DELETE.on(Side.RIGHT) and (undoing or context.kind.spares_edited)
    if spares:
        fields += context.filled_in_by_people()
    if spares or (undoing and _OPS[steps[0].operation.verb] is Op.DELETE):
        fields.append(ATTACHED)
    found = context.connector(side).fetch(refs, tuple(dict.fromkeys(fields)) or ("name",))
    return {record.ref.id: dict(record.values) for record in found if not record.deleted}


@dataclass(slots=True)
class Journal:
    """Collects outcomes and stores them a few hundred at a time, unless the lease is lost.

    ``along`` are ids of membership steps that are written in another round.
    """

    context: Context
    along: set[int] = field(default_factory=set)
    _rows: dict[StepState, list[OutcomeRow]] = field(default_factory=lambda: defaultdict(list))
    _released: list[int] = field(default_factory=list)
    _waiting: int = 0
    _stored: int = 0
    _flushed: float = field(default_factory=time.monotonic)

    def add(self, result: WriteResult) -> None:
        """Take the result of a write. A write that was not sent makes its step planned again."""
        if result.outcome is Outcome.NOT_SENT:
            self._released.append(result.tag)
            return
        state = _STATES[result.outcome]
        self._note(result.tag, state, result.id or "", result.code, result.message, result.field)

    def conflict(self, step: Step, code: str, message: str) -> None:
        self._note(step.pk, StepState.CONFLICT, "", code, message, "")

    def without(self, steps: Iterable[Step], objections: Mapping[int, drift_check.Objection]) -> list[Step]:
        """The steps without an objection; the others become conflicts."""
        for step in steps:
            if word := objections.get(step.pk):
                self.conflict(step, word.reason_code, word.message)
        return [step for step in steps if step.pk not in objections]

    def finish_locally(self, steps: Sequence[Step]) -> None:
        """Mark steps as done that need no call: only the link changes."""
        for step in steps:
            self._note(step.pk, StepState.DONE, step.right_id, "", "", "")

    @property
    def is_due(self) -> bool:
        return self._waiting >= FLUSH_ROWS or time.monotonic() - self._flushed > FLUSH_SECONDS

    def take_stored(self) -> int:
        """The number of outcomes stored since the last call."""
        stored, self._stored = self._stored, 0
        return stored

    def flush(self) -> None:
        """Store the collected outcomes. Raises LostLease, and stores nothing, if another worker has taken over."""
        rows, released, count = self._rows, self._released, self._waiting
        self._rows, self._released, self._waiting = defaultdict(list), [], 0
        self._flushed = time.monotonic()
        if not count and not released:
            return
        with self.context.progress.holding():
            for state, listed in rows.items():
                store_outcomes(listed)
                Step.objects.filter(pk__in=[row.step for row in listed]).update(state=state)
            Step.objects.filter(pk__in=released).update(state=StepState.PLANNED)
        self.context.unsent += len(released)
        self.context.progress.count(count - len(rows.get(StepState.UNKNOWN, ())))
        self._stored += count

    def _note(self, step_id: int, state: StepState, remote_id: str, code: str, message: str, blamed: str) -> None:
        row = OutcomeRow(step_id, state, remote_id, code[:100], message, blamed[:200], timezone.now())
        self._rows[state].append(row)
        self._waiting += 1
