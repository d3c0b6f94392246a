"""What the content security policy forbids, no page of ours tries: a refusal is an error in the console."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from tests.browser.conftest import Visit
from tests.personas import PASSWORD
from tests.runs.stored import stored_run

pytestmark = pytest.mark.browser

PAGES = ["/", "/runs/", "/settings/", "/settings/people/", "/changelog/", "/account/", "/account/2fa/", "/rq/"]


@pytest.fixture
def ran(sync: Sync) -> Run:
    """A run that wrote something: the overview and its own page draw it as a bar."""
    return stored_run(sync, RunState.COMPLETED, write=True, counts={"planned": 3, "written": 3})


def test_no_page_tries_what_the_policy_forbids(visit: Visit, ada: User, ran: Run, valkey) -> None:
    visitor = visit(ada)
    for path in [*PAGES, ran.get_absolute_url()]:
        visitor.go(path)
        visitor.inspect(f"policy-{path.strip('/').replace('/', '-') or 'overview'}")


def test_the_last_runs_are_drawn_as_high_as_they_wrote_much(visit: Visit, ada: User, ran: Run) -> None:
    stored_run(ran.sync, RunState.COMPLETED, write=True)
    page = visit(ada).go("/")
    low, high = sorted(box["height"] for bar in page.locator(".bar svg").all() if (box := bar.bounding_box()))
    assert high > 3 * low


def test_the_page_for_a_second_factor_shows_its_code(visit: Visit, ada: User) -> None:
    page = visit().go("/account/login/?next=/account/2fa/totp/activate/")
    page.locator("[name=login]").fill(ada.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/reauthenticate/**")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    code = page.locator("main img[src^='data:image']")
    code.wait_for()
    assert code.evaluate("image => image.naturalWidth") > 0
