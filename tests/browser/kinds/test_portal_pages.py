"""Contacts and portal users in a real browser, from the mapping page to the undo (S0.2, S0.3, S0.17)."""

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
from tests.worlds import portal
from tests.worlds.company import Company
from tests.worlds.portal import member, user

pytestmark = [pytest.mark.browser, pytest.mark.redis]


@pytest.fixture
def sync(company: Company) -> Sync:
    made = company.store(portal.SYNC)
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


def switch_a_flow(page: Page) -> None:
    """The sentences of the flows follow the switch, before anything is saved."""
    off, on = "No change of a user is written", "When a portal user's Title or Phone changes"
    for word, said in (("no", off), ("yes", on)):
        page.locator(f"#flows input[name=user_to_contact][value={word}]").check()
        expect(page.locator("#fields [data-flows]")).to_contain_text(said)
        expect(page.locator("#flows [data-flows-here]")).to_contain_text(said)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_portal_is_mapped_checked_planned_run_and_undone(
    visit: Visit, ada: User, sync: Sync, company: Company, width: int, scheme: str
) -> None:
    acme = company.account("Acme")
    okafor, her = member(company, "Okafor", acme, Title="Buyer", Phone="1")
    company.contact("Solo", account=acme)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(her, Title="Head")

    visitor = visit(ada, width=width, scheme=scheme)
    page = visitor.go("/syncs/portal/")
    flows = page.locator("#fields [data-flows]")
    expect(flows).to_contain_text("a change that makes the Title of Okafor's user “Head” would update the contact")
    visitor.inspect("portal-mapping")
    switch_a_flow(page)
    page.locator("select[name=direction-0]").select_option("to_right")
    expect(flows).to_contain_text("When a portal user's Phone changes")
    page.locator("#flows").get_by_label("Write them as mapped").check()
    page.locator("#flows").get_by_role("button", name="Save").click()
    expect(page.locator("#flows")).to_contain_text("To allow mails to users, type: change emails")
    visitor.inspect("portal-email-asks")
    visitor.problems.remove(next(problem for problem in visitor.problems if "422" in problem))  # the refusal itself

    page = visitor.go("/runs/check/portal/")
    page.get_by_role("button", name="Make a plan").first.click()
    run = Run.objects.get()
    jobs.advance_run(run.pk)
    expect(page.locator(".run-state-badge")).to_contain_text("Waiting for approval")
    expect(page.locator(".btn-approve")).to_contain_text("Update 1 contact in Salesforce; link 1")
    visitor.inspect("portal-plan")
    visitor.go("/runs/check/portal/")
    expect(page.locator("main")).to_contain_text("0 of 1 pair agrees in every mapped field.")
    visitor.inspect("portal-check")
    visitor.go(f"/runs/{run.pk}/")
    approve(page, run)
    visitor.inspect("portal-done")
    assert company.contacts()[okafor]["Title"] == "Head"

    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Plan the undo").click()
    undo = Run.objects.get(undo_of=run)
    jobs.advance_run(undo.pk)
    expect(page.locator(".btn-approve")).to_contain_text("contact")
    approve(page, undo)
    assert (company.contacts()[okafor]["Title"], user(company, her)["Title"]) == ("Buyer", "Head")
