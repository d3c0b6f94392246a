"""The Live page tells how changes arrive, how long they took and what waits (docs/guides/live-updates.md)."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import redis
from django.test import Client
from django.utils import timezone
from django_rq import get_queue
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from rq import SimpleWorker

from mappings.models import Sync
from syncadmin.live import lag, webhooks
from syncadmin.live.models import LagMinute
from syncadmin.live.nudge import nudge
from syncadmin.live.streams import ObjectStream
from syncadmin.runs.models import Health
from syncadmin.runs.pages.live.selectors import live_badge
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.runs import run

pytestmark = pytest.mark.redis


def text(client: Client, path: str) -> str:
    shown = unescape(client.get(path).content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))


@pytest.fixture
def live(company: Company, valkey: redis.Redis, live_server: LiveServer, settings: Settings) -> Sync:
    settings.PUBLIC_URL = live_server.url
    company.account("Acme", Description="one")
    sync = company.configure(automatic_updates=True)
    company.check_connections()
    run(sync)
    return sync


def test_the_page_says_how_changes_arrive_and_how_long_they_took(company: Company, live: Sync, as_vera: Client) -> None:
    page = f"/runs/live/{live.slug}/"
    before = text(as_vera, page)
    assert "Polling only" in before
    assert "every 2 minutes" in before
    assert "The last hour: 0 changes" in before
    webhooks.keep_all()
    assert "Connected" in text(as_vera, page)
    company.edit_account(company.accounts()["Acme"]["Id"], Description="two")
    busy = services.start(live, enqueue=False)
    nudge("sf", "Account")
    assert f"Run {busy.pk} is" in text(as_vera, page)
    services.cancel(busy)
    queue = get_queue("default")
    SimpleWorker([queue], connection=queue.connection).work(burst=True, logging_level="ERROR")
    after = text(as_vera, page)
    assert "The last hour: 1 change" in after
    assert "No change waits" in after
    assert "Live updates" in text(as_vera, "/")


def test_an_open_breaker_says_since_when_and_what_to_do(live: Sync, as_vera: Client) -> None:
    since = timezone.now() - timedelta(hours=2)
    Health.objects.create(sync=live, failures=3, open_since=since, last_failure=timezone.now(), cause="It is down.")
    shown = text(as_vera, f"/runs/live/{live.slug}/")
    assert "Automatic updates paused since" in shown
    assert "It is down." in shown
    assert "test both connections" in shown


def test_times_are_counted_in_classes_and_forgotten_after_two_days(live: Sync) -> None:
    lag.add(live.pk, [0.4] * 50 + [1.7] * 45 + [40.0] * 5)
    lag.add(live.pk, [-3.0])
    now = timezone.now()
    found = lag.times(live, now - timedelta(hours=1), now + timedelta(minutes=1))
    assert (found.changes, found.p50, found.p95) == (101, 0.5, 2)
    assert lag.times(live, now - timedelta(days=3), now - timedelta(days=2)).p50 is None
    LagMinute.objects.update(minute=now - timedelta(days=3))
    lag.forget_old()
    assert not LagMinute.objects.exists()


def test_the_badge_tells_each_state_of_the_side_that_is_read(live: Sync, as_vera: Client) -> None:
    def badge() -> str:
        return live_badge(Sync.objects.select_related("left", "right", "health").get(pk=live.pk)).label

    page, stream = f"/runs/live/{live.slug}/", ObjectStream.objects.filter(connection=live.left)
    webhooks.keep_all()
    assert badge() == "Delayed"
    assert "The listener is not running" in text(as_vera, page)
    ObjectStream.objects.create(connection=live.left, object="Account", state="connected", seen_at=timezone.now())
    assert badge() == "Connected"
    stream.update(state="retrying", reason="Salesforce cannot be reached.")
    assert badge() == "Delayed"
    assert "Salesforce cannot be reached." in text(as_vera, page)
    stream.update(state="not_offered", reason="Change Data Capture is not switched on for Account.")
    assert badge() == "Polling only"
    assert f'href="{live.left.base_url}/lightning/setup/CdcObjectEnablement/home"' in as_vera.get(page).content.decode()
    for paused in ({"paused_until": timezone.now() + timedelta(hours=1)}, {"automatic_updates": False}):
        Sync.objects.filter(pk=live.pk).update(**paused)
        assert badge() in ("Paused", "Automatic updates are off")
        assert badge() in text(as_vera, page)
    Sync.objects.filter(pk=live.pk).update(automatic_updates=True, paused_until=None)
    live.left.enabled = False
    live.left.save()
    assert badge() == "Paused"
    assert "Switch it on to resume updates." in text(as_vera, page)
