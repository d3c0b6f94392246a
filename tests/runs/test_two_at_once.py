"""Two people, or a person and a worker, at the same run: the later one is told, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState, WrongMove
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline.progress import LostLease, keep, take_lease
from syncadmin.runs.services import runs as services
from syncadmin.runs.storage import summary
from tests.runs.stored import stored_run, stored_step


def exclude_first(run: Run) -> None:
    services.exclude(run, [run.steps.order_by("pk").values_list("pk", flat=True)[0]])


def include_held(run: Run) -> None:
    services.include(run, run.steps.filter(needs_approval=True))


@pytest.mark.parametrize("late", [services.discard, services.cancel, exclude_first, include_held])
def test_what_somebody_else_has_approved_is_neither_closed_nor_changed(
    plan: Run, late: Callable[[Run], object]
) -> None:
    theirs = Run.objects.get(pk=plan.pk)
    services.approve(plan, enqueue=False)
    with pytest.raises(WrongMove, match="somebody else"):
        late(theirs)
    now = Run.objects.get(pk=plan.pk)
    assert now.status is RunState.QUEUED
    assert now.steps.filter(needs_approval=True).exists()
    assert not now.steps.filter(state=StepState.EXCLUDED).exists()


def test_a_plan_that_somebody_changed_since_it_was_read_is_not_approved(plan: Run) -> None:
    theirs = Run.objects.get(pk=plan.pk)
    include_held(plan)
    with pytest.raises(WrongMove, match="somebody else"):
        services.approve(theirs, enqueue=False)
    assert Run.objects.get(pk=plan.pk).status is RunState.PLANNED


def test_one_person_can_change_a_plan_several_times_and_approve_it(plan: Run) -> None:
    exclude_first(plan)
    include_held(plan)
    assert services.approve(plan, enqueue=False).status is RunState.QUEUED


def test_a_worker_that_took_a_paused_run_just_before_it_was_cancelled_writes_no_more(quiet_sync: Sync) -> None:
    paused = stored_run(quiet_sync, RunState.PAUSED)
    seen = Run.objects.get(pk=paused.pk)
    worker = take_lease(paused.pk)
    assert worker is not None
    with pytest.raises(WrongMove):
        services.cancel(seen)
    services.cancel(Run.objects.get(pk=paused.pk))
    with pytest.raises(LostLease):
        keep(worker, state=RunState.QUEUED)
    assert Run.objects.get(pk=paused.pk).status is RunState.CANCELLED


def test_a_run_that_no_worker_has_taken_is_cancelled_at_once(quiet_sync: Sync) -> None:
    """Else a queue that does not answer would keep the sync busy (S3.C9)."""
    run = services.start(quiet_sync, enqueue=False)
    assert services.cancel(run).status is RunState.CANCELLED
    assert services.start(quiet_sync, enqueue=False).status is RunState.QUEUED


def test_a_cancellation_that_came_too_late_for_the_plan_does_not_stop_its_approval(plan: Run) -> None:
    Run.objects.filter(pk=plan.pk).update(cancel_requested=True)
    approved = services.approve(Run.objects.get(pk=plan.pk), enqueue=False)
    assert not approved.cancel_requested


def test_a_worker_whose_run_was_taken_over_keeps_no_count(quiet_sync: Sync) -> None:
    """It stalled between planning and counting, and wakes up when another has taken the run to its end."""
    late = stored_run(quiet_sync)
    stored_step(late, "Acme", Verb.UPDATE.on(Side.RIGHT), left_id="001A", right_id="71")
    counted = [["update_right:name", "done", False, 1]]
    Run.objects.filter(pk=late.pk).update(lease=late.lease + 1, groups=counted)
    summary.recount(late)
    assert Run.objects.get(pk=late.pk).groups == counted
