"""Rows as a run leaves them behind, made without remote systems."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from connectors.models import Connection
from mappings.models import Sync
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.steps import Change, Operation, PlannedStep
from syncadmin.runs.models import MirrorRecord, Run, Step, StepOutcome
from syncadmin.runs.storage import summary
from tests.options import parted

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.get_default_timezone())


def stored_sync(slug: str = "accounts", **values: Any) -> Sync:
    """A sync between two connections that are never opened."""
    left, _ = Connection.objects.get_or_create(
        slug="sf", defaults={"name": "Salesforce", "kind": "salesforce", "base_url": "https://ours.my.salesforce.com"}
    )
    right, _ = Connection.objects.get_or_create(
        slug="zd", defaults={"name": "Zendesk", "kind": "zendesk", "base_url": "https://ours.zendesk.com"}
    )
    kind = values.pop("kind", "accounts_organizations")
    columns, options = parted(kind, values)
    return Sync.objects.create(slug=slug, kind=kind, left=left, right=right, options=options, **columns)


def stored_run(sync: Sync, state: RunState = RunState.PLANNED, **values: Any) -> Run:
    """A run in that state, planned now from the present mapping."""
    defaults = {"planned_at": timezone.now(), "plan_hash": "f" * 32, "revision": sync.revision}
    return Run.objects.create(sync=sync, state=state, **{**defaults, **values})


def change(field: str, before: Any, after: Any, reason: str = "Changed in Salesforce") -> Change:
    return Change(field, before, after, reason)


def packed(item: Change) -> dict[str, Any]:
    """A change as a step keeps it."""
    return {
        "field": item.field, "before": item.before, "after": item.after, "reason": item.reason,
        "add": list(item.add), "remove": list(item.remove), "replaces": item.replaces,
    }  # fmt: skip


def stored_step(
    run: Run, label: str, operation: Operation, *changes: Change, state: StepState = StepState.PLANNED, **values: Any
) -> Step:
    """A step of a run, its group worked out as the planner does."""
    fields = {name: values.pop(name, "") for name in ("left_id", "right_id", "reason_code")}
    draft = PlannedStep(
        operation, label, changes=changes, needs_approval=values.get("held", False), reason_code=fields["reason_code"]
    )
    return Step.objects.create(
        run=run, verb=operation.verb, side=operation.side, relation=operation.relation, state=state,
        label=label, group_key=str(GroupKey.of(draft)),
        changes=[packed(c) for c in changes], **fields, **values,
    )  # fmt: skip


def stored_outcome(step: Step, message: str = "", **values: Any) -> StepOutcome:
    """What the remote system answered; the step takes its state."""
    made: StepOutcome = StepOutcome.objects.create(
        step=step, state=step.state, message=message, at=timezone.now(), **values
    )
    return made


def sealed(run: Run) -> Run:
    """Count the steps as the end of planning does."""
    run.planned = run.steps.count()
    run.save(update_fields=["planned"])
    summary.recount(run)
    if run.status is not RunState.PLANNED:
        run.counts = summary.counts(run).as_dict()
        run.save(update_fields=["counts"])
    return run


def stored_record(sync: Sync, side: str, remote_id: str, label: str, **values: Any) -> MirrorRecord:
    """A mirrored record, settled."""
    defaults = {
        "match_key": label.casefold(), "lookalike_key": label.casefold(), "digest": "d", "needs_planning": False,
        "modified_at": NOW - timedelta(days=3),
    }  # fmt: skip
    return MirrorRecord.objects.create(sync=sync, side=side, remote_id=remote_id, label=label, **{**defaults, **values})
