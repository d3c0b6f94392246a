"""One Chromium for each test process, one window for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import Sandbox, running
from tests.browser.visitor import WIDTHS, Visitor
from tests.timeouts import HANG_SECONDS
from tests.worlds.company import Company

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
# Nothing of the browser's own may talk to the network, and there is no display.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
]

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.is_file():
        pytest.fail(f"There is no Chromium at {CHROMIUM}. Install it (apt-get install chromium) or set CHROMIUM.")
    # Playwright's loop runs in this thread, and Django takes every query in it for one of an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=HANG_SECONDS * 1_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=HANG_SECONDS * 1_000)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def written_sandbox() -> Iterator[Sandbox]:
    """Both systems, empty, for tests that write to them; each of these begins with a reset."""
    with running(Options(seed=Seed.EMPTY, job_ms=5, zendesk_rpm=100_000)) as servers:
        yield servers


@pytest.fixture
def company(written_sandbox: Sandbox, transactional_db: None, valkey: redis.Redis) -> Iterator[Company]:
    """Both systems for a test that runs syncs, with their queue."""
    both = Company(written_sandbox)
    yield both
    both.close()


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """``visit(user, width=..., scheme=...)`` opens a window in which that person is signed in."""
    contexts, visitors = [], []

    def open_window(
        user: User | None = None, *, width: int = 1280, scheme: str = "light", scripts: bool = True
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": WIDTHS[width]},
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(HANG_SECONDS * 1_000)
        contexts.append(context)
        if user is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": live_server.url}]
            )
        visitors.append(Visitor(context, live_server.url, f"{width}-{scheme}"))
        return visitors[-1]

    yield open_window
    for context in contexts:
        context.close()
    problems = [problem for visitor in visitors for problem in visitor.problems]
    assert not problems, "\n".join(problems)


def _session(user: User) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value
