"""The listener hears of changes in seconds, outlives whatever breaks, and loses nothing that a system still keeps."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

import pytest
import redis
import requests

from connectors.models import Connection
from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import running
from mappings.models import Sync
from syncadmin.live import nudge as nudge_module
from syncadmin.live import waiting
from syncadmin.live.listener import connection as connection_module
from syncadmin.live.listener import nudging
from syncadmin.live.listener import process as process_module
from syncadmin.live.listener.process import ListenerProcess
from syncadmin.live.listener.state import StreamReport, reports
from syncadmin.live.streams import ObjectStream
from tests.timeouts import HANG_SECONDS, until
from tests.worlds.company import Company
from tests.worlds.laptop import Laptop, configuration, kill, wait_for
from tests.worlds.runs import run

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def live(company: Company, valkey: redis.Redis, short_pauses: None) -> Sync:
    """A sync with automatic updates, at rest."""
    company.account("Acme", Description="one")
    sync = company.configure(automatic_updates=True)
    point_to(company.salesforce.credentials["pubsub"])
    run(sync)
    return sync


def point_to(pubsub: str) -> None:
    connection = Connection.objects.get(slug="sf")
    connection.settings = {**connection.settings, "pubsub": pubsub}
    connection.save()


@contextmanager
def listening() -> Iterator[ListenerProcess]:
    listener = ListenerProcess()
    thread = Thread(target=listener.run)
    with patch.object(process_module, "STOP_SECONDS", HANG_SECONDS):
        thread.start()
        try:
            yield listener
        finally:
            listener.stopping.set()
            thread.join(HANG_SECONDS)
            assert not thread.is_alive()


def report(object: str = "Account") -> StreamReport:
    (found,) = reports(Connection.objects.get(slug="sf").pk, [object])
    return found


def subscribed(company: Company, count: int = 1) -> None:
    until(lambda: company.control(company.salesforce, "GET", "pubsub")["streams"] == count)


def at_rest(company: Company, sync: Sync) -> None:
    """It listens and has heard a first event; what the start has asked for is done."""
    subscribed(company)
    until(lambda: waiting.since(sync.pk) is not None)
    company.account("First")
    until(lambda: report().events == 1)
    waiting.begin(sync.pk)


def heard(sync: Sync) -> dict[str, list[str]]:
    """What somebody was told of, waited for."""
    until(lambda: waiting.since(sync.pk) is not None)
    return {side: sorted(records) for side, records in waiting.begin(sync.pk).items()}


def test_an_edit_is_heard_with_its_record_and_our_own_write_is_not(company: Company, live: Sync) -> None:
    acme = company.accounts()["Acme"]["Id"]
    with listening():
        at_rest(company, live)
        company.edit_account(acme, Description="two")
        assert heard(live) == {"left": [acme]}
        until(lambda: report().events == 2)
        shown = report()
        assert (shown.connected, shown.offered, shown.ours, shown.reason) == (True, True, 0, "")
        assert shown.connected_since is not None
        assert shown.last_event_at is not None
        company.organization("New")
        run(company.configure(automatic_updates=True, create_left="accounts"))
        until(lambda: report().ours > 0)
        assert (waiting.since(live.pk), report().events - report().ours) == (None, 2)
    assert (report().connected, report().reason) == (
        False,
        "The listener is not running: changes are found by polling.",
    )


def test_a_thousand_edits_in_a_burst_are_few_nudges(
    company: Company, live: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(nudging, "nudge", lambda *given: (asked.append(given), nudge_module.nudge(*given)))
    with listening():
        at_rest(company, live)
        asked.clear()
        began = time.monotonic()
        ids = {company.account(f"Account {number}") for number in range(1_000)}
        until(lambda: report().events >= 1_001)  # a connection that breaks brings some twice
        seconds = time.monotonic() - began
    assert len(asked) <= 2 + seconds / nudging.SECONDS_BETWEEN, "one at once, then one for each interval"
    assert set(heard(live)["left"]) == ids


def test_what_is_missed_while_it_is_down_is_heard_at_the_next_start(company: Company, live: Sync) -> None:
    acme = company.accounts()["Acme"]["Id"]
    with listening():
        at_rest(company, live)
        company.edit_account(acme, Description="two")
        assert heard(live) == {"left": [acme]}
    company.edit_account(acme, Description="three")
    other = company.account("Other")
    with listening():
        assert heard(live) == {"left": sorted([acme, other])}
    assert ObjectStream.objects.get().missed == 0


def test_events_that_are_kept_no_longer_are_made_good_by_reading_everything_once(company: Company, live: Sync) -> None:
    acme = company.accounts()["Acme"]["Id"]
    with listening():
        at_rest(company, live)
        company.edit_account(acme, Description="two")
        heard(live)
    subscribed(company, 0)
    company.edit_account(acme, Description="three")
    company.control(company.salesforce, "POST", "pubsub/forget")
    with listening():
        assert heard(live) == {"left": []}
        subscribed(company)
        company.edit_account(acme, Description="four")
        assert heard(live) == {"left": []}, "what came before it began is not known"
        company.edit_account(acme, Description="five")
        assert heard(live) == {"left": [acme]}
        assert ObjectStream.objects.get().missed == 1


def test_it_comes_back_after_the_network_the_token_and_the_service_were_gone(company: Company, live: Sync) -> None:
    acme = company.accounts()["Acme"]["Id"]
    with listening():
        at_rest(company, live)
        for number, break_it in enumerate(("pubsub/disconnect", "expire-tokens")):
            company.control(company.salesforce, "POST", break_it)
            company.edit_account(acme, Description=f"during {number}")
            assert heard(live) == {"left": [acme]}
        company.control(company.salesforce, "PUT", "pubsub", {"available": False})
        until(lambda: report().reason != "" and not report().connected)
        assert report().last_error
        company.edit_account(acme, Description="meanwhile")
        company.control(company.salesforce, "PUT", "pubsub", {"available": True})
        assert heard(live) == {"left": [acme]}
        until(lambda: report().connected)


def test_an_object_without_change_events_is_polled_and_heard_once_it_is_switched_on(
    company: Company, live: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.control(company.salesforce, "PUT", "pubsub", {"selected": ["Contact"]})
    monkeypatch.setattr(connection_module, "OFFERS_SECONDS", 0.2)
    with listening():
        until(lambda: not report().offered)
        assert report().reason == "Change Data Capture is not switched on for Account."
        assert report().remedy == "Select it in Setup > Change Data Capture."
        company.control(company.salesforce, "PUT", "pubsub", {"selected": ["Account"]})
        at_rest(company, live)
        company.account("Heard")
        heard(live)
        until(lambda: report().offered)


def test_it_follows_what_syncs_and_connections_are_changed_to(company: Company, live: Sync) -> None:
    with listening():
        at_rest(company, live)
        Sync.objects.update(automatic_updates=False)
        subscribed(company, 0)
        until(lambda: ObjectStream.objects.get().state == "stopped")
        Sync.objects.update(automatic_updates=True)
        subscribed(company)
        point_to("127.0.0.1:1")
        until(lambda: "broke" in report().reason)
        Connection.objects.filter(slug="zd").update(kind="of another release")
        until(lambda: ObjectStream.objects.get().state == "retrying")
        Connection.objects.filter(slug="zd").update(kind="zendesk")
        Connection.objects.filter(slug="sf").update(enabled=False)
        until(lambda: ObjectStream.objects.get().state == "stopped")
        Connection.objects.filter(slug="sf").update(enabled=True)
        point_to(company.salesforce.credentials["pubsub"])
        subscribed(company)


def test_a_silent_stream_is_taken_for_dead(company: Company, live: Sync, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening():
        at_rest(company, live)
        before = company.control(company.salesforce, "GET", "pubsub")["calls"]["Subscribe"]
        monkeypatch.setattr(connection_module, "SILENT_SECONDS", 0.0)
        until(lambda: company.control(company.salesforce, "GET", "pubsub")["calls"]["Subscribe"] > before)


def test_the_process_is_killed_the_org_restarts_and_a_signal_ends_it(tmp_path: Path, valkey_url: str) -> None:
    """One process for all of it; what an org that was restored from a backup no longer knows is read once."""
    options = Options(vendors=("salesforce", "zendesk"), seed=Seed.EMPTY)
    with running(options) as first, Laptop(tmp_path, valkey_url) as laptop:
        store = first.salesforce.store
        acme = store.insert("Account", {"Name": "Acme"})
        configure(laptop, tmp_path, configuration(first), first.salesforce.credentials["pubsub"])
        process = laptop.start("listen")
        wait_for(lambda: stream_count(first) == 1)
        store.update(acme, {"Phone": "1"})
        wait_for(lambda: laptop.ask("SELECT 1 FROM live_objectstream WHERE state = 'connected' AND events = 1"))
        kill(process)
        store.update(acme, {"Phone": "2"})
        process = laptop.start("listen")
        wait_for(lambda: laptop.ask("SELECT 1 FROM live_objectstream WHERE events = 2 AND missed = 0"))
        kill(process)
        ports = {"salesforce": port(first.salesforce.base_url), "pubsub": port(first.salesforce.credentials["pubsub"])}
    restored = Options(vendors=("salesforce",), seed=Seed.EMPTY, ports=ports)
    with running(restored) as again, Laptop(tmp_path, valkey_url) as laptop:
        process = laptop.start("listen")
        wait_for(lambda: laptop.ask("SELECT 1 FROM live_objectstream WHERE missed = 1"))
        wait_for(lambda: stream_count(again) == 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(HANG_SECONDS) == 0
        assert laptop.ask("SELECT state FROM live_objectstream") == [("stopped",)]


def configure(laptop: Laptop, folder: Path, text: str, pubsub: str) -> None:
    file = folder / "sync.yaml"
    file.write_text(
        text.replace("kind: salesforce", f"kind: salesforce\n  pubsub: {pubsub}").replace(
            "slug: accounts", "slug: accounts\n  automatic_updates: true"
        )
    )
    for command in (("migrate",), ("config", "apply", str(file))):
        done = laptop.manage(*command)
        assert done.returncode == 0, done.stderr


def stream_count(sandbox: Any) -> int:
    return requests.get(f"{sandbox.salesforce.base_url}/_sandbox/pubsub", timeout=HANG_SECONDS).json()["streams"]


def port(address: str) -> int:
    return int(address.rpartition(":")[2])
