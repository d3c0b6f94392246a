"""Starts the stages. Each advance picks up a run where its rows say it stands, so resuming is advancing again."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import NoReturn

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from connectors.api.errors import ConnectorError, OutcomeUnknown, RateLimited, Transient
from syncadmin.engine.conservation import final_state
from syncadmin.engine.lifecycle import ACTIVE, RunState, StepState, check_move
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import TELLS, Side
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import MirrorRecord, Run, Step, StepOutcome
from syncadmin.runs.pipeline import follow_up, run_log
from syncadmin.runs.pipeline.apply import stage as applying
from syncadmin.runs.pipeline.context import Context, working
from syncadmin.runs.pipeline.extract import stage as extract
from syncadmin.runs.pipeline.heartbeat import Heartbeat
from syncadmin.runs.pipeline.lost_answers import other_runs, resolve
from syncadmin.runs.pipeline.match import stage as match
from syncadmin.runs.pipeline.memory import few_collections
from syncadmin.runs.pipeline.plan import stage as plan
from syncadmin.runs.pipeline.progress import Cancelled, LostLease, Progress, keep, release
from syncadmin.runs.pipeline.record import related as record_standing
from syncadmin.runs.pipeline.record import stage as record
from syncadmin.runs.pipeline.shared import missing, rests
from syncadmin.runs.pipeline.undo import stage as undo
from syncadmin.runs.services import deliveries, guards, health, lag, planned_again
from syncadmin.runs.storage import summary, turns
from syncadmin.runs.storage.complete import ENDED
from syncadmin.runs.storage.steps import unrecorded
from syncadmin.runs.storage.unresolved import unresolved

logger = logging.getLogger(__name__)

RETRY_LATER = timedelta(minutes=2)
# A run that was paused this often and wrote nothing between is given up. Pauses that the vendor asked for do not count.
MOST_PAUSES = 20
ROUNDS = 3


def advance(run: Run) -> bool:
    """Take a run whose lease was just taken as far as it goes: to a plan, to a pause, or to its end.

    Returns whether it worked; not while a run of a sync that shares its records does, for which it waits.

    Safe to call in any state and any number of times. Side effects: calls to both systems, rows, log, mail. Whatever
    happens once another worker has taken the lease leaves no trace in the rows.
    """
    try:
        if _may_work(run):
            if holder := turns.take(run):
                _wait_for(run, holder)
                return False
            _work(run)
            return True
    except LostLease:
        logger.warning("run %s was taken over by another worker", run.pk)
    finally:
        release(run)  # also for Ctrl-C in a terminal: the next command need not wait for the lease to run out
    return False


def _may_work(run: Run) -> bool:
    if run.status is RunState.PAUSED:
        return run.paused_until is None or run.paused_until <= timezone.now()
    return run.status in ACTIVE


def _wait_for(run: Run, holder: Run) -> None:
    """The run stays queued, and says for whom; it can be cancelled meanwhile."""
    if run.cancel_requested:
        _end(run, RunState.CANCELLED, "Cancelled before anything more was written.")
    else:
        keep(run, state=RunState.QUEUED, message=turns.sentence(holder), hint="")


def _work(run: Run) -> None:
    """A run that was left in the middle of a stage starts again from what its rows say."""
    waited = run.message.startswith(turns.WAITS)
    keep(run, state=RunState.QUEUED, **({"message": ""} if waited else {}))
    progress, began, before = Progress(run), timezone.now(), planned_again.pending(run)
    try:
        with Heartbeat(run), few_collections(), working(run, progress) as context:
            _advance(context)
    except Cancelled:
        _end(run, RunState.CANCELLED, f"{progress.why}. The current batch was finished.")
    except RateLimited as limit:
        _pause(run, limit, timedelta(seconds=limit.retry_after), pauses=run.pauses)
    except (Transient, OutcomeUnknown) as trouble:
        _pause(run, trouble, RETRY_LATER, pauses=_fruitless(run, began) + 1)
    except ConnectorError as error:
        _end(run, RunState.FAILED, error.message, error.hint)
        health.note_failure(run, error)
    else:
        health.note_success(run)
        planned_again.ask_for(run, before, context.requeued_syncs)


def fail_unexpectedly(run: Run, error: Exception) -> None:
    """End a run whose worker met something nobody foresaw. The rows stay as they are; it can be resumed.

    Raises Run.DoesNotExist for one that was deleted. Nothing happens to one that another worker has taken over since.
    """
    run.refresh_from_db(fields=["state"])
    hint = "Resume the run; nothing was lost. If it fails again, attach the log export to a bug report."
    try:
        if run.status in ACTIVE:
            # the text of an unforeseen error may quote anything, also people's data; it stands in the process log
            _end(run, RunState.FAILED, f"Unexpected error: {type(error).__name__}.", hint)
    except LostLease:
        logger.warning("run %s was taken over by another worker", run.pk)
    release(run)


def move(run: Run, to: RunState) -> None:
    """Change a run's state, if the table of moves and the lease allow it."""
    check_move(run.status, to)
    keep(run, state=to)


