"""Tickets and cases in a real browser: mapped, checked, planned, run, one sent at once, and undone (S1.23)."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from mappings.models import Sync
from mappings.services import schemas
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import jobs
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS
from tests.worlds.company import Company
from tests.worlds.people import completed
from tests.worlds.tickets import cases, exported, ticket, tickets_sync

pytestmark = [pytest.mark.browser, pytest.mark.redis]


@pytest.fixture
def sync(company: Company) -> Sync:
    company.account("Acme")
    completed(company.configure(mappings=[]))
    made = tickets_sync(company)
    company.check_connections()
    schemas(made)
    return made


def approve(page: Page, run: Run) -> None:
    """Have the plan on the page written."""
    page.locator(".btn-approve").click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.locator(".run-state-badge")).to_contain_text("Queued")
    jobs.advance_run(run.pk)
    expect(page.locator(".run-state-badge")).to_contain_text("Completed")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_tickets_are_mapped_checked_planned_run_sent_at_once_and_undone(
    visit: Visit, ada: User, sync: Sync, company: Company, width: int, scheme: str
) -> None:
    acme = company.organizations()["Acme"]["id"]
    first = ticket(company, subject="First", organization_id=acme, priority="urgent")
    ticket(company, subject="Done", organization_id=acme, status="closed")
    exported(company)

    visitor = visit(ada, width=width, scheme=scheme)
    page = visitor.go("/syncs/tickets/")
    expect(page.locator("#scope .count-part")).to_contain_text("2 of 2 tickets in scope")
    page.locator("#scope input[name=closed][value=no]").check()
    expect(page.locator("#scope .count-part")).to_contain_text("1 of 2 tickets in scope")
    expect(page.locator("#scope .count-part")).to_contain_text("Closed tickets are left out")
    page.locator("#scope").get_by_role("button", name="Save").click()
    visitor.inspect("tickets-mapping")

    page = visitor.go("/runs/check/tickets/")
    expect(page.locator("main")).to_contain_text("Connection to")
    visitor.inspect("tickets-check")
    page.get_by_role("button", name="Make a plan").first.click()
    run = Run.objects.get(sync=sync)
    jobs.advance_run(run.pk)
    expect(page.locator(".btn-approve")).to_contain_text("Create 1 case in Salesforce")
    visitor.inspect("tickets-plan")
    approve(page, run)
    assert set(cases(company)) == {first}

    late = ticket(company, subject="Late", organization_id=acme)
    account = next(iter(company.accounts().values()))["Id"]
    page = visitor.go(f"/records/accounts/left/{account}/tickets/")
    visitor.inspect("tickets-to-send")
    page.get_by_role("button", name="Send now: Late").click()
    expect(page.locator(".run-state-badge")).to_be_visible()
    jobs.advance_run(Run.objects.latest("pk").pk)
    expect(page.locator(".run-state-badge")).to_contain_text("Completed")
    assert set(cases(company)) == {first, late}

    visitor.go(f"/runs/{run.pk}/")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Plan the undo").click()
    undo = Run.objects.get(undo_of=run)
    jobs.advance_run(undo.pk)
    approve(page, undo)
    assert set(cases(company)) == {late}
