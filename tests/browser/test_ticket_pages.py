"""Tickets of a record in a real browser: on its page, on their own page, and in frames of the org that has it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote, unquote, urlencode

import pytest
import requests
from django.contrib.auth.models import User
from django.core.cache import caches
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from connectors.embedding import make_secret
from connectors.models import Connection
from connectors.sandbox.server import Sandbox
from mappings.models import Sync
from mappings.schemas import Schemas
from syncadmin.runs.models import Link
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS
from tests.runs.stored import stored_record
from tests.timeouts import HANG_SECONDS
from tests.worlds.signing import ID, signed_link

pytestmark = pytest.mark.browser
RECORD = f"/records/accounts/left/{ID}/"


@pytest.fixture
def account(sync: Sync, known: Schemas, remote: Sandbox) -> Sync:
    """An account that is linked to the organization with the most tickets of the demo."""
    caches["default"].clear()
    headers = {"Authorization": f"Bearer {remote.zendesk.credentials['access_token']}"}
    answer = requests.get(f"{remote.zendesk.base_url}/api/v2/tickets", headers=headers, timeout=HANG_SECONDS).json()
    counted = Counter(row["organization_id"] for row in answer["tickets"] if row["organization_id"])
    organization = str(counted.most_common(1)[0][0])
    stored_record(sync, "left", ID, "Acme Rockets", status="in_sync")
    stored_record(sync, "right", organization, "Acme Rockets", status="in_sync")
    Link.objects.create(sync=sync, left_id=ID, right_id=organization)
    return sync


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_tickets_are_read_after_the_page_sorted_and_filtered(
    visit: Visit, ada: User, account: Sync, width: int, scheme: str
) -> None:
    visitor = visit(ada, width=width, scheme=scheme)
    page = visitor.go(RECORD)
    part = page.locator("#tickets .tickets-part")
    expect(part).to_contain_text("All tickets of the organization Acme Rockets.")
    visitor.inspect("record-with-tickets")
    first = part.locator("a.row-link").first
    expect(first).to_have_attribute("href", re.compile(r"/agent/tickets/\d+$"))
    part.get_by_role("link", name="Subject").click()
    expect(part.locator("th[aria-sort='ascending']")).to_contain_text("Subject")
    tile = part.locator("a.tile").nth(1)
    number = int(tile.locator(".tile-number").inner_text())
    tile.click()
    expect(part.locator("a.tile[aria-current]")).not_to_contain_text("All")
    expect(part.locator("a.row-link")).to_have_count(number)
    expect(page).to_have_url(re.compile(f"{RECORD}$"))
    page.get_by_role("link", name="Open on its own page").click()
    expect(page.get_by_role("heading", name="Tickets of Acme Rockets")).to_be_visible()
    visitor.inspect("tickets")
    visitor.go("/connections/salesforce/")
    page.get_by_role("button", name="Make a signing secret").click()
    expect(page.locator("#signing-secret")).to_be_visible()
    visitor.inspect("signing-secret")
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("button", name="Replace the secret")).to_be_visible()
    visitor.inspect("connection-with-signing-secret")


@pytest.fixture
def host() -> Iterator[int]:
    """The port of a server whose pages show the address after their own "?" in a frame."""

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            shown = escape(unquote(self.path.partition("?")[2]))
            self.wfile.write(f'<iframe src="{shown}" width="380" height="800"></iframe>'.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Requests are no news."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_the_org_shows_tickets_in_a_frame_and_nobody_else_does(
    chromium: Browser, live_server: LiveServer, account: Sync, host: int
) -> None:
    ours, theirs = f"http://127.0.0.1:{host}", f"http://localhost:{host}"
    Connection.objects.filter(pk=account.left_id).update(base_url=ours)
    secret = make_secret(account.left, by="the tests")
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page, told = context.new_page(), []
    page.on("console", lambda message: told.append(message.text))
    try:
        page.goto(f"{ours}/?{quote(live_server.url + address(secret, 'one'))}")
        frame = page.frame_locator("iframe")
        expect(frame.locator(".tickets-part")).to_contain_text("All tickets of the organization Acme Rockets.")
        frame.get_by_role("link", name="Subject").click()
        expect(frame.locator("th[aria-sort='ascending']")).to_contain_text("Subject")
        with page.expect_response(lambda response: "again=1" in response.url):
            frame.get_by_role("link", name="Read again").click()
        expect(frame.locator("th[aria-sort='ascending']")).to_contain_text("Subject")
        assert context.cookies() == []
        assert told == []
        with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
            page.goto(f"{theirs}/?{quote(live_server.url + address(secret, 'two'))}")
        expect(frame.locator(".tickets-part")).to_have_count(0)
    finally:
        context.close()


def address(secret: str, nonce: str) -> str:
    link = signed_link(secret, connection="salesforce", nonce=nonce)
    return f"/embed/tickets/Account/{ID}?{urlencode(link)}"
