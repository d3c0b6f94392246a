"""The Accounts pages in a real browser: by mouse, by keyboard alone, and without JavaScript."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from playwright.sync_api import Locator, Page, expect

from connectors.models import Connection, RemoteField
from mappings.models import Sync
from mappings.schemas import Schemas
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS
from tests.options import choose

pytestmark = pytest.mark.browser

PAGE = "/syncs/accounts/"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["memo"].clear()


@pytest.fixture
def mapped(sync: Sync, known: Schemas) -> Sync:
    """A sync with something in every section, and one row whose field is gone."""
    choose(sync, tags=["Industry", "Rating"], notes="Description", picklist_field="Type")
    sync.record_type_filters.create(name="Customer", position=0)
    sync.record_type_filters.create(name="Partner", position=1)
    sync.picklist_filters.create(value="Customer", position=0)
    pairs = [
        ("AnnualRevenue", "fields.annual_revenue"),
        ("Last_Review__c", "fields.contract_start"),
        ("Tier__c", "fields.tier"),
    ]
    for place, (left, right) in enumerate(pairs):
        sync.mappings.create(
            position=place, left=left, right=right, value_map={"Gold": "tier_gold"} if place > 1 else {}
        )
    sync.mappings.create(position=9, left="Site", right="fields.industry", direction="both")
    RemoteField.objects.filter(object__connection=sync.left, name="Site").delete()
    sync.refresh_from_db()
    return sync


def loaded(page: Page) -> None:
    """Every part that asks a remote system has its answer."""
    expect(page.locator(".count-line")).to_be_visible()
    expect(page.locator(".tried-name")).to_be_visible()
    expect(page.locator(".policies-part")).to_contain_text("with a parent")


def chosen(page: Page, name: str) -> list[str]:
    return [field.input_value() for field in page.locator(f"#id_{name} [data-dual-chosen] input").all()]


def item(page: Page, list_name: str, label: str) -> Locator:
    return page.locator(f"#id_{list_name} li").filter(has_text=label)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible(visit: Visit, ada: User, mapped: Sync, width: int, scheme: str) -> None:
    visitor = visit(ada, width=width, scheme=scheme)
    page = visitor.go(PAGE)
    loaded(page)
    visitor.inspect("accounts")
    for name in ("count", "try", "policies", "external-ids"):
        visitor.go(f"{PAGE}{name}/")
        visitor.inspect(f"accounts-{name}")
    visitor.go("/kinds/accounts_organizations/add/")
    visitor.inspect("accounts-set-up")
    Sync.objects.create(slug="partners", kind=mapped.kind, left=mapped.left, right=mapped.right)
    visitor.go("/kinds/accounts_organizations/")
    visitor.inspect("accounts-list")
    Connection.objects.filter(pk=mapped.left.pk).update(enabled=False)
    visitor.go(PAGE)
    expect(page.locator(".count-part .alert")).to_be_visible()
    visitor.inspect("accounts-unreachable")


def test_viewers_see_every_section_and_no_button_to_save(visit: Visit, vera: User, mapped: Sync) -> None:
    visitor = visit(vera)
    page = visitor.go(PAGE)
    loaded(page)
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    expect(page.locator("#id_picklist_field")).to_be_disabled()
    expect(page.locator(".count-number")).to_have_text("100")
    visitor.inspect("accounts-viewer")


def test_filters_are_set_by_mouse_and_counted_before_they_are_saved(visit: Visit, ada: User, mapped: Sync) -> None:
    page = visit(ada).go(PAGE)
    loaded(page)
    before = page.locator(".count-number").inner_text()
    item(page, "record_types", "Customer").get_by_role("button", name="Remove Customer").click()
    expect(page.locator(".count-number")).not_to_have_text(before)
    expect(page.locator("#scope .unsaved-note")).to_be_visible()
    expect(page.locator("#automatic .unsaved-note")).to_be_hidden()
    page.locator("#id_picklist_field").select_option("Rating")
    expect(page.locator("#scope .count-part")).to_contain_text("Choose at least one value")
    item(page, "picklist_values", "Warm").get_by_role("button").click()
    item(page, "picklist_values", "Cold").get_by_role("button").click()
    item(page, "picklist_values", "Cold").get_by_role("button", name="Move Cold up").click()
    page.locator("#scope").get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#scope")).to_contain_text("Saved. This is revision 2")
    assert chosen(page, "picklist_values") == ["Cold", "Warm"]
    fresh = Sync.objects.get(pk=mapped.pk)
    assert [row.value for row in fresh.picklist_filters.all()] == ["Cold", "Warm"]
    assert [row.name for row in fresh.record_type_filters.all()] == ["Partner"]


def test_a_dual_list_is_filled_and_ordered_by_keyboard_alone(visit: Visit, ada: User, mapped: Sync) -> None:
    page = visit(ada).go(PAGE)
    loaded(page)
    press(page, "Add Prospect")
    expect(page.get_by_role("button", name="Remove Prospect", exact=True).first).to_be_visible()
    press(page, "Move Prospect up")
    page.keyboard.press("Enter")
    assert chosen(page, "record_types") == ["Prospect", "Customer", "Partner"]
    expect(page.locator("#id_record_types [data-dual-says]")).to_have_text("Prospect: place 1 of 3")
    expect(page.get_by_role("button", name="Move Prospect up")).to_be_focused()
    expect(item(page, "record_types", "Prospect").locator(".dual-first")).to_be_visible()


def press(page: Page, name: str) -> None:
    """Walk with Tab to the button of that name, and press it with Enter."""
    page.locator("#scope-title").evaluate("title => { title.tabIndex = -1; title.focus(); }")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            page.keyboard.press("Enter")
            return
    pytest.fail(f"Tab never reached the button {name}")


def test_a_mapping_is_added_tried_and_saved_by_mouse(visit: Visit, ada: User, mapped: Sync) -> None:
    """S3.22, S3.24: the right list follows the left choice; Save all stores all rows or none."""
    visitor = visit(ada)
    page = visitor.go(PAGE)
    loaded(page)
    fields = page.locator("#fields")
    left = fields.get_by_label("Salesforce field", exact=True)
    left.focus()
    left.fill("employees")
    offered = fields.get_by_role("option", name="Employees")
    expect(offered.first.locator("svg")).to_be_visible()
    left.press("ArrowDown")
    left.press("ArrowUp")
    left.press("Enter")
    expect(fields.locator("#id_new_right option[value='fields.briefing']")).to_be_disabled()
    expect(left).to_be_focused()
    right = fields.get_by_label("Zendesk organization field")
    right.fill("nothing like it")
    expect(fields.get_by_role("listbox").last).to_contain_text("No field has these words in its name")
    right.press("Escape")
    right.fill("employ")
    right.press("Enter")
    right.click()
    page.keyboard.type("tier")
    expect(right).to_have_value("tier")
    right.press("Escape")
    fields.get_by_role("button", name="Add mapping").click()
    row = fields.locator(".map-row").filter(has_text="NumberOfEmployees")
    expect(row).to_contain_text("Not saved yet")
    expect(row.locator("[data-preview]")).to_have_text(re.compile(r"^\d+\s*$"))
    page.locator("#fields").get_by_role("button", name="Save all").last.click()
    loaded(page)
    expect(fields).to_contain_text("Nothing was saved")
    visitor.problems.remove(next(problem for problem in visitor.problems if "422" in problem))  # the refusal itself
    expect(fields).to_contain_text("Site does not exist in Salesforce any more")
    expect(row).to_contain_text("Not saved yet")
    fields.get_by_role("button", name="Remove: Site → Industry").click()
    expect(fields.locator(".map-row")).to_have_count(4)
    page.locator("#fields").get_by_role("button", name="Save all").last.click()
    expect(fields).to_contain_text("Saved. This is revision 2")
    assert [m.right for m in Sync.objects.get(pk=mapped.pk).mappings.all()] == [
        "notes",
        "fields.annual_revenue",
        "fields.contract_start",
        "fields.tier",
        "fields.employees",
    ]


def test_rows_are_put_in_order_by_keyboard(visit: Visit, ada: User, mapped: Sync) -> None:
    page = visit(ada).go(PAGE)
    loaded(page)
    up = page.get_by_role("button", name="Move up: Tier → Tier")
    up.focus()
    page.keyboard.press("Enter")
    first = page.locator(".map-row").nth(1)
    expect(first).to_contain_text("Tier")
    expect(up).to_be_focused()
    expect(page.locator("#fields")).to_contain_text("1 unsaved change")


def test_picklist_values_get_their_likely_tags_by_one_button(visit: Visit, ada: User, mapped: Sync) -> None:
    """S3.25, A12."""
    page = visit(ada).go(PAGE)
    loaded(page)
    row = page.locator(".map-row").filter(has_text="Tier__c")
    expect(row).to_contain_text("1 of 4 values have a target")
    row.get_by_role("button", name="Fill in likely tags").click()
    expect(row).to_contain_text("3 of 4 values have a target")
    row.get_by_label("Tag for Platinum").select_option("tier_gold")
    expect(row).to_contain_text("All 4 values have a target")


def test_another_record_is_tried_from_the_samples(visit: Visit, ada: User, mapped: Sync) -> None:
    page = visit(ada).go(PAGE)
    loaded(page)
    sample = page.locator(".scope-count .samples a").nth(3)
    name = sample.inner_text()
    sample.click()
    expect(page.locator(".tried-name")).to_contain_text(name)
    expect(page.locator("[data-tag-preview]")).to_contain_text(name)


def test_leaving_with_unsaved_changes_is_asked(visit: Visit, ada: User, mapped: Sync) -> None:
    page = visit(ada).go(PAGE)
    loaded(page)
    page.locator("#automatic").get_by_text("Yes", exact=True).click()
    expect(page.locator("#automatic .unsaved-note")).to_be_visible()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Overview").click()
    page.wait_for_url("**/")
    assert asked == ["beforeunload"]


def test_saving_one_section_asks_about_what_is_unsaved_in_another(visit: Visit, ada: User, mapped: Sync) -> None:
    page = visit(ada).go(PAGE)
    loaded(page)
    page.locator("#id_ceiling").fill("500")
    page.locator("#id_picklist_field").select_option("")
    asked, answers = [], iter([False, True])
    page.on(
        "dialog", lambda dialog: (asked.append(dialog.type), dialog.accept() if next(answers) else dialog.dismiss())
    )
    save = page.locator("#automatic .section-save button")
    save.press("Enter")
    expect(save).not_to_have_class(re.compile("is-sending"))
    assert asked == ["beforeunload"]
    expect(page.locator("#scope .unsaved-note")).to_be_visible()
    assert Sync.objects.get(pk=mapped.pk).ceiling is None
    save.press("Enter")
    page.wait_for_url("**?saved=automatic**")
    assert asked == ["beforeunload"] * 2


def test_saving_the_only_changed_section_asks_nothing(visit: Visit, ada: User, mapped: Sync) -> None:
    page = visit(ada).go(PAGE)
    loaded(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("#id_ceiling").fill("500")
    page.locator("#automatic .section-save button").click()
    expect(page.locator("#automatic")).to_contain_text("Saved. This is revision 2")
    assert asked == []


def test_the_whole_page_works_without_javascript(visit: Visit, ada: User, mapped: Sync) -> None:
    page = visit(ada, scripts=False).go(PAGE)
    page.get_by_role("button", name="Remove Partner").first.click()
    expect(page.locator("#scope .unsaved-note")).to_be_visible()
    page.locator("#id_picklist_field").select_option("Rating")
    page.get_by_role("button", name="Show its values").click()
    page.get_by_role("button", name="Add Warm").click()
    page.locator("#scope .section-save button").click()
    expect(page.locator("#scope")).to_contain_text("Saved. This is revision 2")
    page.locator("#id_new_left").select_option("NumberOfEmployees")
    page.get_by_role("button", name="Show fitting fields").click()
    expect(page.locator("#id_new_right option[value='fields.briefing']")).to_be_disabled()
    page.locator("#id_new_right").select_option("fields.employees")
    page.get_by_role("button", name="Add mapping").click()
    page.get_by_role("button", name="Remove: Site → Industry").click()
    page.locator("#fields .section-save").get_by_role("button", name="Save all").click()
    expect(page.locator("#fields")).to_contain_text("Saved. This is revision 3")
    page.get_by_role("link", name="Count the accounts in the saved scope").click()
    expect(page.locator(".count-line")).to_contain_text("of 214 accounts in scope")
    page.go_back()
    page.locator("#try-search").fill("media")
    page.get_by_role("button", name="Find").click()
    page.locator(".samples a").first.click()
    expect(page.locator(".try-table")).to_contain_text("Employees")


def test_setting_up_leads_to_the_page_of_the_sync(
    visit: Visit, ada: User, salesforce: Connection, zendesk: Connection
) -> None:
    page = visit(ada).go("/kinds/accounts_organizations/")
    page.get_by_role("link", name="Add a sync", exact=True).click()
    page.get_by_role("button", name="Add the sync and read the fields").click()
    loaded(page)
    expect(page.get_by_role("heading", name="Set sync filters")).to_be_visible()


def test_the_section_that_is_read_is_marked_and_its_link_stays_in_view(visit: Visit, ada: User, mapped: Sync) -> None:
    page = visit(ada, width=390, scheme="light").go(PAGE)
    loaded(page)
    marked = page.locator("[data-sections] a[aria-current]")
    expect(marked).to_have_text("Updates")
    page.locator("#fields").evaluate("section => section.scrollIntoView()")
    expect(marked).to_have_text("Fields")
    expect(marked).to_be_in_viewport(ratio=1)
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    expect(marked).to_have_text("Try it")


def test_one_bar_names_what_is_unsaved_and_saves_it_all(visit: Visit, ada: User, mapped: Sync) -> None:
    visitor = visit(ada)
    page = visitor.go(PAGE)
    loaded(page)
    bar = page.get_by_role("region", name="Unsaved changes")
    expect(bar).to_be_hidden()
    page.locator("#id_ceiling").fill("500")
    expect(bar).to_contain_text("Unsaved changes in Updates")
    page.locator("#fields").get_by_role("button", name="Remove: Annual Revenue → Annual revenue").click()
    expect(bar).to_contain_text("Unsaved changes in Updates, Fields")
    visitor.inspect("accounts-unsaved")
    bar.get_by_role("button", name="Save all changes").click()
    expect(bar).to_contain_text("Fields was not saved: see what is marked there")
    expect(page.locator("#fields")).to_contain_text("Site does not exist in Salesforce any more")
    assert Sync.objects.get(pk=mapped.pk).ceiling == 500
    page.locator("#fields").get_by_role("button", name="Remove: Site → Industry").click()
    page.locator("#id_picklist_field").select_option("")
    expect(bar).to_contain_text("Unsaved changes in Filters, Fields")
    bar.get_by_role("button", name="Save all changes").click()
    for section in ("scope", "fields"):
        expect(page.locator(f"#{section}")).to_contain_text("Saved. This is revision 4")
    expect(bar).to_be_hidden()
    assert Sync.objects.get(pk=mapped.pk).picklist_field == ""
