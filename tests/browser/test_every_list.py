"""Every list of the product, filled with the longest values: all of it is seen, at a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.browser import full_lists
from tests.browser.conftest import Visit
from tests.web.addresses import ADDRESSES, addresses

pytestmark = [pytest.mark.browser, pytest.mark.redis]
LAYOUT = (Path(__file__).parent / "layout.js").read_text()
TALLEST = {1280: 400, 390: 560}
"""Pixels of a row that is read at a glance."""
READ = ("viewer", "operator", "administrator")
LISTS = ('<table role="table"', "<table", 'class="step-list"', 'class="groups"')


def listed(client: Client) -> dict[str, str]:
    """Name and path of each address that answers an administrator with a list."""
    found = {}
    for name, path in addresses():
        if ADDRESSES[name][0] not in READ:
            continue
        path = path.replace(str(full_lists.PK), "0") if name.startswith("django_rq") else path
        answer = client.get(path)
        html = answer["Content-Type"].startswith("text/html") and not answer.streaming
        if answer.status_code == 200 and html and any(mark in answer.content.decode() for mark in LISTS):
            found[name] = path
    return found


def test_nothing_in_any_list_is_clipped_or_scrolls_sideways(
    visit: Visit, transactional_db: None, valkey: object, ada: User, as_ada: Client
) -> None:
    full_lists.fill(ada)
    full_lists.queue_jobs()
    paths = listed(as_ada)
    problems = []
    for width, tallest in TALLEST.items():
        visitor = visit(ada, width=width)
        for name, path in paths.items():
            page = visitor.go(path)
            visitor.picture(f"list-{name.replace(':', '-')}")
            if name.startswith("django_rq"):  # its templates bring scripts of their own, which no page may run
                visitor.problems.clear()
            problems += [f"{name} at {width}: {found}" for found in page.evaluate(LAYOUT, tallest)]
    assert not problems, "\n".join(problems)
    assert {"runs:list", "records:list", "logs:list", "people", "django_rq:failed_jobs"} <= set(paths)
