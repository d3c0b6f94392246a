"""The Live page in its states, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from connectors.models import Connection
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.live import lag
from syncadmin.live.models import LagMinute, ObjectStream
from syncadmin.runs.models import Health
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS
from tests.runs.stored import stored_run, stored_sync

pytestmark = pytest.mark.browser
REASON = "Change Data Capture is not switched on for Account."


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_each_state_of_live_updates_is_readable(
    visit: Visit, ada: User, transactional_db: None, width: int, scheme: str
) -> None:
    sync = stored_sync()
    Connection.objects.update(last_check_ok=True)
    window = visit(ada, width=width, scheme=scheme)
    stored_run(sync, RunState.COMPLETED, write=True)

    def shows(name: str, *words: str) -> None:
        page = window.go(f"/runs/live/{sync.slug}/")
        for word in words:
            expect(page.locator("#live")).to_contain_text(word)
        window.inspect(f"live-{name}")

    shows("off", "Automatic updates are off")
    Sync.objects.update(automatic_updates=True)
    shows("no-listener", "Delayed", "The listener is not running")
    stream = ObjectStream.objects.create(
        connection=sync.left, object="Account", state="not_offered", seen_at=timezone.now(), reason=REASON,
        remedy="Select it in Setup > Change Data Capture.",
    )  # fmt: skip
    shows("polling", "Polling only", "Open that page in")
    now = timezone.now()
    stream.state, stream.connected_since, stream.event_at, stream.events = "connected", now, now, 12_345
    stream.save()
    lag.add(sync.pk, [0.8] * 50 + [1.7] * 45 + [4.0] * 5)
    for hours in range(1, 20):
        minute = (now - timedelta(hours=hours)).replace(second=0, microsecond=0)
        LagMinute.objects.create(sync=sync, minute=minute, counts={"1": 9 + hours, "3": 1, "8": hours % 3})
    shows("connected", "Connected", "12,345 in all", "Half of them took up to 1 s")
    Sync.objects.update(paused_until=now + timedelta(hours=1))
    shows("paused", "Paused until")
    Health.objects.create(sync=sync, failures=3, open_since=now, last_failure=now, cause="Zendesk is down.")
    shows("breaker", "Automatic updates paused since", "Zendesk is down.", "test both connections")
