"""A kind that only a line in the registry makes known, from its mapping page to its undo, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from mappings.models import Sync
from mappings.services import schemas
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import jobs
from tests.browser.conftest import Visit
from tests.worlds import depots
from tests.worlds.company import Company
from tests.worlds.depots import branches, depot
from tests.worlds.words import foreign

pytestmark = [pytest.mark.browser, pytest.mark.redis]


@pytest.fixture
def sync(company: Company) -> Iterator[Sync]:
    with depots.registered():
        made = company.store({**depots.SYNC, "mappings": depots.SYNC["mappings"][:1]})
        company.check_connections()
        schemas(made)
        yield made


def own_words_only(page: Page) -> None:
    """No word on the page belongs to another kind or system, but for the fields to choose from and what is quoted."""
    page.evaluate("document.querySelectorAll('select, datalist').forEach(box => box.hidden = true)")
    said = re.sub('"[^"\n]*"', "", page.locator("main").inner_text() + " " + page.locator("h1").first.inner_text())
    assert foreign(depots.KIND, said) == [], said


def test_it_is_mapped_checked_planned_run_and_undone_in_its_own_words(
    visit: Visit, ada: User, sync: Sync, company: Company
) -> None:
    depot(company, "Kiel", city="Kiel", seats=12)
    company.salesforce.store.insert("Site__c", {"Name": "Lone"})
    company.control(company.zendesk, "POST", "clock", {"advance": 60})
    visitor = visit(ada)
    page = visitor.go("/")
    page.get_by_role("link", name="Depots", exact=True).click()
    page.get_by_role("link", name="depots").last.click()
    visitor.inspect("trial-mapping")
    own_words_only(page)

    own_words_only(visitor.go("/runs/check/depots/"))
    visitor.inspect("trial-check")
    page.get_by_role("button", name="Make a plan").first.click()
    run = Run.objects.get()
    jobs.advance_run(run.pk)
    expect(page.locator(".run-state-badge")).to_contain_text("Waiting for approval")
    own_words_only(page)
    page.get_by_role("button", name="Create 1 branch in Salesforce").click()
    visitor.inspect("trial-approve")
    page.get_by_role("dialog").get_by_role("button", name="Create 1 branch").click()
    expect(page.locator(".run-state-badge")).to_contain_text("Queued")
    jobs.advance_run(run.pk)
    expect(page.locator(".run-state-badge")).to_contain_text("Completed")
    own_words_only(page)
    assert set(branches(company)) == {"Kiel", "Lone"}

    page.get_by_role("button", name="Undo").click()
    own_words_only(page)
    page.get_by_role("button", name="Plan the undo").click()
    undo = Run.objects.get(undo_of=run)
    jobs.advance_run(undo.pk)
    expect(page.locator(".btn-approve")).to_contain_text("Delete 1 branch in Salesforce")
    own_words_only(page)
    page.locator(".btn-approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete 1 branch").click()
    expect(page.locator(".run-state-badge")).to_contain_text("Queued")
    jobs.advance_run(undo.pk)
    expect(page.locator(".run-state-badge")).to_contain_text("Completed")
    own_words_only(page)
    assert set(branches(company)) == {"Lone"}
