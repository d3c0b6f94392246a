"""Runs in a real browser, against a sandbox that is written to: plan, approve, watch, undo; and the pages around."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import redis
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from connectors.sandbox.server import Sandbox
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.runs.models import Decision, MirrorRecord, Run, Step
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import runs as services
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS
from tests.worlds.company import Company

pytestmark = [pytest.mark.browser, pytest.mark.redis]


@pytest.fixture
def company(written_sandbox: Sandbox, transactional_db: None, valkey: redis.Redis) -> Iterator[Company]:
    """Five accounts: two are new, one differs, one matches, one has a twin. And an organization nobody knows."""
    both = Company(written_sandbox)
    for name in ("Acme", "Globex"):
        both.account(name, Industry="Banking", Description=f"{name} is new.")
    both.account("Initech", Industry="Energy", Description="From Salesforce.")
    both.organization("Initech", notes="From Zendesk.")
    both.account("Twin", Site="North")
    both.account("Twin", Site="South")
    both.organization("Twin")
    both.organization("Stranger")
    yield both
    both.close()


@pytest.fixture
def sync(company: Company) -> Sync:
    return company.configure()


@pytest.fixture
def plan(sync: Sync) -> Run:
    return planned(sync)


def planned(sync: Sync) -> Run:
    run = services.start(sync, enqueue=False)
    jobs.advance_run(run.pk)
    run.refresh_from_db()
    assert run.status is RunState.PLANNED, run.message
    return run


def written(run: Run) -> Run:
    services.approve(run, enqueue=False)
    jobs.advance_run(run.pk)
    run.refresh_from_db()
    return run


def state(page: Page) -> str:
    return page.locator(".run-state-badge").inner_text().strip()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible_and_stays_on_our_origin(
    visit: Visit, olaf: User, sync: Sync, width: int, scheme: str
) -> None:
    run = written(planned(sync))
    undoing = services.undo(run, enqueue=False)
    jobs.advance_run(undoing.pk)
    twin = MirrorRecord.objects.filter(status="ambiguous", side="left").first()
    linked = MirrorRecord.objects.get(label="Initech", side="left")
    visitor = visit(olaf, width=width, scheme=scheme)
    pages = {
        "runs": "/runs/",
        "run-ended": f"/runs/{run.pk}/",
        "run-ended-rows": f"/runs/{run.pk}/?tile=written&shape=create_right:new",
        "run-undo": f"/runs/{undoing.pk}/",
        "step": f"/runs/{run.pk}/steps/{run.steps.first().pk}/",
        "records": "/records/",
        "record-ambiguous": f"/records/accounts/left/{twin.remote_id}/",
        "record-linked": f"/records/accounts/left/{linked.remote_id}/",
        "overview-live": "/",
    }
    for name, path in pages.items():
        page = visitor.go(path)
        for closed in page.locator("details:not([open]) > summary").all()[:1]:
            closed.click()
        visitor.inspect(name)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_plan_that_a_guard_holds_shows_what_people_wrote(
    visit: Visit, olaf: User, plan: Run, width: int, scheme: str
) -> None:
    """The organization of Initech has notes that somebody typed."""
    trip = {"guard": "replaced", "side": "right", "field": "", "count": 1, "of": 0, "share": 10, "at_least": 1}
    Run.objects.filter(pk=plan.pk).update(tripped=[trip])
    visitor = visit(olaf, width=width, scheme=scheme)
    page = visitor.go(f"/runs/{plan.pk}/")
    expect(page.get_by_text("1 value that people wrote in Zendesk is replaced: Notes 1")).to_be_visible()
    page.get_by_role("link", name="Look at them").click()
    expect(page.locator(".field-lines")).to_contain_text("Written by people")
    visitor.inspect("plan-guarded")
    page.locator("[data-opens=approve-run]").click()
    expect(page.locator("dialog[open]")).to_contain_text("Approving lifts the guards below, for this plan only.")
    visitor.inspect("plan-guarded-approval")
    Sync.objects.filter(pk=plan.sync_id).update(revision=plan.revision + 1)
    expect(visitor.go(f"/runs/{plan.pk}/").get_by_text("This plan is outdated")).to_be_visible()
    visitor.inspect("plan-outdated")


def test_a_plan_is_read_changed_approved_and_watched_to_its_end(
    visit: Visit, olaf: User, sync: Sync, company: Company
) -> None:
    visitor = visit(olaf)
    page = visitor.go("/runs/")
    page.locator(".plan-menu > summary").click()
    page.get_by_role("button", name="Plan accounts").click()
    expect(page.locator(".run-state-badge")).to_contain_text("Queued")
    visitor.inspect("run-queued")
    run = Run.objects.get()
    jobs.advance_run(run.pk)
    expect(page.locator(".run-state-badge")).to_contain_text("Waiting for approval")
    page.get_by_role("link", name=re.compile("New organizations in Zendesk")).click()
    page.locator(".step-row summary").first.click()
    expect(page.locator(".field-lines").first).to_contain_text("Acme is new.")
    visitor.inspect("plan-open")
    page.get_by_role("button", name="Exclude Globex").click()
    approve = page.get_by_role("button", name="Create 1 and update 1 organization in Zendesk")
    expect(approve).to_be_visible()
    approve.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Exactly this plan is written, including what its rows announce.")
    visitor.inspect("plan-approve")
    dialog.get_by_role("button", name=re.compile("Create 1 and update 1")).click()
    expect(page.locator(".run-state-badge")).to_contain_text("Queued")
    jobs.advance_run(run.pk)
    expect(page.locator(".run-state-badge")).to_contain_text("Completed")
    expect(page).to_have_title(re.compile("Account Sync Status · Completed"))
    assert set(company.organizations()) == {"Acme", "Initech", "Twin", "Stranger"}


def test_a_run_is_undone_by_a_plan_of_its_own(visit: Visit, olaf: User, plan: Run, company: Company) -> None:
    run = written(plan)
    page = visit(olaf).go(f"/runs/{run.pk}/")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Plan the undo").click()
    expect(page.locator(".run-state-badge")).to_contain_text("Queued")
    undoing = Run.objects.get(undo_of=run)
    jobs.advance_run(undoing.pk)
    expect(page.locator(".run-state-badge")).to_contain_text("Waiting for approval")
    expect(page.locator(".btn-approve")).to_contain_text("Delete 2 organizations in Zendesk")
    written(Run.objects.get(pk=undoing.pk))
    assert set(company.organizations()) == {"Initech", "Twin", "Stranger"}


# The seconds of a phase are beyond those that the server has sent.
TIME_GOES_ON = """() => {
  const [shown] = document.querySelectorAll(".phase-working [data-ticks]");
  return shown && parseInt(shown.textContent) > shown.dataset.ticks;
}"""


def test_a_run_at_work_is_watched_and_cancelled(visit: Visit, olaf: User, plan: Run) -> None:
    now = timezone.now()
    phase = {"done": 0, "total": 0, "seconds": 20.0, "since": now.isoformat(), "state": "working"}
    Run.objects.filter(pk=plan.pk).update(
        state=RunState.WRITING, write=True, heartbeat_at=now, lease_until=now + timedelta(hours=5),
        phases={**plan.phases, "write": phase},
    )  # fmt: skip
    open_ = Step.objects.filter(run=plan, state=StepState.PLANNED, needs_approval=False).order_by("pk")
    total, (first, *_) = open_.count(), open_
    visitor = visit(olaf)
    page = visitor.go(f"/runs/{plan.pk}/")
    expect(page.locator(".phase-working")).to_contain_text(f"0 of {total}")
    page.wait_for_function(TIME_GOES_ON)
    visitor.inspect("run-working")
    Step.objects.filter(pk=first.pk).update(state=StepState.DONE)
    expect(page.locator(".phase-working")).to_contain_text(f"1 of {total}")
    expect(page.locator(".sums")).to_contain_text("1 written")
    expect(page).to_have_title(re.compile(f"{100 // total} %"))
    page.get_by_role("button", name="Cancel", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The current batch is finished first")
    page.wait_for_timeout(2_500)
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Cancel the run").click()
    expect(page.locator(".run-state-badge")).to_contain_text("Stopping after the current batch")
    assert Run.objects.get(pk=plan.pk).cancel_requested


def test_a_second_start_leads_to_the_run_that_is_in_its_way(visit: Visit, olaf: User, sync: Sync) -> None:
    first = services.start(sync, enqueue=False)
    page = visit(olaf).go("/runs/")
    page.locator(".plan-menu > summary").click()
    page.get_by_role("button", name="Plan accounts").click()
    page.get_by_role("link", name=f"Open run {first.pk}").click()
    expect(page.locator(".run-state-badge")).to_contain_text("Queued")


def test_tiles_groups_and_search_narrow_the_plan_in_place(visit: Visit, olaf: User, plan: Run) -> None:
    page = visit(olaf).go(f"/runs/{plan.pk}/")
    page.get_by_role("link", name="2 Create").click()
    expect(page.locator(".step-row")).to_have_count(2)
    expect(page).to_have_url(re.compile("tile=create"))
    page.get_by_role("searchbox").fill("init")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".step-row")).to_have_count(1)
    page.get_by_role("link", name="Show all").click()
    expect(page.locator(".group")).not_to_have_count(0)
    page.go_back()
    expect(page.locator(".step-row")).to_have_count(1)


def test_the_keyboard_alone_opens_a_group_and_leaves_a_step_out(visit: Visit, olaf: User, plan: Run) -> None:
    page = visit(olaf).go(f"/runs/{plan.pk}/")
    group = page.get_by_role("link", name=re.compile("New organizations in Zendesk"))
    group.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".group-open")).to_be_visible()
    expect(page.locator(".group-open > .group-line")).to_be_focused()
    button = page.get_by_role("button", name="Exclude Globex")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Include Globex")).to_be_focused()


def test_a_plan_is_read_and_approved_without_scripts(visit: Visit, olaf: User, plan: Run) -> None:
    page = visit(olaf, scripts=False).go(f"/runs/{plan.pk}/")
    page.get_by_role("link", name=re.compile("New organizations in Zendesk")).click()
    page.get_by_role("button", name="Exclude Acme").click()
    expect(page.locator(".group-open")).to_contain_text("1 left out")
    page.locator("dialog#approve-run button.btn-primary").click()
    expect(page.locator(".run-state-badge")).to_contain_text("Queued")
    expect(page.get_by_role("link", name="Reload")).to_be_visible()


def test_an_ambiguous_record_is_linked_by_hand_and_comes_in_step(
    visit: Visit, olaf: User, plan: Run, company: Company
) -> None:
    written(plan)
    page = visit(olaf).go("/records/")
    page.get_by_role("link", name=re.compile("Ambiguous in Salesforce")).click()
    page.locator(".row-link").first.click()
    page.get_by_role("button", name=re.compile("Link with this ?: Twin")).click()
    expect(page.get_by_role("status")).to_contain_text("Decided: the two belong together")
    expect(page.get_by_role("button", name="Undo the decision")).to_be_visible()
    written(planned(plan.sync))
    page.reload()
    expect(page.locator("h1")).to_contain_text("In sync")
    assert Decision.objects.exists()


def test_the_overview_says_what_to_do_next(visit: Visit, olaf: User, plan: Run) -> None:
    page = visit(olaf).go("/")
    expect(page.get_by_text(re.compile("create 2 and update 1", re.IGNORECASE)).first).to_be_visible()
    page.get_by_role("link", name="Read the plan").first.click()
    expect(page.locator(".run-state-badge")).to_contain_text("Waiting for approval")
    assert state(page) == "Waiting for approval"


def test_the_list_of_runs_shows_every_column_at_1280(visit: Visit, olaf: User, sync: Sync) -> None:
    """With the longest state, a long name, large numbers and old runs."""
    Sync.objects.update(name="Customers and partners of the northern region")
    ago = timezone.now() - timedelta(days=9, hours=7)
    counts = {"written": 250_000, "rejected": 12_345, "conflicts": 1_234}
    run = Run.objects.create(
        sync=sync, state=RunState.REJECTIONS, counts=counts, planned=1_250_000, finished_at=ago, started_by=olaf
    )
    Run.objects.filter(pk=run.pk).update(created_at=ago)
    visitor = visit(olaf)
    page = visitor.go("/runs/")
    expect(page.get_by_text("Completed with rejections and conflicts").last).to_be_visible()
    box = page.locator("#list .table-responsive")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    expect(page.get_by_role("columnheader", name="Ended")).to_be_in_viewport(ratio=1)
    visitor.inspect("runs-wide")
