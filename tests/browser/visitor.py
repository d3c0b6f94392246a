"""Somebody with a browser, who notices what people do not: script errors, foreign addresses, poor accessibility."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"
WIDTHS = {1280: 800, 390: 844, 1920: 1080}
# Each width and each scheme once: layout follows the width, contrast the scheme.
LOOKS = ((1280, "light"), (390, "dark"))


class Visitor:
    """One browser window. ``problems`` collects what no page of ours may do; the fixture fails a test that has any."""

    def __init__(self, context: BrowserContext, origin: str, look: str) -> None:
        self.origin = origin
        self.look = look
        self.problems: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def go(self, path: str) -> Page:
        """Open a page of ours and wait until its scripts ran."""
        self.page.goto(self.origin + path, wait_until="load")
        return self.page

    def inspect(self, name: str) -> None:
        """Run axe on the page as it stands, and keep a picture when SCREENSHOTS=1."""
        self.page.evaluate(_axe())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        self.problems += [_told(name, violation) for violation in found["violations"] if _is_serious(violation)]
        if self._is_wider_than_the_window():
            self.problems.append(f"{name}: the page scrolls sideways")
        self.picture(name)

    def picture(self, name: str) -> None:
        if os.environ.get("SCREENSHOTS") == "1":
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{self.look}.png", full_page=True)

    def _is_wider_than_the_window(self) -> bool:
        wide: bool = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        return wide

    def _console(self, message: ConsoleMessage) -> None:
        # leaving a page cuts off what it was still asking for; htmx tells of that in two lines, and it is no error
        left = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        if message.type in ("error", "warning") and not left:
            self.problems.append(f"console: {message.text} at {self.page.url}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.problems.append(f"a request left for {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and urlsplit(response.url).path.startswith("/static/"):
            self.problems.append(f"{response.url} answered {response.status}")


@cache
def _axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()


def _is_serious(violation: dict[str, Any]) -> bool:
    return violation["impact"] in ("serious", "critical")


def _told(name: str, violation: dict[str, Any]) -> str:
    places = "; ".join(node["html"][:160] + " " + node["failureSummary"][:260] for node in violation["nodes"][:3])
    return f"{name}: {violation['help']} ({violation['id']}): {places}"
