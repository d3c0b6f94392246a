"""The Contacts and Leads pages in a real browser."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from playwright.sync_api import Page, expect

from mappings.kinds.people.options import PHRASE
from mappings.models import Sync
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS
from tests.options import choose, chosen

pytestmark = pytest.mark.browser

PAGE = "/syncs/contacts/"
LEADS = "/syncs/leads/"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["memo"].clear()


@pytest.fixture
def mapped(contacts: Sync) -> Sync:
    """A sync with something in every section."""
    choose(contacts, tags=["Department"], details="Title", notes="Description", create_left="contacts",
        match_on=["email", "Phone", "External_Key__c"], no_email="match",
        rank_field="Status__c", rank_values=["Current"], ended_values=["Left"],
    )  # fmt: skip
    for place, (left, right) in enumerate([("Title", "fields.title"), ("Newsletter__c", "fields.newsletter")]):
        contacts.mappings.create(position=place, left=left, right=right)
    contacts.record_type_filters.create(name="Customer_Contact", position=0)
    contacts.refresh_from_db()
    return contacts


def loaded(page: Page) -> None:
    """Every part that asks a remote system has its answer."""
    expect(page.locator(".count-line")).to_be_visible()
    expect(page.locator(".tried-name")).to_be_visible()
    expect(page.locator(".policies-part")).to_contain_text("without an email")
    expect(page.locator(".names-table")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_of_people_is_accessible(
    visit: Visit, ada: User, mapped: Sync, leads: Sync, width: int, scheme: str
) -> None:
    visitor = visit(ada, width=width, scheme=scheme)
    page = visitor.go(PAGE)
    loaded(page)
    page.locator("#creating").get_by_text("As Zendesk is set", exact=True).click()
    visitor.inspect("contacts")
    visitor.go(f"{PAGE}samples/")
    visitor.inspect("contacts-samples")
    page = visitor.go(LEADS)
    loaded(page)
    visitor.inspect("leads")
    visitor.go("/kinds/leads_users/add/")
    visitor.inspect("leads-set-up")


def test_a_criterion_is_chosen_by_keyboard_and_says_what_it_is_compared_with(
    visit: Visit, ada: User, mapped: Sync
) -> None:
    """S1.20, S1.21: two further criteria; the email has no button and no list."""
    page = visit(ada).go(PAGE)
    loaded(page)
    first = page.locator(".criterion").first
    expect(first.locator("select, button, input")).to_have_count(0)
    third = page.get_by_label("Match by: 3")
    third.focus()
    third.select_option("Title")
    expect(page.locator(".criterion").last).to_contain_text("compared with Title of the user, which it is mapped to")
    expect(third).to_be_focused()
    page.locator("#matching").get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#matching")).to_contain_text("Saved. This is revision 2")
    assert Sync.objects.get(pk=mapped.pk).option("match_on") == ["email", "Phone", "Title"]


def test_the_field_that_ranks_brings_its_values(visit: Visit, ada: User, mapped: Sync) -> None:
    """S3.C15; the values of the field before it go by themselves."""
    page = visit(ada).go(PAGE)
    loaded(page)
    page.get_by_label("Rank by this field").select_option("Profile__c")
    section = page.locator("#duplicates")
    expect(page.locator("#id_rank_values")).to_contain_text("Buyer")
    expect(section.get_by_role("button", name="Remove Current")).to_have_count(0)
    section.locator("#id_rank_values").get_by_role("button", name="Add Buyer").click()
    section.get_by_role("button", name="Save", exact=True).last.click()
    expect(section).to_contain_text("Saved. This is revision 2")
    fresh = Sync.objects.get(pk=mapped.pk)
    assert chosen(fresh, "rank_field", "rank_values", "ended_values") == (
        "Profile__c",
        ["Buyer"],
        [],
    )


def test_zendesk_writes_to_new_users_only_after_the_phrase(visit: Visit, ada: User, mapped: Sync) -> None:
    """S3.C4."""
    zendesk = mapped.right
    zendesk.facts = {**zendesk.facts, "welcome_emails": True}
    zendesk.save()
    visitor = visit(ada)
    page = visitor.go(PAGE)
    loaded(page)
    section = page.locator("#creating")
    phrase = section.get_by_label(f"Type “{PHRASE}” to choose this")
    expect(phrase).to_be_hidden()
    section.get_by_text("As Zendesk is set", exact=True).click()
    expect(phrase).to_be_visible()
    visitor.inspect("contacts-welcome")
    phrase.fill(PHRASE)
    section.get_by_role("button", name="Save", exact=True).last.click()
    expect(section).to_contain_text("Saved. This is revision 2")
    assert Sync.objects.get(pk=mapped.pk).option("welcome_confirmed")


def test_the_sections_of_people_work_without_javascript(visit: Visit, ada: User, mapped: Sync) -> None:
    page = visit(ada, scripts=False).go(PAGE)
    page.get_by_label("Match by: 2").select_option("Name")
    page.get_by_role("button", name="Show what they are compared with").click()
    expect(page.locator(".criterion").nth(1)).to_contain_text("compared with Name of the user")
    page.locator("#matching .section-save button").click()
    expect(page.locator("#matching")).to_contain_text("Saved. This is revision 2")
    page.get_by_label("Rank by this field").select_option("")
    page.locator("#duplicates .section-save button").click()
    expect(page.locator("#duplicates")).to_contain_text("Saved. This is revision 3")
    page.locator("#creating").get_by_text("Leads", exact=True).click()
    page.locator("#creating .section-save button").click()
    expect(page.locator("#creating")).to_contain_text("A run creates leads in Salesforce")
    page.get_by_role("link", name="See how names of real users would be split").click()
    expect(page.locator(".names-table")).to_contain_text("de la Cruz")
    assert Sync.objects.get(pk=mapped.pk).option("create_left") == "leads"
