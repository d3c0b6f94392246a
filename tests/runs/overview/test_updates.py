"""Automatic updates on the card and the page of a sync: on or off, when, what holds them up, and the switch."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from connectors.models import Connection
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.services import automatic, schedule
from tests.runs.stored import stored_run

NOON = datetime(2026, 11, 30, 12, 1, tzinfo=UTC)


@pytest.fixture
def live(quiet_sync: Sync) -> Sync:
    stored_run(quiet_sync, RunState.COMPLETED, write=True)
    Connection.objects.update(last_check_ok=True)
    quiet_sync.automatic_updates, quiet_sync.interval = True, 10
    quiet_sync.save()
    return Sync.objects.get()


def page(client: Client, path: str = "/") -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(path).content.decode()))


def test_a_card_and_the_page_say_whether_updates_are_on_and_what_the_switch_does(
    as_ada: Client, as_vera: Client, quiet_sync: Sync
) -> None:
    made = {"kind": quiet_sync.kind, "left": quiet_sync.left, "right": quiet_sync.right}
    other = Sync.objects.create(slug="others", **made)
    assert page(as_ada).count("Automatic updates can be switched on after the first run") == 1
    assert "Automatic updates can be switched on after the first run" in page(as_ada, other.get_absolute_url())
    other.delete()
    stored_run(quiet_sync, RunState.COMPLETED, write=True)
    for path in ("/", "/syncs/accounts/"):
        shown = page(as_ada, path)
        assert "Runs start manually." in shown
        assert "Accounts that are created or changed are written to Zendesk without asking." in shown
        assert 'action="/runs/updates/accounts/"' in as_ada.get(path).content.decode()
        assert 'action="/runs/updates/accounts/"' not in as_vera.get(path).content.decode()


def test_the_switch_is_refused_with_the_reason_and_leads_back_to_our_page_only(as_ada: Client, live: Sync) -> None:
    answer = as_ada.post("/runs/updates/accounts/", {"on": "0", "back": "/"})
    assert (answer["Location"], Sync.objects.get().automatic_updates) == ("/", False)
    answer = as_ada.post("/runs/updates/accounts/", {"on": "1", "back": "//evil.example/"})
    assert answer["Location"] == "/syncs/accounts/"
    assert "Automatic updates were not switched on. The mapping does not fit" in page(as_ada)


def test_a_pause_and_the_hours_of_the_day_hold_updates_up_and_say_until_when(live: Sync) -> None:
    found = schedule.schedules([live], NOON)[live.pk]
    assert (found.reason, found.next) == ("", NOON.replace(minute=10))
    Connection.objects.filter(slug="zd").update(last_check_ok=None)
    assert schedule.schedules([Sync.objects.get()], NOON)[live.pk].reason.startswith(
        "The connection zd was not tested."
    )
    live.hours = "8-12"
    found = schedule.schedules([live], NOON)[live.pk]
    assert found.reason == "Updates run from 8:00 to 12:00."
    assert found.next == NOON.replace(day=1, month=12, hour=8, minute=0)
    live.hours, live.paused_until = "", NOON + timedelta(hours=4)
    found = schedule.schedules([live], NOON)[live.pk]
    assert (found.reason, found.next) == ("Paused until 30 Nov, 16:01.", live.paused_until)


def test_an_operator_pauses_updates_without_touching_plans_and_nothing_starts_meanwhile(
    as_olaf: Client, live: Sync
) -> None:
    as_olaf.post("/runs/updates/accounts/pause/", {"hours": "4"})
    paused = Sync.objects.get()
    assert paused.paused_until > timezone.now()
    assert paused.revision == live.revision
    assert automatic.start_due() == 0
    assert "Go on now" in page(as_olaf)
    as_olaf.post("/runs/updates/accounts/pause/", {"hours": ""})
    assert Sync.objects.get().paused_until is None
    assert automatic.start_due() == 1
    assert as_olaf.post("/runs/updates/accounts/pause/", {"hours": "9999"}).status_code == 400
