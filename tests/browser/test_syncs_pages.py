"""The list of syncs, adding, naming, copying and deleting one, and the way out of the demo, in a real browser."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from connectors.models import Connection
from mappings.models import Sync
from mappings.schemas import Schemas
from syncadmin.runs.models import Link
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS
from tests.runs.stored import stored_record

pytestmark = pytest.mark.browser


@pytest.fixture
def demo(sync: Sync, known: Schemas, contacts: Sync) -> Sync:
    """The syncs of a demo, with a pair in step and a contact that needs somebody."""
    Connection.objects.update(demo=True)
    stored_record(sync, "left", "0015e0000000001AAA", "Acme Rockets", status="in_sync")
    stored_record(sync, "right", "360001", "Acme Rockets", status="in_sync")
    Link.objects.create(sync=sync, left_id="0015e0000000001AAA", right_id="360001")
    stored_record(contacts, "left", "0035e0000000001AAA", "Ann Rocket", status="conflict", match_key="ann@rock.example")
    return sync


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_of_syncs_can_be_read_and_used(visit: Visit, ada: User, demo: Sync, width: int, scheme: str) -> None:
    visitor = visit(ada, width=width, scheme=scheme)
    page = visitor.page
    for path, name in (
        ("/", "overview-demo"),
        ("/kinds/accounts_organizations/", "syncs-list"),
        ("/people/", "people-add"),
        ("/kinds/accounts_organizations/add/", "syncs-add"),
        ("/syncs/accounts/name/", "syncs-name"),
        ("/syncs/accounts/copy/", "syncs-copy"),
        ("/syncs/accounts/delete/", "syncs-delete"),
        ("/demo/remove/", "demo-remove"),
        ("/connections/", "connections-demo"),
        ("/records/?q=rock", "records-search"),
        ("/records/?q=acme&standing=needs", "records-elsewhere"),
    ):
        visitor.go(path)
        visitor.inspect(name)
    page.get_by_role("link", name="Search in any state").click()
    expect(page.locator(".row-id").first).to_contain_text("= Zendesk 360001")
    visitor.go("/syncs/accounts/")
    expect(page.locator(".count-part .asked-at")).to_be_visible()
    expect(page.locator("#try .asked-at")).to_be_visible()
    visitor.inspect("accounts-demo")


def test_from_the_demo_to_a_sync_of_ones_own_with_the_keyboard(
    visit: Visit, ada: User, demo: Sync, salesforce: Connection, zendesk: Connection
) -> None:
    visitor = visit(ada)
    page = visitor.go("/")
    page.get_by_role("link", name="Start with your own accounts").press("Enter")
    page.get_by_role("button", name="Remove the demo").press("Enter")
    expect(page.get_by_text("The demo is removed")).to_be_visible()
    expect(page.get_by_text("0 of 2 systems connected")).to_be_visible()
    for connection in (salesforce, zendesk):
        connection.pk, connection.demo, connection.last_check_ok = None, False, True
        connection.save()
    visitor.go("/")
    page.get_by_role("link", name="Add a sync of accounts").press("Enter")
    page.get_by_label("Name").fill("Our accounts")
    page.get_by_role("button", name="Add the sync and read the fields").press("Enter")
    expect(page.get_by_role("heading", name="Our accounts")).to_be_visible()
    expect(page.get_by_role("button", name="Make a plan")).to_be_visible()
