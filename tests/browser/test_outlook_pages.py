"""The pages of contacts and mailboxes in a browser: the list of mailboxes, the sync of one, its last run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from connectors.sandbox.server import Sandbox
from mappings.models import Sync
from mappings.services import schemas
from tests.browser.visitor import LOOKS, Visitor
from tests.worlds import outlook
from tests.worlds.company import Company
from tests.worlds.outlook import BEN, OLIVIA, OWNER
from tests.worlds.runs import plan, run

pytestmark = [pytest.mark.browser, pytest.mark.redis]


@pytest.fixture
def company(written_sandbox: Sandbox, transactional_db: None) -> Iterator[Company]:
    with closing(Company(written_sandbox)) as both:
        yield both


def test_mailboxes_are_listed_with_their_state(company: Company, visit: Callable[..., Visitor], ada: object) -> None:
    for width, scheme in LOOKS:
        visitor = visit(ada, width=width, scheme=scheme)
        visitor.go("/kinds/contacts_outlook/")
        visitor.inspect("outlook-empty")
    acme = company.account("Acme")
    ann = company.contact("Lee", "ann@acme.example", acme, FirstName="Ann")
    run(company.configure())
    run(company.configure_people())
    both = [{"address": OLIVIA, "salesforce_user": OWNER}, {"address": BEN, "salesforce_user": OWNER}]
    outlook.apply(company, {"mailboxes": both})
    sync, other = Sync.objects.filter(kind="contacts_outlook")
    schemas(sync)
    done = run(sync)
    company.contact("Ray", "bob@acme.example", FirstName="Bob")
    waiting = plan(sync)
    company.control(company.graph, "PUT", "settings", {"outside_policy": [BEN]})
    run(other)
    pages = {
        "mailboxes": "/kinds/contacts_outlook/",
        "mailbox": f"/syncs/{sync.slug}/",
        "leaving": f"/syncs/{sync.slug}/take-off/",
        "check": f"/runs/check/{sync.slug}/",
        "plan": f"/runs/{waiting.pk}/",
        "run": f"/runs/{done.pk}/",
        "record": f"/records/{sync.slug}/left/{ann}/",
        "overview": "/",
    }
    for width, scheme in LOOKS:
        visitor = visit(ada, width=width, scheme=scheme)
        for name, address in pages.items():
            visitor.go(address)
            visitor.inspect(f"outlook-{name}")
        page = visitor.go(pages["mailboxes"])
        assert page.get_by_text(OLIVIA).first.is_visible()
        assert page.get_by_text(BEN).first.is_visible()
        page = visitor.go("/kinds/contacts_outlook/add-many/")
        visitor.inspect("outlook-add")
        page.fill("[name=lines]", f"carla@outlook.example\n{OLIVIA}\nnobody")
        page.get_by_role("button", name="Look at them").click()
        assert page.get_by_text("It is there already.").is_visible()
        assert page.get_by_text("Carla Partner").is_visible()
        visitor.inspect("outlook-added")