def _advance(context: Context) -> None:
    """Go on from where the rows say that the run stands.

    1. A plan that the mapping no longer says is left off: what was sent of it is looked up, and that is its end.
    2. Without a plan one is made. Settings that guards depend on are read anew for one that somebody approved.
    3. Whatever holds a plan takes the permission to write away, before anything is written.
    4. Without that permission the run rests as a plan, if there is anything to write.
    5. Steps are written and recorded; then the sums are checked, and the run ends.
    """
    run = context.run
    asked_to_write = run.write
    if run.is_outdated:
        _leave_off(context)
    if run.planned_at is None:
        _make_plan(context)
        if not run.undo_of_id and not run.approve_all and (why := missing.too_many(context)):
            keep(run, write=False, message=why)
    elif run.write and guards.depends_on_settings(run):
        context.learn_settings()
    if run.write and (why := guards.refusal(run) or guards.why_held(run)):
        keep(run, write=False, message=why)
    # also for a plan that was cancelled before anybody approved it, and is resumed
    if not run.write and _anything_to_write(run):
        move(run, RunState.PLANNED)
        if asked_to_write:
            run_log.waits(run)
        return
    if run.approve_all:
        with context.progress.holding():
            Step.objects.filter(run=run, needs_approval=True).update(needs_approval=False)
    run_log.log_lifted_guards(run)
    move(run, RunState.WRITING)
    _write(context)
    move(run, RunState.RECORDING)
    _finish(context)


def _leave_off(context: Context) -> NoReturn:
    """A plan that the mapping no longer says is written no further; what was sent of it is looked up first."""
    move(context.run, RunState.WRITING)
    with context.progress.phase("write"):
        resolve.abandon(context)
        _look_up(context)
        record.record(context)
    context.progress.why = "The mapping was changed after this plan was made: a new run goes on with what is left"
    raise Cancelled


def _make_plan(context: Context) -> None:
    """Everything up to a plan; safe to start over.

    1. What earlier runs were never told is looked up: a plan without that would make records twice.
    2. Settings of the other side are read, and resting records are due again: both decide what is read and planned.
    3. Both sides are read, left first, since what is read there decides whom a right record may belong to.
    4. Records without a counterpart are matched, then all that changed is planned.
    """
    run, progress = context.run, context.progress
    move(run, RunState.READING)
    for other in other_runs.look_up(context):
        if Run.objects.filter(pk=other.pk, finished_at__isnull=False).update(counts=summary.tally(other).as_dict()):
            summary.recount(other)
    if run.undo_of_id:
        move(run, RunState.MATCHING)
        move(run, RunState.PLANNING)
        with progress.phase("plan"):
            undo.plan(context)
            _note_calls_of_plan(context)
        return
    context.learn_settings()
    rests.replan(context)
    for side in Side:
        with progress.phase(f"read_{side}"):
            extract.extract(context, side)
    run_log.log_cautions(context)
    move(run, RunState.MATCHING)
    with progress.phase("match"):
        match.match(context)
    move(run, RunState.PLANNING)
    with progress.phase("plan"):
        plan.plan(context)
        _note_calls_of_plan(context)


def _note_calls_of_plan(context: Context) -> None:
    """What is made from now on is what writing takes."""
    context.note_calls()
    context.progress.note(calls=context.run.calls)


def _anything_to_write(run: Run) -> bool:
    return unrecorded(run).filter(state=StepState.PLANNED).exists()


def _write(context: Context) -> None:
    """Write and record in turn, look up what is unknown, and write again what turned out not to have happened."""
    run = context.run
    to_write = Step.objects.filter(run=run).exclude(state=StepState.EXCLUDED).exclude(verb__in=TELLS)
    with context.progress.phase("write", to_write.count()):
        resolve.abandon(context)
        try:
            _write_in_rounds(context)
        except (Cancelled, ConnectorError):
            record.record(context)
            raise


