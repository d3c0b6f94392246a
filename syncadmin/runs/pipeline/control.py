"""Runs the stages. Each attempt continues where the rows of a run say that it stands: resuming is advancing again."""

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
from syncadmin.engine.steps import INFORMATIONAL, Side
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
from syncadmin.runs.pipeline.plan import leaving
from syncadmin.runs.pipeline.plan import stage as plan
from syncadmin.runs.pipeline.progress import Cancelled, LostLease, Progress, keep, release
from syncadmin.runs.pipeline.record import creations
from syncadmin.runs.pipeline.record import related as record_standing
from syncadmin.runs.pipeline.record import stage as record
from syncadmin.runs.pipeline.shared import missing, rests
from syncadmin.runs.pipeline.undo import stage as undo
from syncadmin.runs.services import chained, deliveries, guards, health, lag, planned_again
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
    """Advance a run, whose lease was just taken, to a plan, a pause, or its end.

    Safe to call in any state, any number of times. Side effects: calls to both systems, rows, log entries, mail.
    Nothing is stored once another worker has taken the lease.

    Returns False if a run of a sync that shares its records is active: this one waits for it.
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
    """Leave the run queued and note which run it waits for. It can be cancelled meanwhile."""
    if run.cancel_requested:
        _end(run, RunState.CANCELLED, "Cancelled before anything more was written.")
    else:
        keep(run, state=RunState.QUEUED, message=turns.sentence(holder), hint="")


def _work(run: Run) -> None:
    """Advance the run; one that was interrupted inside a stage first returns to what its rows say."""
    waited = run.message.startswith(turns.WAITS)
    keep(run, state=RunState.QUEUED, **({"message": ""} if waited else {}))
    progress, began, before = Progress(run), timezone.now(), planned_again.waiting_records(run)
    try:
        with Heartbeat(run), few_collections(), working(run, progress) as context:
            _advance(context)
    except Cancelled:
        _end(run, RunState.CANCELLED, f"{progress.stop_reason}. The current batch was finished.")
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
        chained.nudge_readers(run)


def fail_unexpectedly(run: Run, error: Exception) -> None:
    """End a run after an unexpected exception. Its rows stay, and it can be resumed.

    Raises Run.DoesNotExist for a deleted run. Does nothing if another worker has taken the run over.
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
    """Change the state of a run, if lifecycle and lease allow it."""
    check_move(run.status, to)
    keep(run, state=to)


def _advance(context: Context) -> None:
    """Advance the run from where its rows say that it stands.

    1. A plan that no longer fits the mapping is ended, after its unanswered writes were looked up.
    2. Without a plan, make one. For an approved plan, read the settings that guards depend on.
    3. A plan that is held loses the permission to write, before anything is written.
    4. Without that permission the run stops as a plan, if it has anything to write.
    5. Write and record the steps, check the counts, and end the run.
    """
    run = context.run
    asked_to_write = run.write
    if run.is_outdated:
        _leave_off(context)
    if run.planned_at is None:
        _make_plan(context)
        if not run.undo_of_id and not run.approve_all and (reason := missing.too_many(context)):
            keep(run, write=False, message=reason)
    elif run.write and guards.depends_on_settings(run):
        context.learn_settings()
    if run.write and (reason := guards.refusal(run) or guards.why_held(run)):
        keep(run, write=False, message=reason)
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
    """End a plan that no longer fits the mapping, after its unanswered writes were looked up."""
    move(context.run, RunState.WRITING)
    with context.progress.phase("write"):
        resolve.abandon(context)
        _look_up(context)
        record.record(context)
    context.progress.stop_reason = (
        "The mapping was changed after this plan was made: a new run goes on with what is left"
    )
    raise Cancelled


def _make_plan(context: Context) -> None:
    """Everything up to a plan. Safe to repeat.

    1. Look up unanswered writes of earlier runs: a plan without them would create records twice.
    2. Read the right side's settings and wake resting records: both decide what is read and planned.
    3. Read both sides, left first: what is read there decides which right records are in the sync.
    4. Match records without a counterpart, then plan all that changed.
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
    sides = (Side.RIGHT,) if run.sync.leaving else tuple(Side)
    for side in sides:
        with progress.phase(f"read_{side}"):
            extract.extract(context, side)
    run_log.log_cautions(context)
    move(run, RunState.MATCHING)
    if not run.sync.leaving:
        with progress.phase("match"):
            match.match(context)
    move(run, RunState.PLANNING)
    with progress.phase("plan"):
        (leaving if run.sync.leaving else plan).plan(context)
        _note_calls_of_plan(context)


def _note_calls_of_plan(context: Context) -> None:
    """Store the calls made so far as those of the plan; later ones are those of writing."""
    context.note_calls()
    context.progress.note(calls=context.run.calls)


def _anything_to_write(run: Run) -> bool:
    return unrecorded(run).filter(state=StepState.PLANNED).exists()


def _write(context: Context) -> None:
    """Write and record the steps, look up unanswered writes, and write those again that did not happen."""
    run = context.run
    to_write = Step.objects.filter(run=run).exclude(state=StepState.EXCLUDED).exclude(verb__in=INFORMATIONAL)
    with context.progress.phase("write", to_write.count()):
        resolve.abandon(context)
        try:
            _write_in_rounds(context)
        except (Cancelled, ConnectorError):
            record.record(context)
            raise


def _write_in_rounds(context: Context) -> None:
    """Write in rounds. After each, no outcome is unknown that could be looked up.

    1. Look up unanswered writes. Only those that did not happen are written again.
    2. Write open steps and record outcomes as they arrive, because later steps build on their links. Refused creations
       wait: an earlier attempt whose answer was lost may have created the record.
    3. Look those up, and record them.
    4. Add the steps that follow new records, for the next round.

    Raises Transient if the system answered no write in any round: a pause may help.
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
            creations.read_back_many(context)
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
    """Look up unanswered writes, and record those that happened as if the answer had arrived."""
    if unrecorded(context.run).filter(state=StepState.UNKNOWN).exists():
        resolve.resolve(context)
        record.record(context, refused_creations=False)
        follow_up.follow_up(context)


