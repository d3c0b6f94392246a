"""The list of runs, a run at work, and a run that has ended (S3.49, S3.C9, S3.53)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.steps import SKIP, Side, Verb
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import Run
from syncadmin.runs.pages.runs import phases
from syncadmin.runs.pipeline import run_log
from syncadmin.runs.services import runs as services
from tests.runs.stored import change, sealed, stored_outcome, stored_record, stored_run, stored_step, stored_sync


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def working_run(sync: Sync, **values: Any) -> Run:
    """A run in the middle of writing 10,000 steps; its worker lives."""
    now = timezone.now()
    done = {"done": 12_000, "total": 12_000, "seconds": 20.0, "state": "done"}
    write = {"done": 4_200, "total": 9_963, "seconds": 0.0, "clock": 30.0, "state": "working", "last": now.isoformat()}
    defaults: dict[str, Any] = {
        "write": True, "heartbeat_at": now, "lease": 1, "lease_until": now + timedelta(minutes=1),
        "phases": {"read_left": done, "read_right": done, "match": done, "plan": done, "write": write},
    }  # fmt: skip
    return stored_run(sync, values.pop("state", RunState.WRITING), **{**defaults, **values})


@pytest.fixture
def ended(quiet_sync: Sync) -> Run:
    """Two written, one rejected with an answer, one conflict by drift, one skipped."""
    run = stored_run(quiet_sync, RunState.REJECTIONS, finished_at=timezone.now(), calls={"salesforce": 2, "zendesk": 9})
    for number in (1, 2):
        step = stored_step(
            run, f"Acme {number}", Verb.CREATE.on(Side.RIGHT), change("name", None, "Acme"), state=StepState.DONE,
            left_id=f"001{number}",
        )  # fmt: skip
        stored_outcome(step, remote_id=f"7{number}")
    refused = stored_step(
        run,
        "Globex",
        Verb.CREATE.on(Side.RIGHT),
        change("name", None, "Globex"),
        state=StepState.REJECTED,
        left_id="0013",
    )
    stored_outcome(refused, "Name: Globex has already been taken", code="DuplicateValue", field="name")
    moved = stored_step(
        run, "Initech", Verb.UPDATE.on(Side.RIGHT), change("notes", "a", "b"), state=StepState.CONFLICT, right_id="9"
    )
    stored_outcome(moved, "notes was 'a' when planned and is 'c' now.", code="drift")
    stored_step(run, "Stranger", SKIP, state=StepState.SKIPPED, right_id="10", reason_code="unmatched")
    return sealed(run)


def test_the_list_shows_each_run_with_state_and_starter(as_vera: Client, quiet_sync: Sync, olaf: User) -> None:
    stored_run(quiet_sync, RunState.COMPLETED, started_by=olaf, counts={"written": 1_234, "rejected": 0})
    stored_run(quiet_sync, RunState.FAILED, trigger=Trigger.AUTOMATIC)
    text = page(as_vera, "/runs/")
    assert "Completed accounts olaf" in text
    assert "1,234" in text
    assert "Failed accounts the schedule" in text


def test_the_list_is_filtered_by_state_and_sync(as_vera: Client, quiet_sync: Sync) -> None:
    stored_run(quiet_sync, RunState.COMPLETED)
    stored_run(quiet_sync, RunState.FAILED)
    text = page(as_vera, "/runs/?state=failed&sync=accounts")
    assert "1–1 of 1" in text


@pytest.mark.parametrize("typed", ["part", "PARTNERS", "{pk}", "#{pk}", "run {pk}"])
def test_a_run_is_found_by_its_sync_or_its_number(as_vera: Client, quiet_sync: Sync, typed: str) -> None:
    stored_run(quiet_sync, RunState.COMPLETED)
    wanted = stored_run(stored_sync("partners"), RunState.FAILED)
    text = page(as_vera, f"/runs/?q={quote(typed.format(pk=wanted.pk))}")
    assert "1–1 of 1" in text
    assert "Failed partners" in text


@pytest.mark.parametrize("typed", ["nothing", "run", "²", str(10**30)])
def test_what_is_no_run_finds_none(as_vera: Client, quiet_sync: Sync, typed: str) -> None:
    stored_run(quiet_sync, RunState.COMPLETED)
    assert "Nothing matches this filter" in page(as_vera, f"/runs/?q={quote(typed)}")


def test_only_operators_may_plan(as_vera: Client, as_olaf: Client, quiet_sync: Sync) -> None:
    assert "Plan accounts" not in page(as_vera, "/runs/")
    assert as_vera.post("/runs/plan/accounts/").status_code == 403
    assert "Plan accounts" in page(as_olaf, "/runs/")


def test_a_plan_is_started_by_the_person_who_pressed(as_olaf: Client, quiet_sync: Sync) -> None:
    response = as_olaf.post("/runs/plan/accounts/", {"direction": "to_right"})
    run = Run.objects.get()
    assert response["Location"] == f"/runs/{run.pk}/"
    assert run.started_by.username == "olaf"
    assert run.direction == "to_right"
    assert not run.write


def test_a_second_start_is_refused_with_a_link_to_the_first(as_olaf: Client, quiet_sync: Sync) -> None:
    """S3.C9: "already in progress" says where."""
    first = working_run(quiet_sync)
    response = as_olaf.post("/runs/plan/accounts/", follow=True)
    text = response.content.decode()
    assert "is still writing" in text
    assert f'href="/runs/{first.pk}/">Open run {first.pk}</a>' in text
    assert Run.objects.count() == 1


def test_a_working_run_shows_five_named_phases_with_numbers_rate_and_time_left(
    as_vera: Client, quiet_sync: Sync
) -> None:
    text = page(as_vera, f"/runs/{working_run(quiet_sync).pk}/")
    for name in ("Read Salesforce", "Read Zendesk", "Match", "Plan", "Write"):
        assert name in text
    assert "4,200 of 9,963" in text
    assert "140 a second · about 41 s left" in text
    assert "Account Sync Status" in text


def test_a_working_run_is_polled_and_says_its_percentage_in_the_tab(as_vera: Client, quiet_sync: Sync) -> None:
    run = working_run(quiet_sync)
    part = as_vera.get(f"/runs/{run.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert f'data-poll="/runs/{run.pk}/" data-poll-seconds="2"' in part
    assert 'data-tab-title="42 % · Account Sync Status' in part
    assert '<noscript><meta http-equiv="refresh"' in as_vera.get(f"/runs/{run.pk}/").content.decode()


@pytest.mark.parametrize("state", [RunState.PLANNED, RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED])
def test_polling_stops_when_the_work_has_stopped(as_vera: Client, quiet_sync: Sync, state: RunState) -> None:
    run = stored_run(quiet_sync, state)
    assert "data-poll=" not in as_vera.get(f"/runs/{run.pk}/").content.decode()


def test_the_sums_of_a_working_run_are_counted_from_its_steps(as_vera: Client, quiet_sync: Sync) -> None:
    run = working_run(quiet_sync, planned=3)
    for state in (StepState.DONE, StepState.REJECTED, StepState.PLANNED):
        stored_step(run, "Acme", Verb.CREATE.on(Side.RIGHT), state=state)
    text = page(as_vera, f"/runs/{run.pk}/")
    assert "3 planned = are 1 written + 0 skipped + 1 rejected + 0 conflicts + 1 remaining" in text


def test_two_minutes_without_progress_are_told(as_vera: Client, quiet_sync: Sync) -> None:
    run = working_run(quiet_sync, heartbeat_at=timezone.now() - timedelta(minutes=3))
    assert "No progress for 3 min" in page(as_vera, f"/runs/{run.pk}/")


def test_a_run_whose_worker_died_can_be_taken_over(as_olaf: Client, quiet_sync: Sync) -> None:
    run = working_run(quiet_sync, lease_until=timezone.now() - timedelta(seconds=1))
    text = page(as_olaf, f"/runs/{run.pk}/")
    assert "gave no sign of life" in text
    assert "Take over" in text
    assert as_olaf.post(f"/runs/{run.pk}/resume/")["Location"] == f"/runs/{run.pk}/"


def test_a_run_that_no_worker_takes_says_so(as_vera: Client, quiet_sync: Sync) -> None:
    run = stored_run(quiet_sync, RunState.QUEUED, planned_at=None)
    assert "No worker has taken this run yet" not in page(as_vera, f"/runs/{run.pk}/")
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(minutes=1))
    text = page(as_vera, f"/runs/{run.pk}/")
    assert "No worker has taken this run yet" in text
    assert "Work goes on" not in text
    assert "last record" not in text


def test_a_plan_approved_long_after_it_was_made_is_not_missing_its_worker(quiet_sync: Sync) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    run = stored_run(quiet_sync, heartbeat_at=long_ago)
    Run.objects.filter(pk=run.pk).update(created_at=long_ago)
    run = services.approve(run, enqueue=False)
    assert not phases.activity(run, timezone.now()).untaken
    assert phases.activity(run, timezone.now() + timedelta(minutes=1)).untaken


def test_a_paused_run_says_why_and_until_when(as_olaf: Client, quiet_sync: Sync) -> None:
    run = working_run(
        quiet_sync, state=RunState.PAUSED, message="Zendesk asks us to wait.", hint="The run continues automatically.",
        paused_until=timezone.now() + timedelta(minutes=2),
    )  # fmt: skip
    text = page(as_olaf, f"/runs/{run.pk}/")
    assert "Zendesk asks us to wait." in text
    assert "from now" in text
    assert "Continue now" in text


def test_cancelling_says_that_the_batch_in_flight_is_finished(as_olaf: Client, quiet_sync: Sync) -> None:
    run = working_run(quiet_sync)
    assert "The current batch is finished first" in page(as_olaf, f"/runs/{run.pk}/")
    text = as_olaf.post(f"/runs/{run.pk}/cancel/", follow=True).content.decode()
    assert "The current batch is finished first" in text
    assert "Stopping after the current batch" in text
    run.refresh_from_db()
    assert run.cancel_requested


def test_the_last_twenty_runs_are_bars_with_words_and_links(as_vera: Client, quiet_sync: Sync) -> None:
    for _ in range(25):
        stored_run(quiet_sync, RunState.COMPLETED, counts={"written": 3, "rejected": 0})
    run = stored_run(quiet_sync, RunState.REJECTIONS, counts={"written": 3, "rejected": 2})
    text = as_vera.get(f"/runs/{run.pk}/").content.decode()
    assert text.count('class="bar tone-') == 20
    assert f"Run {run.pk}: Completed with rejections, 3 written, 2 rejected" in text


def test_an_ended_run_counts_by_outcome_and_is_amber_with_rejections(as_vera: Client, ended: Run) -> None:
    text = page(as_vera, f"/runs/{ended.pk}/")
    assert "5 planned = are 2 written + 1 skipped + 1 rejected + 1 conflict + 0 remaining" in text
    assert 'tone-orange"' in as_vera.get(f"/runs/{ended.pk}/").content.decode()
    assert "Completed with rejections and conflicts" in text


@pytest.mark.parametrize(
    "counts, label",
    [
        ({"rejected": 2}, "Completed with rejections"),
        ({"rejected": 0, "conflicts": 1}, "Completed with conflicts"),
        ({"rejected": 1, "conflicts": 1}, "Completed with rejections and conflicts"),
        ({"remaining": 1}, "Completed with rows left over"),
    ],
)
def test_an_ended_run_names_what_it_left_behind(
    as_vera: Client, quiet_sync: Sync, counts: dict[str, int], label: str
) -> None:
    stored_run(quiet_sync, RunState.REJECTIONS, counts={"written": 3, **counts})
    assert f" {label} accounts " in page(as_vera, "/runs/")


def test_a_rejected_row_shows_the_answer_and_what_to_do(as_vera: Client, ended: Run) -> None:
    text = page(as_vera, f"/runs/{ended.pk}/?tile=rejected")
    assert "Name: Globex has already been taken" in text
    assert "Another record holds this value." in text
    assert "DuplicateValue" in text


def test_causes_of_rejection_are_summed_up(as_vera: Client, quiet_sync: Sync) -> None:
    run = stored_run(quiet_sync, RunState.REJECTIONS)
    for number in range(3):
        step = stored_step(run, f"A{number}", Verb.CREATE.on(Side.RIGHT), state=StepState.REJECTED)
        stored_outcome(step, f"Name: A{number} has already been taken", code="DuplicateValue", field="name")
    text = page(as_vera, f"/runs/{sealed(run).pk}/")
    assert "Why records were rejected 3 Name: A0 has already been taken for example" in text


def test_what_it_took_stands_beside(as_vera: Client, ended: Run) -> None:
    text = page(as_vera, f"/runs/{ended.pk}/")
    assert "Calls to Salesforce 2" in text
    assert "Calls to Zendesk 9" in text


def test_a_run_whose_sums_do_not_add_up_says_so(as_vera: Client, ended: Run) -> None:
    Run.objects.filter(pk=ended.pk).update(planned=6, state=RunState.INCONSISTENT)
    assert "These numbers do not add up" in page(as_vera, f"/runs/{ended.pk}/")


def test_undo_makes_a_plan_of_its_own(as_olaf: Client, ended: Run) -> None:
    response = as_olaf.post(f"/runs/{ended.pk}/undo/")
    undoing = Run.objects.get(undo_of=ended)
    assert response["Location"] == f"/runs/{undoing.pk}/"
    assert not undoing.write
    assert f"an undo of run {ended.pk}" in page(as_olaf, f"/runs/{undoing.pk}/")


def test_an_undo_is_undone_like_any_other_run(as_olaf: Client, ended: Run) -> None:
    undoing = stored_run(ended.sync, RunState.COMPLETED, undo_of=ended, trigger=Trigger.UNDO)
    stored_step(undoing, "Acme 1", Verb.DELETE.on(Side.RIGHT), state=StepState.DONE)
    sealed(undoing)
    assert "Plan the undo" in page(as_olaf, f"/runs/{undoing.pk}/")
    as_olaf.post(f"/runs/{undoing.pk}/undo/")
    assert Run.objects.latest("pk").undo_of == undoing


def test_a_run_that_was_taken_back_says_so_and_offers_no_second_undo(as_olaf: Client, ended: Run) -> None:
    undoing = stored_run(ended.sync, RunState.PLANNED, undo_of=ended, planned=2)
    assert f"A plan to undo this run waits for approval Run {undoing.pk}" in page(as_olaf, f"/runs/{ended.pk}/")
    Run.objects.filter(pk=undoing.pk).update(
        state=RunState.COMPLETED, counts={"written": 2}, finished_at=timezone.now() - timedelta(days=1, hours=1)
    )
    text = page(as_olaf, f"/runs/{ended.pk}/")
    assert f"This run was undone Run {undoing.pk} : 2 of 2 steps, 1 day, 1 hour ago" in text
    assert "Plan the undo" not in text


def test_a_run_whose_undo_was_undone_stands_again(as_olaf: Client, ended: Run) -> None:
    """Each page says how things are now, also after a third undo."""
    ended_at = timezone.now() - timedelta(days=1, hours=1)
    done = {"counts": {"written": 2}, "planned": 2, "finished_at": ended_at, "trigger": Trigger.UNDO}
    undo = stored_run(ended.sync, RunState.COMPLETED, undo_of=ended, **done)
    again = stored_run(ended.sync, RunState.COMPLETED, undo_of=undo, **done)
    text = page(as_olaf, f"/runs/{ended.pk}/")
    assert f"This run was undone, and the undo was undone Run {undo.pk} : 2 of 2 steps" in text
    assert f"Run {again.pk} : 2 of 2 steps, 1 day, 1 hour ago . The changes of this run are in place again." in text
    assert "Plan the undo" in text
    card = page(as_olaf, "/")
    assert f"What run {undo.pk} had taken back was written again." in card
    third = stored_run(ended.sync, RunState.COMPLETED, undo_of=again, **done)
    text = page(as_olaf, f"/runs/{ended.pk}/")
    assert f"This run was undone Run {undo.pk}" in text
    assert "stands again" not in text
    assert f"What run {ended.pk} wrote was taken back." in page(as_olaf, "/"), third


@pytest.mark.parametrize("state", [RunState.DISCARDED, RunState.REJECTIONS])
def test_an_undo_that_did_not_take_everything_back_may_be_tried_again(
    as_olaf: Client, ended: Run, state: RunState
) -> None:
    stored_run(ended.sync, state, undo_of=ended)
    assert "Plan the undo" in page(as_olaf, f"/runs/{ended.pk}/")


def test_a_run_that_wrote_nothing_offers_no_undo(as_olaf: Client, quiet_sync: Sync) -> None:
    run = sealed(stored_run(quiet_sync, RunState.COMPLETED))
    assert "Plan the undo" not in page(as_olaf, f"/runs/{run.pk}/")
    assert "nothing to undo" in page_after(as_olaf, f"/runs/{run.pk}/undo/")


def test_a_cancelled_run_is_resumed_unless_a_newer_one_took_over(as_olaf: Client, quiet_sync: Sync) -> None:
    run = stored_run(quiet_sync, RunState.CANCELLED, write=True)
    assert "Resume" in page(as_olaf, f"/runs/{run.pk}/")
    stored_run(quiet_sync, RunState.COMPLETED)
    assert "Resume" not in page(as_olaf, f"/runs/{run.pk}/")
    assert "A newer run of this sync exists" in page_after(as_olaf, f"/runs/{run.pk}/resume/")


def test_a_step_has_an_address_of_its_own(as_vera: Client, ended: Run) -> None:
    step = ended.steps.get(label="Globex")
    text = page(as_vera, f"/runs/{ended.pk}/steps/{step.pk}/")
    assert "Globex Rejected" in text
    assert "has already been taken" in text


def test_a_step_links_to_the_records_in_both_systems(as_vera: Client, ended: Run) -> None:
    text = as_vera.get(f"/runs/{ended.pk}/?tile=written").content.decode()
    assert 'href="https://ours.my.salesforce.com/lightning/r/Account/0011/view"' in text
    assert 'href="https://ours.zendesk.com/agent/organizations/71"' in text


def test_the_pages_cost_the_same_queries_whatever_the_size(
    as_vera: Client, quiet_sync: Sync, django_assert_max_num_queries
) -> None:
    for number in range(60):
        stored_run(quiet_sync, RunState.COMPLETED, counts={"written": number})
    run = working_run(quiet_sync)
    Sync.objects.update(automatic_updates=True)
    Run.objects.exclude(pk=run.pk).update(write=True)  # past the first steps
    with django_assert_max_num_queries(9):
        as_vera.get("/runs/")
    with django_assert_max_num_queries(10):
        as_vera.get(f"/runs/{run.pk}/", headers={"HX-Request": "true"})


def page_after(client: Client, path: str) -> str:
    """What a person reads after pressing."""
    return re.sub(r"\s+", " ", client.post(path, follow=True).content.decode())


def test_a_run_that_took_another_back_is_called_so_wherever_it_is_named(as_vera: Client, ended: Run, ada: User) -> None:
    ada.email = "ada@test.com"
    ada.save()
    undo = stored_run(ended.sync, RunState.COMPLETED, undo_of=ended, trigger=Trigger.UNDO, started_by=ada)
    undo.counts = {**ended.counts, "rejected": 0, "conflicts": 0}
    undo.save()
    named = f"undo of run {ended.pk}"
    assert f"Undo of run {ended.pk}" in page(as_vera, "/runs/")
    assert f"Run {undo.pk}, {named}" in page(as_vera, "/")
    run_log.mail(undo)
    assert mail.outbox[-1].subject == f"SyncAdmin · Accounts and organizations: {named}, completed"


def test_the_steps_of_a_discarded_plan_will_not_be_written(as_vera: Client, quiet_sync: Sync) -> None:
    run = stored_run(quiet_sync, RunState.DISCARDED, finished_at=timezone.now())
    step = stored_step(run, "Acme", Verb.CREATE.on(Side.RIGHT), change("name", None, "Acme"), left_id="001A")
    sealed(run)
    stored_record(quiet_sync, "left", "001A", "Acme")
    assert "1 not written" in page(as_vera, f"/runs/{run.pk}/")
    for path in (f"/runs/{run.pk}/steps/{step.pk}/", "/records/accounts/left/001A/"):
        text = page(as_vera, path)
        assert "Not written" in text
        assert not re.search(r"\bPlanned\b", text), path
