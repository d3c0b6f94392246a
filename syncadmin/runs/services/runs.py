"""What people do with runs: plan, start, approve, exclude, cancel, resume, undo. Writes rows, enqueues, never waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.engine.lifecycle import ACTIVE, WORKING, RunState, StepState, WrongMove, check_move
from syncadmin.engine.order import missing
from syncadmin.engine.wording import approval
from syncadmin.runs import queue
from syncadmin.runs.choices import RunDirection, Trigger
from syncadmin.runs.models import Run, Step
from syncadmin.runs.services import guards
from syncadmin.runs.status.labels import made_on_the_left
from syncadmin.runs.status.run_status import state_word
from syncadmin.runs.storage import summary, turns
from syncadmin.runs.storage.complete import complete_beside

OUTDATED = "Discarded, since the mapping was changed after it was made. A newer plan replaced it."
OUTDATED_PLAN = "is outdated: the mapping was changed after its plan was made. Make a new plan."
_FENCED: dict[str, Any] = {"lease": F("lease") + 1, "lease_until": None}


class Busy(Exception):
    """A run of this sync is active; ``run`` is that run (S3.C9)."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"Run {run.pk} of {run.sync.slug} is still {state_word(run)}.")
        self.run = run


class NotYet(Exception):
    """Something else has to happen first, which the message names: another sync, or a confirmation of welcome mails."""


class OutOfOrder(NotYet):
    """Another sync has to be complete first (S3.43)."""


class Stale(Exception):
    """The plan is outdated and must be made again."""


def start(
    sync: Sync,
    *,
    by: User | None = None,
    write: bool = False,
    approve_all: bool = False,
    full: bool = False,
    direction: RunDirection = RunDirection.BOTH,
    trigger: Trigger = Trigger.MANUAL,
    undo_of: Run | None = None,
    out_of_order: bool = False,
    enqueue: bool = True,
    asked: Mapping[str, Sequence[str]] | None = None,
) -> Run:
    """Create and enqueue a run: a plan, or with ``write`` a plan that is written at once.

    Waiting plans of the same sync are discarded. Raises Busy if another run is active, and OutOfOrder if another sync
    has to be complete first (S3.43), unless ``out_of_order`` is set.
    """
    if (off := sync.why_off) and (undo_of is None or not sync.is_known):
        raise NotYet(off)
    if not out_of_order and (titles := waits_for(sync)):
        raise OutOfOrder(
            f"{' and '.join(titles)} must be synced first: a complete run of that is what {sync.slug} builds on."
        )
    with transaction.atomic():
        _replace_waiting(sync)
        run = _create(
            sync=sync,
            started_by=by,
            write=write,
            approve_all=approve_all,
            full=full,
            direction=direction,
            trigger=trigger,
            undo_of=undo_of,
            asked=dict(asked or {}),
        )
        if enqueue:
            queue.enqueue(run.pk)
    return run


def _replace_waiting(sync: Sync) -> None:
    """Discard the waiting plans of a sync, with a message on each."""
    waiting = Run.objects.filter(sync=sync, state=RunState.PLANNED)
    outdated = waiting.filter(undo_of=None, planned_at__isnull=False).exclude(revision=sync.revision)
    outdated.update(**_closed(RunState.DISCARDED, OUTDATED), **_FENCED)
    waiting.update(**_closed(RunState.DISCARDED, "A newer plan replaced it."), **_FENCED)


def approve(run: Run, *, by: User | None = None, enqueue: bool = True) -> Run:
    """Write exactly this plan. Raises Stale if the configuration changed since, Busy, or WrongMove."""
    check_move(run.status, RunState.QUEUED)
    if run.status is not RunState.PLANNED:
        raise WrongMove(f"Run {run.pk} is {state_word(run)}; only a waiting plan can be approved.")
    if run.is_outdated:
        raise Stale("The mapping was changed after this plan was made. Plan again to see what would happen now.")
    if refusal := _switched_off(run) or guards.refusal(run):
        raise NotYet(refusal)
    approved: dict[str, Any] = {"approved_by": by, "approved_at": timezone.now(), "approved_plan": run.plan_hash}
    return _requeue(run, enqueue, write=True, cancel_requested=False, message="", **approved)


def resume(run: Run, *, enqueue: bool = True, by_itself: bool = False) -> Run:
    """Continue a run that was paused, cancelled or failed, or whose worker died.

    Its pauses are counted anew, unless it continues ``by_itself``. Raises Stale if a newer run has taken over or the
    mapping changed, NotYet for a sync that is switched off, WrongMove while a worker holds it.
    """
    if run.status in WORKING:
        return _take_over(run, enqueue)
    check_move(run.status, RunState.QUEUED)
    if run.status is RunState.PLANNED:
        raise WrongMove(f"Run {run.pk} {OUTDATED_PLAN if run.is_outdated else 'waits for approval; approve it.'}")
    if off := _switched_off(run):
        raise NotYet(off)
    if Run.objects.filter(sync=run.sync, pk__gt=run.pk).exclude(state=RunState.DISCARDED).exists():
        raise Stale("A newer run of this sync exists. Start a new one: it continues with what is left.")
    if run.is_outdated and run.status is not RunState.PAUSED:
        raise Stale("The mapping was changed since. Start a new run: it continues with what is left.")
    counted = {} if by_itself else {"pauses": 0}
    cleared = {"finished_at": None, "message": "", "hint": "", "paused_until": None}
    return _requeue(run, enqueue, cancel_requested=False, **cleared, **counted)


def _switched_off(run: Run) -> str:
    """Why a run of a sync that is switched off must not continue, "" if it may. An undo may."""
    return "" if run.undo_of_id and run.sync.is_known else run.sync.why_off


