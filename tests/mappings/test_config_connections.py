"""Connections of a configuration file are stored as their form stores them."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from connectors import crypto
from connectors.models import Connection
from mappings.config import store as config_store
from mappings.config.file import ConfigFileError
from mappings.models import Sync

FILE = """\
connections:
  - {slug: sf, kind: salesforce, base_url: "http://127.0.0.1:9401", client_id: x, client_secret: y}
  - {slug: zd, kind: zendesk, base_url: "https://acme.zendesk.com", client_id: x, client_secret: y}
syncs:
  - {slug: accounts, kind: accounts_organizations, left: sf, right: zd, automatic_updates: true}
"""
FACTS = {"time_zone": "Europe/Berlin"}


@pytest.fixture(autouse=True)
def _stored(db: None) -> None:
    """Both connections were stored and have passed a test."""
    config_store.apply(FILE)
    Connection.objects.update(last_check_ok=True, last_check_at=timezone.now(), last_check=[], facts=FACTS)


def sf() -> Connection:
    return Connection.objects.get(slug="sf")


def test_applied_again_without_a_change_a_test_still_counts():
    config_store.apply(FILE)
    assert (sf().last_check_ok, sf().facts) == (True, FACTS)


def test_other_credentials_have_to_be_tested_again():
    """S3.3."""
    config_store.apply(FILE.replace("client_secret: y", "client_secret: z", 1))
    assert (sf().last_check_ok, sf().last_check_at, sf().facts) == (None, None, FACTS)


def test_nothing_that_was_found_out_at_the_old_address_is_held_true_of_the_new_one():
    config_store.apply(FILE.replace("9401", "9411"))
    assert (sf().base_url, sf().last_check_ok, sf().facts) == ("http://127.0.0.1:9411", None, {})


def test_a_secret_is_not_sent_to_another_address():
    moved = FILE.replace("9401", "9411").replace(", client_secret: y", "", 1)
    with pytest.raises(ConfigFileError, match="'sf' needs client_secret again"):
        config_store.apply(moved)
    assert sf().base_url == "http://127.0.0.1:9401"


def test_a_token_is_sent_to_no_pub_sub_api_but_salesforces_own():
    for host in ("events.evil.example:7443", "api.pubsub.salesforce.com"):
        with pytest.raises(ConfigFileError, match="pubsub: "):
            config_store.apply(FILE.replace("client_id: x", f"client_id: x, pubsub: {host}", 1))
    config_store.apply(FILE.replace("client_id: x", "client_id: x, pubsub: api.deu.pubsub.salesforce.com:7443", 1))
    assert sf().settings["pubsub"] == "api.deu.pubsub.salesforce.com:7443"


def test_what_a_file_leaves_out_of_a_stored_connection_stays():
    config_store.apply(FILE.replace(", client_id: x, client_secret: y", "", 1))
    assert (sf().settings, crypto.decrypt(sf().secrets)) == ({"client_id": "x"}, {"client_secret": "y"})
    assert sf().last_check_ok


def test_a_connection_that_is_switched_off_stays_off_until_a_file_says_otherwise():
    Connection.objects.filter(slug="sf").update(enabled=False)
    config_store.apply(FILE)
    assert not sf().enabled
    assert "enabled: false" in config_store.export()
    config_store.apply(FILE.replace("kind: salesforce", "kind: salesforce, enabled: true"))
    assert sf().enabled


def test_a_connection_in_use_keeps_its_kind():
    with pytest.raises(ConfigFileError, match="'sf' is stored as salesforce"):
        config_store.apply(FILE.partition("syncs:")[0].replace("kind: salesforce", "kind: zendesk"))
    assert sf().kind == "salesforce"


def test_automatic_updates_are_stored_and_said_to_wait_for_a_tested_connection(tmp_path: Path):
    """S3.3, S3.14."""
    Connection.objects.update(last_check_ok=None)
    file = tmp_path / "config.yaml"
    file.write_text(FILE)
    said = StringIO()
    call_command("config", "apply", str(file), stderr=said)
    assert Sync.objects.get().automatic_updates
    assert (
        "The automatic updates of accounts wait. The connection Salesforce (sf) has not passed a test."
        in said.getvalue()
    )
    Connection.objects.update(last_check_ok=True)
    said = StringIO()
    call_command("config", "apply", str(file), stderr=said)
    assert "wait" not in said.getvalue()
