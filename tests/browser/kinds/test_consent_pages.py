"""Consents in a real browser: the mapping, the messages of a connection, and the history of a person (S4.6)."""

from __future__ import annotations

import pytest
import redis
from django.contrib.auth.models import User
from playwright.sync_api import expect

from connectors.models import Connection
from connectors.sandbox.server import Sandbox
from connectors.services import check
from mappings.services import schemas
from syncadmin.inbox import services
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS
from tests.scenarios.consents.test_webhooks import LATE, event
from tests.worlds.consents import Consents
from tests.worlds.runs import run

pytestmark = [pytest.mark.browser, pytest.mark.redis]


def test_consents_are_mapped_received_and_explained(
    visit: Visit, ada: User, written_sandbox: Sandbox, transactional_db: None, valkey: redis.Redis
) -> None:
    world = Consents(written_sandbox)
    world.contact("Ada", "ada@acme.example")
    sync = world.store()
    for connection in Connection.objects.all():
        check(connection)
    schemas(sync)
    for number, who in enumerate(("ada@acme.example", "nobody@acme.example")):
        services.receive(sync.left, sync.left.spec.pushes, event(f"e{number}", who, LATE, newsletter=True))
    run(sync)
    services.receive(sync.left, sync.left.spec.pushes, {"type": "notice.shown", "parameters": {}})
    for width, scheme in LOOKS:
        visitor = visit(ada, width=width, scheme=scheme)
        for name, address, words in (
            ("mapping", "/syncs/consents/", "One way only."),
            ("messages", "/connections/didomi/messages/", "Stored: unknown type"),
            ("person", "/records/consents/left/ada@acme.example/", "Written: Newsletter__c"),
            ("check", "/runs/check/consents/", "Organization user"),
            ("run", f"/runs/{sync.runs.latest('pk').pk}/", "Written"),
        ):
            expect(visitor.go(address).locator("main")).to_contain_text(words, ignore_case=True)
            visitor.inspect(f"consents-{name}")
    world.close()
