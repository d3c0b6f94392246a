"""The log in a real browser."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from syncadmin.logs import services
from syncadmin.logs.models import LogEntry, LoggingLevel
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS

pytestmark = pytest.mark.browser


@pytest.fixture
def log(transactional_db: None) -> list[LogEntry]:
    lines = [("error", "Name is taken"), ("warning", "Duplicate contact"), ("info", "Completed: 3 planned")]
    return [
        LogEntry.objects.create(
            at=timezone.now(), level=level, message=message, run_id=7, label="Acme", left_id="0015e0000000001AAA",
            not_done="created in Zendesk", version="0.1.0",
        )
        for level, message in lines
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_pages_are_accessible_and_stay_on_our_origin(
    visit: Visit, ada: User, log: list[LogEntry], width: int, scheme: str
) -> None:
    visitor = visit(ada, width=width, scheme=scheme)
    for name, path in {"logs": "/logs/", "logs-none": "/logs/?text=zzz", "log-story": f"/logs/{log[0].pk}/"}.items():
        visitor.go(path)
        visitor.inspect(name)


def test_filters_narrow_the_log_while_one_types(visit: Visit, ada: User, log: list[LogEntry]) -> None:
    page = visit(ada).go("/logs/")
    expect(page.locator("#list tbody tr")).to_have_count(3)
    page.get_by_label("Text").fill("dupl")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#log-tiles .tile")).to_have_count(0)
    page.get_by_label("Text").fill("")
    expect(page.locator("#log-tiles .tile")).to_have_count(4)
    page.locator("#id_level").select_option("error")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#log-tiles .tile.active")).to_contain_text("Errors")


def test_an_entry_opens_to_its_story(visit: Visit, ada: User, log: list[LogEntry]) -> None:
    page = visit(ada).go("/logs/?level=warning")
    page.get_by_role("link", name=re.compile("Duplicate contact")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Acme")
    expect(page.locator(".steps-list li")).to_have_count(3)
    expect(page.locator(".story-here")).to_contain_text("Duplicate contact")


def test_an_administrator_saves_the_level(visit: Visit, ada: User, log: list[LogEntry]) -> None:
    page = visit(ada).go("/logs/")
    page.get_by_label("Logging level").select_option("none")
    page.get_by_role("button", name="Save Logging Level").click()
    expect(page.get_by_role("status")).to_contain_text("The logging level is None")
    assert services.logging_level() is LoggingLevel.NONE
