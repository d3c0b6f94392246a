"""From signing in to the first written record and to going live, in a real browser, with every click counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import redis
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from connectors.models import Connection, RemoteObject
from connectors.sandbox.server import Sandbox
from mappings.models import Sync
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import jobs
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.personas import PASSWORD
from tests.worlds.company import Company

pytestmark = [pytest.mark.browser, pytest.mark.redis]

MOST_CLICKS = 6


@pytest.fixture
def company(written_sandbox: Sandbox, transactional_db: None, valkey: redis.Redis) -> Iterator[Company]:
    """Two accounts that Zendesk does not know."""
    both = Company(written_sandbox)
    both.account("Acme")
    both.account("Globex")
    yield both
    both.close()


@pytest.fixture
def untested(company: Company) -> Sync:
    """What a person finds who has just started the demo: syncs, nothing tested, no field read."""
    accounts = company.configure()
    Sync.objects.create(slug="contacts", kind="contacts_users", left=accounts.left, right=accounts.right)
    RemoteObject.objects.all().delete()
    Connection.objects.update(last_check=None, last_check_at=None, last_check_ok=None)
    return accounts


class Clicks:
    """Counts what a person presses."""

    def __init__(self) -> None:
        self.number = 0

    def on(self, button: Locator) -> None:
        button.click()
        self.number += 1


def _signed_in(visitor: Visitor, user: User, clicks: Clicks) -> Page:
    page = visitor.go("/")
    page.get_by_label("Login").fill(user.get_username())
    page.get_by_label("Password").fill(PASSWORD)
    clicks.on(page.get_by_role("button", name="Sign in"))
    return page


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (390, False)], ids=["wide", "phone without scripts"])
def test_six_clicks_lead_from_signing_in_to_the_first_record_and_the_steps_on_to_going_live(
    visit: Visit, ada: User, untested: Sync, company: Company, width: int, scripts: bool
) -> None:
    visitor, clicks = visit(width=width, scripts=scripts), Clicks()
    page = _signed_in(visitor, ada, clicks)
    steps = page.locator("#first-steps")
    clicks.on(steps.get_by_role("button", name="Test both connections"))
    expect(steps).to_contain_text("2 of 2 connections passed their last test.")
    expect(page).to_have_url(f"{visitor.origin}/")
    assert RemoteObject.objects.count() == 4  # the fields of both syncs were read with it
    clicks.on(steps.get_by_role("button", name="Make a plan"))
    expect(page).to_have_url(re.compile(r"/runs/\d+/$"))
    run = Run.objects.get()
    jobs.advance_run(run.pk)
    page.reload()
    expect(steps.locator("[aria-current=step]")).to_have_text("Plan")
    approve = "Create 2 organizations in Zendesk"
    if scripts:
        clicks.on(page.get_by_role("button", name=approve))
    clicks.on(page.get_by_role("button", name=approve).last)
    jobs.advance_run(run.pk)
    assert set(company.organizations()) == {"Acme", "Globex"}
    assert clicks.number <= MOST_CLICKS
    page.reload()
    expect(steps).to_contain_text("Next: Contacts and users.")
    expect(steps.get_by_role("button", name="Plan contacts and users")).to_be_visible()
    if scripts:
        visitor.inspect("first-run-written")
    Run.objects.create(sync=Sync.objects.get(slug="contacts"), state="completed", write=True, planned_at=timezone.now())
    visitor.go("/")
    if scripts:
        visitor.inspect("first-run-go-live")
        steps.get_by_role("button", name="Go live").click()
        asked = "Accounts and organizations every 2 minutes; Contacts and users every 2 minutes."
        expect(page.get_by_role("dialog")).to_contain_text(asked)
    steps.get_by_role("button", name="Go live").last.click()
    expect(page.get_by_text("Contacts and users is live: changes are written automatically.")).to_be_visible()
    expect(steps).to_have_count(0)
    assert Sync.objects.filter(automatic_updates=True).count() == 2


def test_a_connection_that_fails_is_named_in_place_and_the_steps_can_be_hidden(
    visit: Visit, ada: User, untested: Sync
) -> None:
    Connection.objects.filter(kind="zendesk").update(base_url="http://127.0.0.1:1")
    visitor = visit(ada)
    page = visitor.go("/")
    page.get_by_role("button", name="Test both connections").click()
    steps = page.locator("#first-steps")
    expect(steps).to_contain_text("1 of 2 connections passed their last test.")
    expect(steps.get_by_role("link", name="See why")).to_be_visible()
    visitor.inspect("first-run-failed")
