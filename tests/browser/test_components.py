"""The components that have behaviour, with and without scripts."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.browser import component_page
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def component_urls(settings) -> None:
    settings.ROOT_URLCONF = "tests.browser.component_page"
    component_page._asked["times"] = 2


def chosen(page: Page) -> list[str]:
    return page.locator("[data-dual-chosen] .dual-label").all_text_contents()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_component_is_accessible(visit: Visit, vera: User, width: int, scheme: str) -> None:
    visitor = visit(vera, width=width, scheme=scheme)
    page = visitor.go("/components/")
    expect(page.locator("#finished")).to_be_visible()
    visitor.inspect("components")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_values_are_chosen_and_ordered_and_saved_in_that_order(visit: Visit, vera: User, scripts: bool) -> None:
    # S3.16: the order matters, the first is the default
    page = visit(vera, scripts=scripts).go("/components/")
    page.get_by_role("button", name="Add Prospect").click()
    page.get_by_role("button", name="Move Prospect up").click()
    page.get_by_role("button", name="Move Prospect up").click()
    page.get_by_role("button", name="Remove Customer").click()
    expect(page.locator("[data-dual-chosen] .dual-label")).to_have_text(["Prospect", "Partner"])
    expect(page.get_by_text("default for new records").locator("visible=true")).to_have_count(1)
    expect(page.locator("#saved")).to_be_empty()
    page.get_by_role("button", name="Save all").click()
    expect(page.locator("#saved")).to_have_text("Saved: prospect, partner")


def test_a_list_is_ordered_with_the_keyboard_and_says_so(visit: Visit, vera: User) -> None:
    page = visit(vera).go("/components/")
    page.get_by_role("button", name="Move Customer up").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-dual-says]")).to_have_text("Customer: place 1 of 2")
    expect(page.get_by_role("button", name="Move Customer up")).to_be_focused()
    assert chosen(page) == ["Customer", "Partner"]


def test_an_item_is_dragged_to_another_place(visit: Visit, vera: User) -> None:
    page = visit(vera).go("/components/")
    page.wait_for_selector("[data-dual][data-draggable]")
    grips = page.locator("[data-dual-chosen] .dual-grip")
    grips.nth(1).hover()
    page.mouse.down()
    grips.nth(0).hover(position={"x": 2, "y": 2})
    grips.nth(0).hover(position={"x": 2, "y": 1})
    page.mouse.up()
    expect(page.locator("[data-dual-chosen] .dual-label")).to_have_text(["Customer", "Partner"])


def test_enter_in_a_text_box_saves_and_moves_nothing(visit: Visit, vera: User) -> None:
    page = visit(vera).go("/components/")
    page.locator("#id_name").press("Enter")
    expect(page.locator("#saved")).to_have_text("Saved: partner, customer")


def test_polling_survives_an_answer_that_failed_and_stops_when_told(visit: Visit, vera: User) -> None:
    component_page._asked["times"] = 0
    visitor = visit(vera)
    page = visitor.go("/components/")
    expect(page.locator("#finished")).to_be_visible()
    expect(page).to_have_title("60 %")
    visitor.problems.clear()  # the browser itself reports the answer 500


def test_copying_says_that_it_happened(visit: Visit, vera: User) -> None:
    page = visit(vera).go("/components/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "copied text"
