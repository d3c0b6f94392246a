"""The People page, shared emails and records without a counterpart in a real browser; nothing remote is asked."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.people.memberships import ADD_MEMBERSHIP
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import Decision, Run
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS
from tests.runs.stored import change, sealed, stored_record, stored_run, stored_step
from tests.runs.stored_people import EMAIL, shared_email

pytestmark = pytest.mark.browser

GROUP = f"/people/emails/contacts/{EMAIL}/"


@pytest.fixture
def contacts(transactional_db: None) -> Sync:
    """A shared email, a user without a record, and organizations that are complete."""
    sync = shared_email()
    stored_record(sync, "right", "79", "Zoe Stranger", match_key="zoe@test.com", status="unmatched")
    stored_run(Sync.objects.get(slug="accounts"), RunState.COMPLETED, write=True)
    return sync


@pytest.fixture
def plan(contacts: Sync) -> Run:
    run = stored_run(contacts)
    stored_step(run, "Bob", Verb.CREATE.on(Side.RIGHT), change("name", None, "Bob"), left_id="003N", role="syncing")
    stored_step(
        run, "Ann Beta", ADD_MEMBERSHIP, change("organization_id", None, "42", "Its account is synced"),
        left_id="003B", right_id="71", role="duplicate", group=EMAIL, reason="Beta Org: its account is synced",
    )  # fmt: skip
    return sealed(run)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible_and_stays_on_our_origin(
    visit: Visit, olaf: User, plan: Run, width: int, scheme: str
) -> None:
    visitor = visit(olaf, width=width, scheme=scheme)
    pages = {
        "people": "/people/",
        "shared-emails": "/people/emails/contacts/",
        "shared-email": GROUP,
        "shared-email-simulated": f"{GROUP}?would=contacts%20003B",
        "people-plan": f"/runs/{plan.pk}/?tile=membership",
        "people-without": "/records/?sync=contacts&standing=without",
        "people-record": "/records/contacts/left/003B/",
    }
    for name, path in pages.items():
        visitor.go(path)
        visitor.inspect(name)


def test_another_record_is_made_the_syncing_one_after_reading_what_it_changes(
    visit: Visit, olaf: User, contacts: Sync
) -> None:
    page = visit(olaf).go("/people/")
    page.get_by_role("link", name="1 email with several records").click()
    page.get_by_role("link", name=EMAIL).click()
    page.get_by_role("link", name=re.compile("Make this the syncing record … Ann Beta")).click()
    expect(page.get_by_text("would fill the user instead of")).to_be_visible()
    assert not Decision.objects.exists()
    page.get_by_role("button", name="Make Ann Beta the syncing record").click()
    expect(page.get_by_role("status")).to_contain_text("Decided: this is the syncing record.")
    expect(page.locator(".member-syncing")).to_contain_text("Ann Beta")
    page.get_by_role("link", name="Let the rules decide").click()
    page.get_by_role("button", name="Let the rules decide").click()
    expect(page.locator(".member-syncing")).to_contain_text("Ann Alpha")


def test_a_user_without_a_record_is_decided_about_in_the_list(visit: Visit, olaf: User, contacts: Sync) -> None:
    page = visit(olaf).go("/people/")
    page.get_by_role("link", name="Without a counterpart").first.click()
    page.get_by_role("checkbox", name=re.compile("Choose Zoe Stranger")).check()
    page.get_by_role("button", name="Create counterparts").click()
    expect(page.get_by_role("status")).to_contain_text("Decided about 1 record.")
    assert Decision.objects.get().create


def test_a_ticked_box_stays_ticked(visit: Visit, olaf: User, contacts: Sync) -> None:
    """The list is loaded anew only by what is typed into its filters."""
    page = visit(olaf).go("/records/?sync=contacts&standing=without")
    page.clock.install()
    box = page.get_by_role("checkbox", name=re.compile("Choose Zoe Stranger"))
    box.check()
    page.clock.run_for(2_000)
    page.wait_for_load_state("networkidle")
    expect(box).to_be_checked()


def test_planning_out_of_order_is_confirmed_first(visit: Visit, olaf: User, contacts: Sync) -> None:
    """S3.43: the button says what it waits for, and the way around it what goes wrong."""
    Run.objects.all().delete()
    page = visit(olaf).go("/people/")
    waiting = page.get_by_role("button", name="Waits for a complete run of Accounts and organizations").first
    expect(waiting).to_be_disabled()
    page.get_by_role("button", name="Plan anyway").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("No user becomes a member of an organization")
    dialog.get_by_role("button", name="Wait").click()
    expect(dialog).to_be_hidden()
    assert not Run.objects.exists()


def test_on_a_phone_each_row_is_a_card_with_labels_and_nothing_is_cut_off(
    visit: Visit, olaf: User, contacts: Sync
) -> None:
    page = visit(olaf, width=390).go("/records/?sync=contacts&standing=without")
    row = page.get_by_role("row").filter(has_text="Zoe Stranger")
    cell = row.get_by_role("cell").filter(has_text="Unknown to the other system")
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"State"'
    for button in ("Create", "Leave alone"):
        box = row.get_by_role("button", name=re.compile(f"^{button}")).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
    region = page.get_by_role("region", name="Records", exact=True).last
    assert region.evaluate("region => region.scrollWidth <= region.clientWidth")


def test_a_list_is_ordered_on_a_phone_too(visit: Visit, olaf: User, contacts: Sync) -> None:
    page = visit(olaf, width=390).go("/people/emails/contacts/")
    page.get_by_role("link", name="Records").last.click()
    expect(page).to_have_url(re.compile("sort="))
