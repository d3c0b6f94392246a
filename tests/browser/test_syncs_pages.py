"""The list of syncs, adding, naming, copying and deleting one, and the way out of the demo, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from connectors.models import Connection
from mappings.models import Sync
from mappings.schemas import Schemas
from syncadmin.engine.lifecycle import RunState
from syncadmin.live import lag
from syncadmin.live.models import LagMinute, ObjectStream
from syncadmin.runs.models import Health, Link
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS
from tests.runs.stored import stored_record, stored_run, stored_sync

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
    page.get_by_label("Name", exact=True).fill("Our accounts")
    page.get_by_role("button", name="Add the sync and read the fields").press("Enter")
    expect(page.get_by_role("heading", name="Our accounts")).to_be_visible()
    expect(page.get_by_role("button", name="Make a plan")).to_be_visible()


NOT_SELECTED = "Change Data Capture is not switched on for Account."


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_each_state_of_live_updates_is_readable(
    visit: Visit, ada: User, transactional_db: None, width: int, scheme: str
) -> None:
    sync = stored_sync()
    Connection.objects.update(last_check_ok=True)
    window = visit(ada, width=width, scheme=scheme)
    stored_run(sync, RunState.COMPLETED, write=True)

    def shows(name: str, *words: str) -> None:
        page = window.go(f"/runs/live/{sync.slug}/")
        for word in words:
            expect(page.locator("#live")).to_contain_text(word)
        window.inspect(f"live-{name}")

    shows("off", "Automatic updates are off")
    Sync.objects.update(automatic_updates=True)
    shows("no-listener", "Delayed", "The listener is not running")
    stream = ObjectStream.objects.create(
        connection=sync.left, object="Account", state="not_offered", seen_at=timezone.now(), reason=NOT_SELECTED,
        remedy="Select it in Setup > Change Data Capture.",
    )  # fmt: skip
    shows("polling", "Polling only", "Open that page in")
    now = timezone.now()
    stream.state, stream.connected_since, stream.event_at, stream.events = "connected", now, now, 12_345
    stream.save()
    lag.add(sync.pk, [0.8] * 50 + [1.7] * 45 + [4.0] * 5)
    for hours in range(1, 20):
        minute = (now - timedelta(hours=hours)).replace(second=0, microsecond=0)
        LagMinute.objects.create(sync=sync, minute=minute, counts={"1": 9 + hours, "3": 1, "8": hours % 3})
    shows("connected", "Connected", "12,345 in all", "Half of them took up to 1 s")
    Sync.objects.update(paused_until=now + timedelta(hours=1))
    shows("paused", "Paused until")
    Health.objects.create(sync=sync, failures=3, open_since=now, last_failure=now, cause="Zendesk is down.")
    shows("breaker", "Automatic updates paused since", "Zendesk is down.", "test both connections")