def _write_in_rounds(context: Context) -> None:
    """Each round ends with nothing in the air that could be known.

    1. What has no answer is looked up: only what surely did not happen is written again.
    2. Open steps are written; as outcomes come in they are recorded, for later steps of the round build on their links.
       Refused creations wait: an attempt before, whose answer was lost, may have made the record.
    3. Those are looked up, and recorded as what they are.
    4. What new records entail is added to the plan, for the next round.

    Raises Transient where the other side has not answered a single write in all rounds: a pause may help.
    """
    before = _answered(context.run)
    rounds = 0
    while rounds < ROUNDS:
        _look_up(context)
        if not (open_before := _open_steps(context.run).count()):
            return
        context.unsent = 0
        for _stored in applying.apply(context):
            record.record(context, refused_creations=False)
            context.note_calls()
        resolve.look_at_refused(context)
        record.record(context)
        follow_up.follow_up(context)
        if not context.unsent or _open_steps(context.run).count() >= open_before:
            rounds += 1  # what only waited for its turn does not count while others are written
    trouble = _last_silence(context.run)
    _look_up(context)
    if not _open_steps(context.run).exists():
        return
    if context.unsent:
        raise Transient("The rate limits of the other system leave too little time to write what was just checked.")
    if trouble and _answered(context.run) == before:
        raise trouble


def _look_up(context: Context) -> None:
    """Find out what became of writes without an answer; what they entail follows as if it had come."""
    if unrecorded(context.run).filter(state=StepState.UNKNOWN).exists():
        resolve.resolve(context)
        record.record(context, refused_creations=False)
        follow_up.follow_up(context)


def _open_steps(run: Run) -> QuerySet[Step]:
    return unrecorded(run).filter(state=StepState.PLANNED, needs_approval=False)


def _answered(run: Run) -> int:
    """How many writes are known to have been done or refused; steps that only link write nothing."""
    told = StepOutcome.objects.filter(step__run=run, state__in=[StepState.DONE, StepState.REJECTED])
    return told.exclude(step__changes=[]).count()


def _last_silence(run: Run) -> Transient | None:
    """The latest reason why a write had no answer."""
    silent = StepOutcome.objects.filter(step__run=run, state=StepState.UNKNOWN).order_by("-at")
    message = silent.values_list("message", flat=True).first()
    return Transient(message, "What it left open is looked up before anything is written again.") if message else None


def _finish(context: Context) -> None:
    run = context.run
    with context.progress.holding():
        _leave_held(run)
    record.record(context)
    record_standing.note_held(context)
    for side in Side:
        extract.after_writing(context, side, _written(run, side))
    _end(run, final_state(summary.tally(run), unresolved(run.sync)), run.message)


def _tells_nothing_new(run: Run) -> bool:
    """Whether a run that planned nothing also found as many records that need somebody as the run before it."""
    before = Run.objects.filter(sync=run.sync_id, pk__lt=run.pk, state__in=ENDED).order_by("-pk").first()
    return run.status in ENDED and run.unresolved == (before.unresolved if before else 0)


def _leave_held(run: Run) -> None:
    """Steps that a guard held and nobody approved are left out; the next plan shows them again."""
    held = unrecorded(run).filter(needs_approval=True, state=StepState.PLANNED)
    held.update(state=StepState.EXCLUDED, reason_code=ReasonCode.NOT_APPROVED, recorded=True)


def _written(run: Run, side: Side) -> int:
    return StepOutcome.objects.filter(step__run=run, state=StepState.DONE, step__side=side).count()


def _fruitless(run: Run, began: datetime) -> int:
    """The pauses so far since the run last wrote something; ``began`` is when this advance did."""
    written = StepOutcome.objects.filter(step__run=run, state=StepState.DONE, at__gte=began)
    return 0 if written.exists() else run.pauses


def _pause(run: Run, trouble: ConnectorError, wait: timedelta, pauses: int) -> None:
    """Waiting helps: the run goes on by itself from where it stands, unless that has been hoped too often."""
    run.refresh_from_db(fields=["state"])
    if pauses > MOST_PAUSES:
        _end(run, RunState.FAILED, trouble.message, f"{trouble.hint} The run was paused {run.pauses} times.")
        health.note_failure(run, trouble)
        return
    check_move(run.status, RunState.PAUSED)
    until, said = timezone.now() + wait, {"message": trouble.message, "hint": trouble.hint}
    keep(run, state=RunState.PAUSED, pauses=pauses, paused_until=until, **said)
    if not isinstance(trouble, RateLimited):  # who asks us to wait, answers
        health.note_pause(run, trouble, worked_before=pauses == 1)


def _end(run: Run, state: RunState, message: str, hint: str = "") -> None:
    check_move(run.status, state)
    counts, now = summary.tally(run).as_dict(), timezone.now()
    with transaction.atomic():
        said = {"message": message, "hint": hint, "unresolved": unresolved(run.sync)}
        keep(run, state=state, counts=counts, finished_at=now, **said)
        summary.recount(run)
        MirrorRecord.objects.of_sync(run.sync_id, requeued=True).update(needs_planning=True)
        deliveries.note_outcomes(run)
        if run.trigger == Trigger.AUTOMATIC and not run.planned and _tells_nothing_new(run):
            run.delete()  # every few minutes one that found nothing would bury those that did
            return
        lag.note(run)
        run_log.log_duplicates(run)
        run_log.summarise(run)
    run_log.mail(run)
