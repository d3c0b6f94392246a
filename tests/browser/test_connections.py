"""The shell and the Connections pages in a real browser."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from connectors import saving, services
from connectors.api.registry import connector_spec
from connectors.models import Connection
from connectors.sandbox.server import Sandbox
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS, WIDTHS
from tests.personas import PASSWORD

pytestmark = pytest.mark.browser


def connect(remote: Sandbox, kind: str, by: User, **values: str) -> Connection:
    keys = remote.credentials[kind]
    method = connector_spec(kind).auth_methods[0]
    settings = {setting.key: keys[setting.key] for setting in method.settings}
    connection = Connection(kind=kind)
    name = f"Our {connector_spec(kind).label}"
    saving.save(connection, name=name, base_url=keys["base_url"], auth=method.key, values={**settings, **values}, by=by)
    return connection


@pytest.fixture
def connections(ada: User, remote: Sandbox) -> list[Connection]:
    """Both systems tested, and one whose secret is wrong."""
    made = [connect(remote, kind, ada) for kind in ("salesforce", "zendesk")]
    made.append(connect(remote, "zendesk", ada, client_secret="wrong"))
    for connection in made:
        services.check(connection)
    services.schema(made[1], "organization")
    return made


def fill_in(page: Page, remote: Sandbox, secret: str) -> None:
    keys = remote.credentials["zendesk"]
    page.get_by_label("Address").fill(keys["base_url"])
    page.get_by_label("Unique identifier").fill(keys["client_id"])
    page.get_by_label("Secret", exact=True).fill(secret)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible_and_stays_on_our_origin(
    visit: Visit, ada: User, connections: list[Connection], width: int, scheme: str
) -> None:
    visitor = visit(ada, width=width, scheme=scheme)
    pages = {
        "overview": "/",
        "connections": "/connections/",
        "connection": connections[0].get_absolute_url(),
        "connection-failed": connections[2].get_absolute_url(),
        "connection-kinds": "/connections/add/",
        "connection-add": "/connections/add/zendesk/",
        "connection-edit": f"{connections[0].get_absolute_url()}edit/",
        "connection-fields": f"{connections[1].get_absolute_url()}objects/organization/",
        "settings": "/settings/",
        "people": "/settings/people/",
        "person-add": "/settings/people/add/",
        "person": f"/settings/people/{ada.pk}/",
        "account": "/account/",
        "second-factor": "/account/2fa/",
        "changelog": "/changelog/",
    }
    for name, path in pages.items():
        visitor.go(path)
        visitor.inspect(name)


@pytest.mark.parametrize("width", WIDTHS)
def test_signing_in_leads_to_the_overview(visit: Visit, ada: User, width: int) -> None:
    visitor = visit(width=width)
    page = visitor.go("/")
    visitor.inspect("sign-in")
    page.get_by_label("Login").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_the_menu_of_a_phone_opens_and_leads_on(visit: Visit, ada: User) -> None:
    visitor = visit(ada, width=390)
    page = visitor.go("/")
    expect(page.get_by_role("link", name="Connections", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    link = page.get_by_role("link", name="Connections", exact=True)
    expect(link).to_be_visible()
    expect(page.locator("#navigation.collapsing")).to_have_count(0)
    visitor.inspect("menu-open")
    link.click()
    expect(page.get_by_role("heading", name="Connections", level=1)).to_be_visible()


def test_the_colours_follow_the_system_until_somebody_chooses(visit: Visit, ada: User) -> None:
    visitor = visit(ada, scheme="dark")
    page = visitor.go("/")
    html = page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="Colours: system").click()
    expect(html).to_have_attribute("data-bs-theme", "light")
    visitor.go("/connections/")
    expect(html).to_have_attribute("data-bs-theme", "light")


def test_the_keyboard_reaches_the_content_past_the_navigation(visit: Visit, ada: User) -> None:
    page = visit(ada).go("/connections/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_somebody_connects_zendesk_after_a_test_told_what_was_wrong(visit: Visit, ada: User, remote: Sandbox) -> None:
    visitor = visit(ada)
    page = visitor.go("/connections/add/zendesk/")
    fill_in(page, remote, "wrong")
    page.get_by_role("button", name="Test without saving").click()
    failed = page.locator("#check li.tone-red")
    expect(failed).to_contain_text("Credentials")
    visitor.inspect("connection-test-failed")
    page.get_by_label("Secret", exact=True).fill(remote.credentials["zendesk"]["client_secret"])
    page.get_by_role("button", name="Test without saving").click()
    expect(page.locator("#check li.tone-green")).to_have_count(10)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("is saved")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not tested")
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.locator("#check li.tone-green")).to_have_count(10)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tested")
    expect(page.locator("#known")).to_contain_text("Requests allowed a minute")


def test_only_the_fields_of_the_chosen_way_to_sign_in_are_shown(visit: Visit, ada: User) -> None:
    page = visit(ada).go("/connections/add/zendesk/")
    expect(page.get_by_label("Unique identifier")).to_be_visible()
    expect(page.get_by_label("Email", exact=True)).to_be_hidden()
    page.get_by_role("radio", name="API token").check()
    expect(page.get_by_label("Unique identifier")).to_be_hidden()
    expect(page.get_by_label("Email", exact=True)).to_be_visible()


def test_a_connection_can_be_made_without_scripts(visit: Visit, ada: User, remote: Sandbox) -> None:
    page = visit(ada, scripts=False).go("/connections/add/zendesk/")
    fill_in(page, remote, remote.credentials["zendesk"]["client_secret"])
    page.get_by_role("button", name="Test without saving").click()
    expect(page.locator("#check li.tone-green")).to_have_count(10)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not tested")
    assert Connection.objects.count() == 1


def test_deleting_asks_first_and_escape_keeps_the_connection(
    visit: Visit, ada: User, connections: list[Connection]
) -> None:
    visitor = visit(ada)
    page = visitor.go(connections[2].get_absolute_url())
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    visitor.inspect("connection-delete")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete the connection").click()
    expect(page.get_by_role("status")).to_contain_text("is deleted")
    assert Connection.objects.count() == 2


def test_a_filter_narrows_the_list_while_one_types(visit: Visit, ada: User, connections: list[Connection]) -> None:
    page = visit(ada).go(f"{connections[1].get_absolute_url()}objects/organization/")
    page.get_by_label("Name contains").fill("external")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("text=external"))
    page.get_by_label("Name contains").fill("zzzz")
    expect(page.locator("#list")).to_contain_text("Nothing matches this filter")
