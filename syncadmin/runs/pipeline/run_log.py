"""What a run reports: a log entry for each step that needs one, a summary, and a mail at its end (S3.53)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mappings.selectors import heading
from mappings.services import cautions
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.people.duplicates import DuplicateFacts
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP, PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import LINK, WARNING_CODES
from syncadmin.logs import notifications, services
from syncadmin.logs.models import Functionality, Level, LogEntry
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import Run, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.services import guards, refusal_mail
from syncadmin.runs.services.csv_rows import run_rows
from syncadmin.runs.status import operations
from syncadmin.runs.status.labels import field_labels, with_labels
from syncadmin.runs.status.run_status import run_status
from syncadmin.runs.storage.steps import Answer, steps_about

CHUNK = 1_000
# Skips that point at something to mend; the others are policy and only worth a debug line.
_WARNED = frozenset({
    ReasonCode.AMBIGUOUS, ReasonCode.COUNTERPART_DELETED, ReasonCode.LEFT_SCOPE, ReasonCode.PERSON_ACCOUNT,
    ReasonCode.HAS_PARENT, ReasonCode.NO_NAME, ReasonCode.NO_EMAIL, ReasonCode.DUPLICATE, ReasonCode.TWO_USERS,
    ReasonCode.MERGED,
})  # fmt: skip
# The shapes of what is written for a duplicate; an index leads to them among all steps of a run.
_OF_DUPLICATES = (
    f"{LINK.word}:",
    f"{ADD_MEMBERSHIP.word}:{PRIMARY}",
    f"{REMOVE_MEMBERSHIP.word}:{PRIMARY}",
)


def log_steps(context: Context, steps: Sequence[Step], outcomes: Mapping[int, Answer]) -> None:
    """Log each recorded step. The logging level decides which entries are kept."""
    if not services.keeps(Level.DEBUG, services.logging_level()):
        steps = [step for step in steps if step.state != StepState.DONE or step.warnings]
    fields = {change["field"] for step in steps for change in step.changes}
    labels = field_labels(context.sync, fields) if fields else {}
    services.write(
        entry
        for step in steps
        for entry in (_entry(context.run, step, outcomes.get(step.pk), labels), *_warnings(context, step))
    )


def log_cautions(context: Context) -> None:
    """Log a warning for each mapped field that has one; once per version of the mapping."""
    for caution in cautions(context.sync, context.schemas):
        logged = LogEntry.objects.filter(sync=context.sync, level=Level.WARNING, code=ReasonCode.FIELD, message=caution)
        if not logged.exists():
            services.write(
                [
                    LogEntry(
                        level=Level.WARNING,
                        sync=context.sync,
                        run_id=context.run.pk,
                        code=ReasonCode.FIELD,
                        message=caution,
                    )
                ]
            )


def log_lifted_guards(run: Run) -> None:
    """Log which guards were approved for a plan, by whom and when. Kept at every logging level."""
    found = guards.lifted(run)
    if found and not LogEntry.objects.filter(run_id=run.pk, code=ReasonCode.GUARDS_LIFTED).exists():
        entry = _blank(run, Level.WARNING, f"{found.words} {' '.join(found.lines)}")
        entry.code = ReasonCode.GUARDS_LIFTED
        services.write([entry], always=True)


def log_duplicates(run: Run) -> None:
    """Log a warning for each duplicate once its result is known (S1.34). Safe to repeat: none is logged twice."""
    if not run.sync.declared.grouping or run.undo_of_id:
        return
    reported = set(LogEntry.objects.filter(run_id=run.pk, code=ReasonCode.DUPLICATE).values_list("step_id", flat=True))
    steps = Step.objects.filter(run=run, group_key__in=_OF_DUPLICATES, role=LinkRole.DUPLICATE, recorded=True)
    last = 0
    while found := list(steps.filter(id__gt=last).order_by("id")[:CHUNK]):
        last = found[-1].pk
        ids = [step.left_id for step in found]
        adding = steps_about(run, left_id__in=ids).doing(ADD_MEMBERSHIP).filter(state=StepState.DONE)
        members = set(adding.values_list("left_id", flat=True))
        warned = [step for step in found if step.facts and step.pk not in reported]
        services.write(_duplicate(run, step, step.left_id in members) for step in warned)


def _duplicate(run: Run, step: Step, added: bool) -> LogEntry:
    system = run.sync.declared.names.right_system
    message, not_done = DuplicateFacts.of(step.facts).outcome(system, added=added)
    entry = _about(run, step, Level.WARNING, message, not_done=not_done)
    entry.code = ReasonCode.DUPLICATE
    return entry


def summarise(run: Run) -> None:
    """Log the summary of the run. Kept at every logging level (A9)."""
    counts = run.counts
    text = (
        f"{run_status(run).label}: {counts['planned']} planned = {counts['written']} written"
        f" + {counts['skipped']} skipped + {counts['rejected']} rejected + {counts['conflicts']} conflicts"
        f" + {counts['remaining']} remaining."
    )
    bad = run.status in (RunState.FAILED, RunState.INCONSISTENT)
    message = f"{run.message} {text}" if bad else f"{text} {run.message}"
    services.write([_blank(run, Level.ERROR if bad else Level.INFO, message.strip())], always=True)


def waits(run: Run) -> None:
    """Report that a run waits for approval instead of writing; for an automatic run also by mail."""
    services.write([_blank(run, Level.WARNING, f"Nothing was written. {run.message}")])
    if run.trigger == Trigger.AUTOMATIC:
        title = f"Automatic updates of {heading(run.sync)} wait for you"
        text = f"{run.message}\n\nAutomatic updates of this sync are paused until the plan is approved or discarded."
        notifications.notify_administrators(title=title, text=text, path=run.get_absolute_url())


def mail(run: Run) -> None:
    """Mail the result to the person who started the run, with its rows as CSV (S3.53); for automatic runs, refusals."""
    if run.trigger == Trigger.AUTOMATIC:
        refusal_mail.mail_refusals(run)
    elif run.started_by and run.started_by.email:
        notifications.send_completion(
            to=run.started_by.email,
            title=f"{heading(run.sync)}: {_what(run)}{run_status(run).label.lower()}",
            counts=run.counts,
            message=run.message,
            path=run.get_absolute_url(),
            rows=run_rows(run),
        )


def _what(run: Run) -> str:
    return f"undo of run {run.undo_of_id}, " if run.undo_of_id else ""


def _entry(run: Run, step: Step, outcome: Answer | None, labels: Mapping[str, str]) -> LogEntry:
    reported = with_labels((outcome.message if outcome else "") or step.reason, labels)
    match StepState(step.state):
        case StepState.DONE:
            return _about(run, step, Level.DEBUG, _did(run, step))
        case StepState.REJECTED:
            return _about(run, step, Level.ERROR, reported, outcome, _not_done(run, step, labels))
        case StepState.CONFLICT:
            return _about(run, step, Level.WARNING, reported, outcome, _not_done(run, step, labels))
        case StepState.SKIPPED:
            level = Level.WARNING if step.reason_code in _WARNED else Level.DEBUG
            return _about(run, step, level, step.reason, outcome, "Nothing was written")
        case _:
            return _about(run, step, Level.DEBUG, step.reason)


def _warnings(context: Context, step: Step) -> list[LogEntry]:
    """Log entries for the warnings of a step. Duplicates are logged at the end of the run."""
    if step.role == LinkRole.DUPLICATE and not context.run.undo_of_id:
        return []
    codes = step.facts.get(WARNING_CODES) or {}
    found = []
    for warning in step.warnings:
        found.append(_about(context.run, step, Level.WARNING, warning))
        found[-1].code = codes.get(warning) or found[-1].code
    return found


def _did(run: Run, step: Step) -> str:
    """What a step does, in words, with the names of the systems."""
    return operations.done(step.operation, run.sync.declared)


def _not_done(run: Run, step: Step, labels: Mapping[str, str]) -> str:
    fields = with_labels(", ".join(change["field"] for change in step.changes), labels, keys=False)
    if not fields or step.operation.informational:
        return f"Nothing was written ({fields})" if fields else "Nothing was written"
    did = _did(run, step)
    return f"Not {did[0].lower()}{did[1:]} ({fields})"


def _about(
    run: Run, step: Step, level: Level, message: str, outcome: Answer | None = None, not_done: str = ""
) -> LogEntry:
    entry = _blank(run, level, message)
    entry.step_id = step.pk
    entry.left_id, entry.right_id, entry.label = step.left_id, step.right_id, step.label
    entry.email_group = step.group
    entry.code = (outcome.code if outcome else "") or step.reason_code
    entry.not_done = not_done
    return entry


def _blank(run: Run, level: Level, message: str) -> LogEntry:
    ongoing = run.trigger == Trigger.AUTOMATIC
    own = run.sync.declared.functionality
    return LogEntry(
        level=level,
        functionality=own or (Functionality.ONGOING if ongoing else Functionality.BULK),
        sync=run.sync,
        run_id=run.pk,
        message=message,
    )
