"""The steps of a run as CSV, with their outcomes (S3.53)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from syncadmin.engine.steps import Change, Side, Verb
from syncadmin.runs.models import Run, Step
from syncadmin.runs.storage.steps import changes_of

CHUNK = 2_000


def steps_of(run: Run) -> QuerySet[Step]:
    """All steps of a run, by group, in the order of the index."""
    return Step.objects.filter(run=run).select_related("outcome").order_by("group_key", "state", "needs_approval", "pk")


def run_rows(run: Run) -> Iterator[tuple[Any, ...]]:
    """The header, then every step."""
    return step_rows(run, steps_of(run))


def step_rows(run: Run, steps: QuerySet[Step]) -> Iterator[tuple[Any, ...]]:
    """The header, then these steps in their order. Keeps one chunk in memory."""
    yield header(run)
    for step in steps.iterator(chunk_size=CHUNK):
        yield _row(step)


def header(run: Run) -> tuple[str, ...]:
    """The column names. Ids are named after their system, or after their side if both sides are the same system."""
    left, right = run.sync.left.kind, run.sync.right.kind
    ids = (f"{left}_id", f"{right}_id") if left != right else ("left_id", "right_id")
    details = ("reason", "changes", "warnings", "code", "answer", "role", "email_group")
    return ("action", "state", "held", *ids, "name", *details)


def _row(step: Step) -> tuple[Any, ...]:
    outcome = getattr(step, "outcome", None)
    made = outcome.remote_id if outcome and step.operation.creates else ""
    return (
        step.operation.word,
        step.state,
        "yes" if step.needs_approval else "",
        step.left_id or (made if step.operation == Verb.CREATE.on(Side.LEFT) else ""),
        step.right_id or (made if step.operation == Verb.CREATE.on(Side.RIGHT) else ""),
        step.label,
        step.reason,
        "; ".join(in_words(change) for change in changes_of(step.changes)),
        " ".join(step.warnings),
        (outcome.code if outcome else "") or step.reason_code,
        outcome.message if outcome else "",
        step.role,
        step.group,
    )


def in_words(change: Change) -> str:
    """A change in one line: "notes: old → new", "tags: +vip −trial"."""
    if change.is_list:
        edits = [*(f"+{entry}" for entry in change.add), *(f"−{entry}" for entry in change.remove)]
        return f"{change.field}: {' '.join(edits)}"
    return f"{change.field}: {_text(change.before)} → {_text(change.after)}"


def _text(value: Any) -> str:
    return "(empty)" if value in (None, "") else str(value)
