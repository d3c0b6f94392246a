"""Finding records from every page, by mouse and by keyboard; lists as somebody wants to see them."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from tests.browser import full_lists
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS

pytestmark = pytest.mark.browser


def test_a_record_is_found_from_any_page_by_the_keyboard(visit: Visit, transactional_db: None, olaf: User) -> None:
    full_lists.fill(olaf)
    page = visit(olaf).go("/help/")
    page.keyboard.press("/")
    box = page.get_by_label("Find a record")
    expect(box).to_be_focused()
    page.keyboard.type("northern")
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/?q=northern")
    expect(page.locator("#list tbody tr").first).to_contain_text(full_lists.WORD)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/runs/")


def test_a_list_is_shown_with_other_columns_and_kept_as_a_view(
    visit: Visit, transactional_db: None, olaf: User
) -> None:
    full_lists.fill(olaf)
    page = visit(olaf).go("/runs/?state=failed")
    page.locator(".list-menu > summary", has_text="Columns").click()
    page.get_by_label("Column Written").uncheck()
    page.get_by_label("Column Why").check()
    page.get_by_role("button", name="Show columns").click()
    expect(page.get_by_role("columnheader", name="Written")).to_have_count(0)
    expect(page.get_by_role("columnheader", name="Why")).to_be_visible()
    page.get_by_label("Sync or run number").fill("nothing like it")
    expect(page.get_by_text("Nothing matches this filter")).to_be_visible()
    page.get_by_label("Sync or run number").fill("")
    expect(page.get_by_role("columnheader", name="Why")).to_be_visible()
    page.locator(".list-menu > summary", has_text="Views").click()
    page.get_by_label("Save what is shown now as").fill("Failures")
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("link", name="Clear filter").click()
    page.wait_for_url(re.compile("/runs/$"))
    page.locator(".list-menu > summary", has_text="Views (1)").click()
    page.get_by_role("link", name="Failures").click()
    page.wait_for_url("**state=failed**")
    expect(page.get_by_role("columnheader", name="Written")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_menus_of_a_list_and_the_keys_are_accessible(
    visit: Visit, transactional_db: None, olaf: User, width: int, scheme: str
) -> None:
    full_lists.fill(olaf)
    visitor = visit(olaf, width=width, scheme=scheme)
    page = visitor.go("/records/")
    page.get_by_label("Select all on this page").check()
    expect(page.get_by_text("selected:")).to_be_visible()
    visitor.inspect("list-selected")
    for menu in ("Columns", "Views"):
        page.locator(".list-menu > summary", has_text=menu).click()
        visitor.inspect(f"list-{menu.lower()}")
    page.keyboard.press("Escape")
    expect(page.locator(".list-menu[open]")).to_have_count(0)
    page.get_by_role("button", name="Keyboard").click()
    visitor.inspect("keys")