def _take_over(run: Run, enqueue: bool) -> Run:
    if run.lease_until and run.lease_until > timezone.now():
        seconds = round((run.lease_until - timezone.now()).total_seconds())
        raise WrongMove(f"Run {run.pk} is {state_word(run)}. If its worker died, it can be taken over in {seconds} s.")
    if enqueue:
        queue.enqueue(run.pk)
    return run


def cancel(run: Run) -> Run:
    """Stop a run. An active one finishes the calls in flight; one that waits ends at once."""
    untouched = run.status is RunState.QUEUED and (run.heartbeat_at is None or run.message.startswith(turns.WAITS))
    if untouched or run.status in (RunState.PLANNED, RunState.PAUSED):
        _close(run, RunState.CANCELLED, "Cancelled before anything more was written.")
    elif run.status in ACTIVE:
        Run.objects.filter(pk=run.pk).update(cancel_requested=True)
        run.cancel_requested = True
    else:
        raise WrongMove(f"Run {run.pk} is {state_word(run)}; there is nothing to cancel.")
    return run


def discard(run: Run) -> Run:
    """Discard a waiting plan; nothing of it is written. Raises WrongMove for any other run."""
    _close(run, RunState.DISCARDED, "Discarded. Nothing was written.")
    return run


def undo(
    run: Run, *, by: User | None = None, write: bool = False, approve_all: bool = False, enqueue: bool = True
) -> Run:
    """Plan the inverse of everything that a run wrote; it may be an undo itself. With ``write`` it is written at once.

    Raises Busy or WrongMove.
    """
    if run.status in ACTIVE or run.status is RunState.PLANNED:
        raise WrongMove(f"Run {run.pk} is {state_word(run)}; only a run that has ended can be undone.")
    if not Step.objects.filter(run=run, state=StepState.DONE).exists():
        raise WrongMove(f"Run {run.pk} has written nothing; there is nothing to undo.")
    how: dict[str, Any] = {"write": write, "approve_all": approve_all, "enqueue": enqueue}
    return start(run.sync, by=by, trigger=Trigger.UNDO, undo_of=run, out_of_order=True, **how)


def exclude(run: Run, steps: Iterable[int] | QuerySet[Step]) -> int:
    """Exclude these steps from a waiting plan. Returns their number."""
    with _changing_plan(run):
        return _steps_of(run, steps).filter(state=StepState.PLANNED).update(state=StepState.EXCLUDED)


def include(run: Run, steps: Iterable[int] | QuerySet[Step]) -> int:
    """Include excluded steps again, and approve held ones. Returns their number."""
    with _changing_plan(run):
        chosen = _steps_of(run, steps).filter(state__in=[StepState.EXCLUDED, StepState.PLANNED])
        return chosen.update(state=StepState.PLANNED, needs_approval=False)


def button(run: Run) -> str:
    """What approving would do: "Create 214 organizations in Zendesk and update 3"."""
    ready = [group for group in summary.groups(run) if group.state is StepState.PLANNED and not group.needs_approval]
    return approval(summary.by_operation(ready), run.sync.declared, made=made_on_the_left(run.sync))


def waits_for(sync: Sync) -> list[str]:
    """Titles of the kinds that must have a complete run before this sync may start (S3.43)."""
    return [kind_of(slug).title for slug in missing(kind_of(sync.kind), complete_beside(sync))]


@contextmanager
def _changing_plan(run: Run) -> Iterator[None]:
    """A transaction that locks the waiting plan, so that it is not approved while it changes."""
    if run.status is not RunState.PLANNED:
        raise WrongMove(f"Run {run.pk} is {state_word(run)}; its plan cannot be changed any more.")
    if run.is_outdated:
        raise WrongMove(f"Run {run.pk} {OUTDATED_PLAN}")
    with transaction.atomic():
        _seize(run)
        yield
        summary.recount(run)


def _steps_of(run: Run, steps: Iterable[int] | QuerySet[Step]) -> QuerySet[Step]:
    chosen = steps.filter(run=run) if isinstance(steps, QuerySet) else Step.objects.filter(run=run, pk__in=list(steps))
    return chosen.order_by()


def _create(**values: Any) -> Run:
    try:
        with transaction.atomic():
            return Run.objects.create(**values)
    except IntegrityError:
        raise Busy(_active(values["sync"])) from None


def _requeue(run: Run, enqueue: bool, **changes: Any) -> Run:
    try:
        with transaction.atomic():
            # for a run that was at work before, the wait for a worker begins now
            seen = timezone.now() if run.heartbeat_at else None
            _seize(run, state=RunState.QUEUED, heartbeat_at=seen, **changes)
            if enqueue:
                queue.enqueue(run.pk)
    except IntegrityError:
        raise Busy(_active(run.sync)) from None
    run.refresh_from_db()
    return run


def _active(sync: Sync) -> Run:
    return Run.objects.select_related("sync").get(sync=sync, state__in=sorted(ACTIVE))


def _close(run: Run, state: RunState, message: str) -> None:
    check_move(run.status, state)
    _seize(run, **_closed(state, message))


def _closed(state: RunState, message: str) -> dict[str, Any]:
    return {"state": state, "message": message, "finished_at": timezone.now()}


def _seize(run: Run, **changes: Any) -> None:
    """Change an inactive run if its row is as it was read. Raises WrongMove if somebody else was faster.

    Increments the lease, so that a worker that has just taken the run can write no more.
    """
    as_read = Run.objects.filter(pk=run.pk, state=run.state, lease=run.lease)
    if not as_read.update(**changes, **_FENCED):
        raise WrongMove(f"Run {run.pk} was just changed by somebody else. Try again.")
    run.refresh_from_db(fields=["lease", "lease_until", *changes])