def _open_steps(run: Run) -> QuerySet[Step]:
    return unrecorded(run).filter(state=StepState.PLANNED, needs_approval=False)


def _answered(run: Run) -> int:
    """The number of steps that are known to be written or refused."""
    outcomes = StepOutcome.objects.filter(step__run=run, state__in=[StepState.DONE, StepState.REJECTED])
    return outcomes.exclude(step__changes=[]).count()


def _last_silence(run: Run) -> Transient | None:
    """The last reason why a write had no answer."""
    silent = StepOutcome.objects.filter(step__run=run, state=StepState.UNKNOWN).order_by("-at")
    message = silent.values_list("message", flat=True).first()
    return Transient(message, "What it left open is looked up before anything is written again.") if message else None


def _finish(context: Context) -> None:
    run = context.run
    with context.progress.holding():
        _leave_held(run)
    record.record(context)
    record_standing.note_held(context)
    creations.read_back(context)
    for side in Side:
        extract.after_writing(context, side, _written(run, side))
    if run.sync.leaving:
        leaving.note_end(run.sync)
    _end(run, final_state(summary.tally(run), unresolved(run.sync)), run.message)


def _nothing_new(run: Run) -> bool:
    """Whether the run planned nothing, and as many records need a person as after the run before."""
    before = Run.objects.filter(sync=run.sync_id, pk__lt=run.pk, state__in=ENDED).order_by("-pk").first()
    return run.status in ENDED and run.unresolved == (before.unresolved if before else 0)


def _leave_held(run: Run) -> None:
    """Exclude steps that need approval and did not get it. The next plan shows them again."""
    held = unrecorded(run).filter(needs_approval=True, state=StepState.PLANNED)
    held.update(state=StepState.EXCLUDED, reason_code=ReasonCode.NOT_APPROVED, recorded=True)


def _written(run: Run, side: Side) -> int:
    return StepOutcome.objects.filter(step__run=run, state=StepState.DONE, step__side=side).count()


def _fruitless(run: Run, began: datetime) -> int:
    """The number of pauses since the run last wrote something; ``began`` is the start of this attempt."""
    written = StepOutcome.objects.filter(step__run=run, state=StepState.DONE, at__gte=began)
    return 0 if written.exists() else run.pauses


def _pause(run: Run, trouble: ConnectorError, wait: timedelta, pauses: int) -> None:
    """Pause the run; it continues by itself. After too many pauses without progress it fails."""
    run.refresh_from_db(fields=["state"])
    if pauses > MOST_PAUSES:
        _end(run, RunState.FAILED, trouble.message, f"{trouble.hint} The run was paused {run.pauses} times.")
        health.note_failure(run, trouble)
        return
    check_move(run.status, RunState.PAUSED)
    until, texts = timezone.now() + wait, {"message": trouble.message, "hint": trouble.hint}
    keep(run, state=RunState.PAUSED, pauses=pauses, paused_until=until, **texts)
    if not isinstance(trouble, RateLimited):  # who asks us to wait, answers
        health.note_pause(run, trouble, worked_before=pauses == 1)


def _end(run: Run, state: RunState, message: str, hint: str = "") -> None:
    check_move(run.status, state)
    counts, now = summary.tally(run).as_dict(), timezone.now()
    with transaction.atomic():
        texts = {"message": message, "hint": hint, "unresolved": unresolved(run.sync)}
        keep(run, state=state, counts=counts, finished_at=now, **texts)
        summary.recount(run)
        MirrorRecord.objects.of_sync(run.sync_id, requeued=True).update(needs_planning=True)
        deliveries.note_outcomes(run)
        if run.trigger == Trigger.AUTOMATIC and not run.planned and _nothing_new(run):
            run.delete()  # every few minutes one that found nothing would bury those that did
            return
        lag.note(run)
        run_log.log_duplicates(run)
        run_log.summarise(run)
    run_log.mail(run)
