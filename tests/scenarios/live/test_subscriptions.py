"""Change notifications of mailboxes: subscribed, proved, renewed, made again, and each a nudge of its mailbox alone."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import redis
from django.test import Client
from django_rq import get_queue
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from rq import SimpleWorker

from connectors.sandbox.salesforce.org import OWNER
from mappings.models import Sync
from syncadmin.live import waiting, webhooks
from syncadmin.live.models import Webhook
from syncadmin.runs.models import Run
from tests.worlds import outlook
from tests.worlds.company import Company
from tests.worlds.outlook import BEN, OLIVIA, Mailbox
from tests.worlds.runs import run

pytestmark = pytest.mark.redis
HOOK = "/hooks/outlook/mail"
DAY = 86_400


def state(company: Company) -> dict[str, Any]:
    return company.control(company.graph, "GET", "subscriptions")


def keep() -> Webhook:
    Webhook.objects.update(kept_at=None)
    webhooks.keep_all()
    return Webhook.objects.get()


@pytest.fixture
def mailboxes(company: Company, valkey: redis.Redis, live_server: LiveServer, settings: Settings) -> list[Sync]:
    """Two mailboxes with automatic updates, both in step, and a public address."""
    settings.PUBLIC_URL = live_server.url
    both = [{"address": OLIVIA, "salesforce_user": OWNER}, {"address": BEN, "salesforce_user": OWNER}]
    outlook.apply(company, {"mailboxes": both, "automatic_updates": True, "automatic_both_ways": True, "scope": "all"})
    company.contact("Lee", "ann@acme.example", FirstName="Ann")
    syncs = list(Sync.objects.order_by("pk"))
    for sync in syncs:
        run(sync)
    company.check_connections()
    assert keep().problem == ""
    state(company)
    return syncs


def test_an_edit_in_a_mailbox_nudges_that_mailbox_and_what_it_writes_the_others(
    company: Company, mailboxes: list[Sync]
) -> None:
    assert len(state(company)["subscriptions"]) == 2
    box = Mailbox(company)
    box.edit(box.shared()["Ann Lee"]["id"], jobTitle="Boss")
    assert state(company)["sent"] == [200]
    assert waiting.marked() == [mailboxes[0].pk]
    queue = get_queue("default")
    SimpleWorker([queue], connection=queue.connection).work(burst=True, logging_level="ERROR")
    (contact,) = company.contacts().values()
    assert contact["Title"] == "Boss"
    others = Mailbox(company, BEN).shared()
    assert [row["jobTitle"] for row in others.values()] == ["Boss"], "what we write ourselves, nobody tells us"
    assert Run.objects.filter(sync=mailboxes[1]).count() == 2
    assert waiting.marked() == [], "two syncs do not keep each other busy"


def test_subscriptions_are_renewed_made_again_and_ended(company: Company, mailboxes: list[Sync]) -> None:
    before = {row["id"]: row["expirationDateTime"] for row in state(company)["subscriptions"]}
    company.control(company.graph, "POST", "clock", {"advance": 2.5 * DAY})
    keep()
    after = {row["id"]: row["expirationDateTime"] for row in state(company)["subscriptions"]}
    assert after.keys() == before.keys()
    assert all(after[id] > before[id] for id in before)
    company.control(company.graph, "POST", "clock", {"advance": 4 * DAY})
    assert state(company)["subscriptions"] == []
    keep()
    assert len(state(company)["subscriptions"]) == 2

    Sync.objects.filter(pk=mailboxes[1].pk).update(automatic_updates=False)
    assert keep().problem == ""
    (left,) = state(company)["subscriptions"]
    assert OLIVIA in left["resource"]
    Sync.objects.update(automatic_updates=False)
    webhooks.keep_all()
    assert state(company)["subscriptions"] == []
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("event", ["missed", "subscriptionRemoved", "reauthorizationRequired"])
def test_lifecycle_events_nudge_every_mailbox_and_mend_what_is_lost(
    company: Company, mailboxes: list[Sync], event: str
) -> None:
    assert company.control(company.graph, "POST", "subscriptions", {"event": event})["sent"] == [200, 200]
    assert set(waiting.marked()) == {sync.pk for sync in mailboxes}
    assert (Webhook.objects.get().kept_at is None) == (event != "missed")
    webhooks.keep_all()
    assert len(state(company)["subscriptions"]) == 2


def test_only_what_has_our_client_state_counts(company: Company, mailboxes: list[Sync], client: Client) -> None:
    asked = client.post(f"{HOOK}?validationToken=a%20b%3Cscript%3E", b"", content_type="text/plain")
    assert (asked.status_code, asked.content, asked["Content-Type"]) == (
        200,
        b"a b<script>",
        "text/plain; charset=utf-8",
    )
    for items in ([{"clientState": f"{'0' * 32}.{OLIVIA}"}], [{}], [], [{"clientState": None}], "x"):
        answer = client.post(HOOK, orjson.dumps({"value": items}), content_type="application/json")
        assert answer.status_code == 401, items
    assert client.post(HOOK, b"no json", content_type="application/json").status_code == 401
    assert waiting.marked() == []


def test_a_mailbox_that_cannot_be_subscribed_holds_up_no_other(company: Company, mailboxes: list[Sync]) -> None:
    company.control(company.graph, "POST", "clock", {"advance": 4 * DAY})
    company.control(company.graph, "PUT", "settings", {"outside_policy": [BEN]})
    row = keep()
    assert "application access policy" in row.problem
    assert [OLIVIA in one["resource"] for one in state(company)["subscriptions"]] == [True]
