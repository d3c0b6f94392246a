"""`make screenshots`: a picture of every page, empty, full and failing, at three widths, light and dark.

No test of the suite: it is run by its name, and somebody looks at what it leaves in var/screenshots.
``LOOKS=390-dark,1280-light`` takes some of them.
"""

from __future__ import annotations

import os
from itertools import product

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.browser import full_lists
from tests.browser.conftest import Visit
from tests.browser.visitor import WIDTHS
from tests.web.addresses import ADDRESSES, addresses

pytestmark = [pytest.mark.browser, pytest.mark.redis]
ALL = [f"{width}-{scheme}" for width, scheme in product(WIDTHS, ("light", "dark"))]
LOOKS = [
    (int(width), scheme)
    for width, _, scheme in (look.partition("-") for look in os.environ.get("LOOKS", ",".join(ALL)).split(","))
]
READ = ("anonymous", "no role", "viewer", "operator", "administrator")
FAILING = {"not-found": "/nothing/", "not-for-a-button": "/runs/4711/approve/", "no-such-job": "/rq/queues/0/gone/"}


def readable(client: Client) -> dict[str, str]:
    """Name and path of each page."""
    found = {}
    for name, path in addresses():
        path = path.replace(str(full_lists.PK), "0") if name.startswith("django_rq") else path
        if ADDRESSES[name][0] in READ and "logout" not in name:
            answer = client.get(path)
            page = not answer.streaming and b"<html" in answer.content
            found |= {name.replace(":", "-"): path} if page and answer.status_code == 200 else {}
    return found


def pictures(visit: Visit, person: User, state: str, paths: dict[str, str]) -> None:
    for width, scheme in LOOKS:
        visitor = visit(person, width=width, scheme=scheme)
        for name, path in paths.items():
            visitor.go(path)
            visitor.picture(f"{state}-{name}")
        visitor.problems.clear()  # tests look for these; here somebody looks at pictures


@pytest.mark.parametrize("state", ["empty", "usual", "longest"])
def test_every_page(
    visit: Visit, transactional_db: None, valkey: object, ada: User, as_ada: Client, state: str
) -> None:
    if state != "empty":
        words = full_lists.USUAL if state == "usual" else full_lists.LONGEST
        full_lists.fill(ada, words)
        full_lists.queue_jobs(words)
    pictures(visit, ada, state, readable(as_ada))


def test_what_goes_wrong(visit: Visit, transactional_db: None, vera: User, ada: User) -> None:
    """Without a queue, too: nothing answers there."""
    full_lists.fill(ada, full_lists.USUAL)
    pictures(
        visit,
        ada,
        "error",
        {
            **FAILING,
            "queue": "/rq/",
            "no-match": "/runs/?q=nothing",
            "tickets": "/records/nothing/left/nothing/tickets/",
        },
    )
    pictures(visit, vera, "error", {"not-allowed": "/settings/people/"})
