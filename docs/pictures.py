"""Makes the pictures of README.md and docs/ anew, from a demo of its own: .venv/bin/python docs/pictures.py

Needs Chromium (CHROMIUM names another one than /usr/bin/chromium) and a few minutes. Nothing of the demo is left.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SIZE = {"width": 1280, "height": 800}
TIMEOUT = 600_000
"""Milliseconds after which something hangs; no step waits longer than it has to."""


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """Address and password of a demo that runs inside the block, on free ports and in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="syncadmin-pictures-") as folder:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        ports = ("--port", "0", "--salesforce-port", "0", "--zendesk-port", "0")
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, str(ROOT / "manage.py"), "demo", *ports],
            env=environment | {"SYNCADMIN_VAR": folder}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield _welcome(process)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()


def _welcome(process: subprocess.Popen[str]) -> tuple[str, str]:
    said = ""
    for line in process.stdout or ():
        said += line
        if found := re.search(r"Open\s+(\S+)\n\s+Sign in\s+admin / (\S+)", said):
            return found[1], found[2]
    raise SystemExit(f"The demo did not start:\n{said}")


class Photographer:
    """Somebody who uses the demo and keeps pictures of it."""

    def __init__(self, page: Page, url: str) -> None:
        self._page, self._url = page, url

    def go(self, path: str) -> Page:
        self._page.goto(self._url + path)
        return self._page

    def keep(self, name: str, top: str = "") -> None:
        """A picture of the window, with the heading or text ``top`` at its upper edge."""
        self._page.evaluate("window.scrollTo(0, 0)")
        if top:
            self._page.locator(top).first.evaluate(
                "place => window.scrollTo(0, place.getBoundingClientRect().top + window.scrollY - 90)"
            )
        self._page.screenshot(path=IMAGES / f"{name}.png")

    def sign_in(self, password: str) -> None:
        page = self.go("/account/login/")
        page.locator("[name=login]").fill("admin")
        page.locator("[name=password]").fill(password)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(f"{self._url}/")

    def plan(self, slug: str) -> Page:
        page = self.go(f"/runs/check/{slug}/")
        page.get_by_role("button", name="Make a plan").first.click()
        expect(page.locator(".run-state-badge")).to_contain_text("Waiting for approval")
        return page

    def approve(self) -> None:
        self._page.locator(".btn-approve").click()
        self._page.locator("dialog[open] button.btn-primary").click()
        expect(self._page.locator(".run-state-badge")).to_contain_text("Completed")


def pictures(somebody: Photographer) -> None:
    """In the order in which a new user meets the pages."""
    page = somebody.plan("accounts")
    address = page.url
    page.locator(".group-line", has_text="Notes and Tags change in Zendesk").first.click()
    expect(page.locator(".group-open .step-row").first).to_be_visible()
    page.locator(".group-open .step-row summary").first.click()
    expect(page.locator(".field-lines:visible").first).to_be_visible()
    somebody.keep("plan", ".tiles")
    page.goto(address)
    somebody.approve()
    somebody.keep("run")
    somebody.go("/syncs/accounts/").locator("#scope").wait_for()
    somebody.keep("mapping", "#scope")
    address = somebody.plan("contacts").url
    somebody.go("/people/")
    somebody.keep("people")
    page.goto(address)
    somebody.approve()
    somebody.go("/people/emails/contacts/").locator(".row-link").first.click()
    page.wait_for_url("**@**")
    somebody.keep("group")
    somebody.go("/syncs/contacts/").locator("#duplicates").wait_for()
    somebody.keep("contacts", "#duplicates")


def main() -> None:
    expect.set_options(timeout=TIMEOUT)
    with demo() as (url, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")  # type: ignore[arg-type]  # SIZE has width and height
        page.set_default_timeout(TIMEOUT)
        somebody = Photographer(page, url)
        somebody.sign_in(password)
        pictures(somebody)
        browser.close()


if __name__ == "__main__":
    main()
