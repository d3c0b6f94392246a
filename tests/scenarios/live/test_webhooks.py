"""Webhooks that are set up at the helpdesk, what they send, and who may send (docs/guides/live-updates.md)."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import redis
from django.core import mail
from django.test import Client
from django_rq import get_queue
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from rq import SimpleWorker

from connectors import crypto
from connectors.models import Connection
from connectors.services import CLOCK_AHEAD, CLOCK_SECONDS
from mappings.models import Sync
from syncadmin.live import waiting, webhooks
from syncadmin.live.models import Webhook
from syncadmin.live.nudge import nudge
from syncadmin.runs.models import Run
from syncadmin.runs.services import removal
from syncadmin.web.roles import Role
from tests.personas import person
from tests.timeouts import HANG_SECONDS
from tests.worlds.company import Company
from tests.worlds.runs import run

pytestmark = pytest.mark.redis
HOOK = "/hooks/zendesk/zd"


def work() -> None:
    queue = get_queue("default")
    SimpleWorker([queue], connection=queue.connection).work(burst=True, logging_level="ERROR")


def settle(company: Company) -> None:
    """Wait until the helpdesk has sent what is to be sent."""
    until = time.monotonic() + HANG_SECONDS
    while company.control(company.zendesk, "GET", "webhooks")["pending"] and time.monotonic() < until:
        time.sleep(0.01)


@pytest.fixture
def contacts(
    company: Company, valkey: redis.Redis, live_server: LiveServer, settings: Settings, django_user_model: Any
) -> Sync:
    """Contacts that follow their users both ways, with a webhook; everything is in step."""
    settings.PUBLIC_URL = live_server.url
    account = company.account("Acme")
    run(company.configure())
    company.contact("Ada", "ada@acme.example", account, Title="one")
    both = [{"left": "Title", "right": "details", "direction": "both", "conflict": "newest"}]
    sync = company.configure_people(automatic_updates=True, automatic_both_ways=True, details=None, mappings=both)
    company.check_connections()
    run(sync)
    webhooks.keep_all()
    return sync


ODD: list[dict[str, Any]] = [
    {"type": "zen:event-type:user.created", "detail": {"id": id}} for id in ("٣", "-1", "9" * 5_000, {}, None)
]


def two_minutes_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=2)


def signed(body: bytes, stamp: str | None = None, secret: str = "") -> dict[str, str]:
    """The headers of a message as the helpdesk would sign it."""
    stamp = stamp or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    secret = secret or webhooks.secret_of(Webhook.objects.get())
    made = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    return {
        "X-Zendesk-Webhook-Signature": base64.b64encode(made).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
    }


def test_an_edit_in_the_helpdesk_arrives_and_our_own_writes_start_nothing(company: Company, contacts: Sync) -> None:
    """Both ways where an administrator chose so; the echo of each write costs no call."""
    settle(company)
    ada = company.users()["ada@acme.example"]["id"]
    company.edit_user(ada, details="two")
    settle(company)
    work()
    assert [row["Title"] for row in company.contacts().values()] == ["two"]

    contact = next(iter(company.contacts()))
    company.edit(contact, Title="three")

    nudge("sf", "Contact", [contact])
    work()
    assert company.users()["ada@acme.example"]["details"] == "three"
    runs = Run.objects.count()
    for system in (company.salesforce, company.zendesk):
        company.control(system, "DELETE", "stats")
    settle(company)
    work()
    assert Webhook.objects.get().connection.slug == "zd"
    assert not {path for path in company.calls(company.zendesk) if "_sandbox" not in path}
    assert not company.calls(company.salesforce)
    assert Run.objects.count() == runs
    assert waiting.marked() == []


def test_a_webhook_is_made_repaired_and_removed_by_itself(company: Company, contacts: Sync, settings: Settings) -> None:
    made = company.api("GET", "webhooks")["webhooks"]
    assert [row["endpoint"] for row in made] == [f"{settings.PUBLIC_URL}{HOOK}"]
    assert "zen:event-type:user.created" in made[0]["subscriptions"]
    assert not any(".organization" in type for type in made[0]["subscriptions"] if "organization_m" not in type)
    row = Webhook.objects.get()
    secret = company.api("GET", f"webhooks/{row.remote_id}/signing_secret")["signing_secret"]["secret"]
    assert webhooks.secret_of(row) == secret
    assert secret not in row.secret

    company.api("PATCH", f"webhooks/{row.remote_id}", {"webhook": {"status": "inactive"}})
    Webhook.objects.update(kept_at=None)
    webhooks.keep_all()
    assert company.api("GET", f"webhooks/{row.remote_id}")["webhook"]["status"] == "active"
    company.api("DELETE", f"webhooks/{row.remote_id}")
    Webhook.objects.update(kept_at=None)
    webhooks.keep_all()
    assert len(company.api("GET", "webhooks")["webhooks"]) == 1
    assert Webhook.objects.get().remote_id != row.remote_id

    Sync.objects.filter(kind="accounts_organizations").update(automatic_updates=True)
    webhooks.keep_all()
    assert "zen:event-type:organization.created" in company.api("GET", "webhooks")["webhooks"][0]["subscriptions"]
    Sync.objects.update(automatic_updates=False)
    webhooks.keep_all()
    assert company.api("GET", "webhooks")["webhooks"] == []
    assert not Webhook.objects.exists()


def test_without_an_address_that_the_helpdesk_reaches_there_is_none(
    company: Company, contacts: Sync, settings: Settings
) -> None:
    settings.PUBLIC_URL = "http://sync.example.com"
    webhooks.keep_all()
    assert company.api("GET", "webhooks")["webhooks"] == []
    settings.PUBLIC_URL = "https://sync.example.com"
    webhooks.keep_all()
    assert [row["endpoint"] for row in company.api("GET", "webhooks")["webhooks"]] == [
        f"https://sync.example.com{HOOK}"
    ]


def test_only_what_is_signed_just_now_counts(company: Company, contacts: Sync, client: Client) -> None:
    body = orjson.dumps({"type": "zen:event-type:user.name_changed", "detail": {"id": "36000000000009"}})

    def post(content: bytes = body, **headers: str) -> int:
        return client.post(HOOK, content, content_type="application/json", headers=headers).status_code

    old = (datetime.now(UTC) - timedelta(minutes=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert post() == 401
    assert post(**signed(body, secret="another")) == 401
    assert post(body + b" ", **signed(body)) == 401
    assert post(**signed(body, stamp=old)) == 401
    assert post(b"[" * 3, **signed(b"[" * 3)) == 400
    assert post(b"x" * 300_000, **signed(b"x" * 300_000)) == 413
    packed = gzip.compress(body)
    assert post(packed, **signed(packed), **{"Content-Encoding": "gzip"}) == 400
    deep = b"[" * 100_000 + b"]" * 100_000
    assert post(deep, **signed(deep)) == 400
    for named in ({"type": "zen:event-type:organization.created", "detail": {"id": "7"}}, *ODD):  # nobody syncs these
        content = orjson.dumps(named)
        assert post(content, **signed(content)) == 200, named
    assert client.get(HOOK).status_code == 404
    assert waiting.marked() == []
    began = time.perf_counter()
    assert post(**signed(body)) == 200
    assert time.perf_counter() - began < HANG_SECONDS
    assert waiting.marked() == [contacts.pk]
    assert post(**signed(body)) == 200, "a copy of it costs a call at most"
    assert get_queue("default").count == 1

    Webhook.objects.update(secret=crypto.encrypt({"secret": "before it was changed"}), kept_at=two_minutes_ago())
    right = company.api("GET", f"webhooks/{Webhook.objects.get().remote_id}/signing_secret")["signing_secret"]["secret"]
    assert post(**signed(body, secret=right)) == 401
    webhooks.keep_all()
    assert post(**signed(body, secret=right)) == 200, "a secret that was changed there is asked for"
    Connection.objects.filter(slug="zd").update(enabled=False)
    assert post() == 401


def test_hundreds_of_forged_posts_lose_nothing_and_alert_once(
    company: Company, contacts: Sync, client: Client, django_user_model: Any
) -> None:

    person("ada-admin", Role.ADMINISTRATOR)
    for _ in range(300):
        assert client.post(HOOK, b"{}", content_type="application/json").status_code == 401
    webhooks.keep_all()
    for _ in range(300):
        client.post(HOOK, b"{}", content_type="application/json")
    webhooks.keep_all()
    assert Webhook.objects.get().refused == 600
    assert len([message for message in mail.outbox if "webhook" in message.subject.lower()]) == 1
    company.edit_user(company.users()["ada@acme.example"]["id"], details="two")
    settle(company)
    work()
    assert [row["Title"] for row in company.contacts().values()] == ["two"]


@pytest.mark.parametrize("answers", [True, False])
def test_a_connection_that_is_deleted_leaves_no_webhook_or_says_so(
    company: Company, contacts: Sync, admin_client: Client, answers: bool
) -> None:
    if not answers:
        company.fault(company.zendesk, {"path": "*/webhooks/*", "times": 99, "answer": {"status": 503, "body": {}}})
    refused = admin_client.post("/connections/zd/delete/", follow=True)
    assert "is used by" in refused.content.decode()
    assert len(Webhook.objects.all()) == 1, "a connection that stays keeps its webhook"
    for sync in Sync.objects.all():
        removal.delete(sync, by="a test")
    said = admin_client.post("/connections/zd/delete/", follow=True).content.decode()
    assert not Connection.objects.filter(slug="zd").exists()
    assert ("could not be removed" in said) is not answers
    company.fault(company.zendesk)
    assert (company.api("GET", "webhooks")["webhooks"] == []) is answers


def test_clocks_that_differ_by_minutes_change_nothing(company: Company, contacts: Sync, client: Client) -> None:
    """Ours or theirs is wrong: the echo of a write is known as one, an edit after it is not, and signatures hold."""
    company.control(company.zendesk, "POST", "clock", {"advance": 600})
    contact = next(iter(company.contacts()))
    company.edit(contact, Title="two")
    nudge("sf", "Contact", [contact])
    work()
    settle(company)
    calls = company.calls(company.zendesk)
    work()
    assert company.calls(company.zendesk) == calls, "the echo of our write is not looked at"
    company.control(company.zendesk, "POST", "clock", {"advance": 2})
    company.edit_user(company.users()["ada@acme.example"]["id"], details="three")
    settle(company)
    work()
    assert [row["Title"] for row in company.contacts().values()] == ["three"]
    body = orjson.dumps({"type": "zen:event-type:user.name_changed", "detail": {"id": "36000000000009"}})
    connection = Connection.objects.filter(slug="zd")
    # Other tests have moved the sandbox's clock as well.
    assert connection.get().facts[CLOCK_AHEAD] >= 600 - CLOCK_SECONDS
    for ahead in (10, -10):
        connection.update(facts={CLOCK_AHEAD: 60 * ahead})
        for minutes in (0, 10, -10):
            stamp = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
            answer = client.post(HOOK, body, content_type="application/json", headers=signed(body, stamp=stamp))
            assert answer.status_code == (200 if minutes in (0, ahead) else 401), (ahead, minutes)
