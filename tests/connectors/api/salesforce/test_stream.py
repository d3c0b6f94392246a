"""Salesforce's changes as a stream: what can be subscribed to, whose changes count, and how a subscription ends."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from subprocess import run

import pytest
import requests

from connectors.api.errors import AuthError, ConfigError, Transient, WatermarkExpired
from connectors.api.protocol import ConnectionSettings
from connectors.api.registry import connector_spec
from connectors.api.salesforce.connector import SalesforceConnector
from connectors.api.salesforce.pubsub.address import address_of, checked
from connectors.api.salesforce.pubsub.stream import SalesforceStream
from connectors.api.streams import StreamBatch
from connectors.api.values import Op, Outcome, Write
from connectors.sandbox.options import Options
from connectors.sandbox.server import Endpoint, running
from connectors.sandbox.world import WorldSize
from tests.timeouts import HANG_SECONDS, until

SMALL = Options(vendors=("salesforce",), size=WorldSize(accounts=3, contacts=3))


@pytest.fixture(scope="module")
def org() -> Iterator[Endpoint]:
    with running(SMALL) as sandbox:
        yield sandbox.salesforce


@pytest.fixture
def stream(org: Endpoint) -> Iterator[SalesforceStream]:
    control(org, "POST", "reset")
    until(lambda: control(org, "GET", "pubsub")["streams"] == 0)
    opened = SalesforceStream(settings(org))
    yield opened
    opened.close()


def settings(org: Endpoint, **other: str) -> ConnectionSettings:
    keys = org.credentials
    values = {key: keys[key] for key in ("client_id", "client_secret", "pubsub")} | other
    return ConnectionSettings(keys["base_url"], "client_credentials", values)


def control(org: Endpoint, method: str, name: str, body: object = None) -> dict:
    answer = requests.request(method, f"{org.base_url}/_sandbox/{name}", json=body, timeout=HANG_SECONDS)
    assert answer.ok, answer.text
    return answer.json()


def by_hand(org: Endpoint, last_name: str) -> str:
    return control(org, "POST", "records", {"object": "Contact", "values": {"LastName": last_name}})["id"]


@contextmanager
def contacts(stream: SalesforceStream, position: bytes = b"") -> Iterator[Iterator[StreamBatch]]:
    subscription = stream.subscribe("Contact", position)
    try:
        yield subscription.batches()
    finally:
        subscription.cancel()


def begun(org: Endpoint) -> None:
    until(lambda: control(org, "GET", "pubsub")["streams"] == 1)


def test_an_org_says_which_objects_it_tells_of(org, stream):
    offers = stream.offers(["Contact", "Account", "Site__c"])
    assert [name for name, offer in offers.items() if offer.available] == ["Contact", "Account"]
    assert (offers["Site__c"].reason, offers["Site__c"].remedy) == (
        "Change Data Capture is not switched on for Site__c.",
        "Select it in Setup > Change Data Capture.",
    )
    control(
        org, "PUT", "faults", {"rules": [{"path": "*/tooling/*", "answer": {"status": 404, "body": []}, "times": 1}]}
    )
    offers = stream.offers(["Contact", "Site__c"])  # a user who may not see the setup
    assert (offers["Contact"].available, offers["Site__c"].available) == (True, False)
    assert offers["Site__c"].remedy == "Switch them on in Setup > Change Data Capture."


def test_our_own_writes_are_counted_and_name_nothing(org, stream):
    with contacts(stream) as batches:
        begun(org)
        other = by_hand(org, "Else")
        first = next(batches)
        assert (first.records, first.events, first.ours, first.unnamed) == ({other}, 1, 0, False)
        connector = SalesforceConnector(settings(org))
        (written,) = connector.write([Write(Op.CREATE, "Contact", 1, values={"LastName": "Ours"})])
        connector.close()
        own = next(batches)
        assert written.outcome is Outcome.DONE
        assert (own.records, own.events, own.ours) == (frozenset(), 1, 1)
        assert own.position > first.position
        headers = {"Authorization": f"Bearer {org.credentials['access_token']}"}
        url = f"{org.base_url}/services/data/v59.0/sobjects/Contact/{other}"
        requests.patch(url, json={"Title": "App"}, headers=headers, timeout=HANG_SECONDS)
        assert next(batches).records == {other}  # another app as the same user


def test_a_subscription_goes_on_where_it_stopped_and_over_more_than_was_asked_for_at_once(org, stream):
    with contacts(stream) as batches:
        begun(org)
        by_hand(org, "First")
        position = next(batches).position
    ids = {by_hand(org, f"Person {n}") for n in range(250)}
    with contacts(stream, position) as batches:
        seen: set[str] = set()
        while len(seen) < 250:
            seen |= next(batches).records
    assert seen == ids


def test_a_new_field_in_mid_stream_is_read_by_its_schema_and_a_gap_names_nothing(org, stream):
    with contacts(stream) as batches:
        begun(org)
        by_hand(org, "Before")
        next(batches)
        control(org, "PUT", "schema", {"object": "Contact", "field": "Mood__c", "type": "string"})
        later = by_hand(org, "After")
        assert next(batches).records == {later}
        control(org, "PUT", "schema", {"object": "Contact", "field": "Mood__c", "type": "double"})
        gap = next(batches)
        assert (gap.records, gap.unnamed) == (frozenset(), True)


@pytest.mark.parametrize(
    "happens, raised",
    [
        (lambda org: control(org, "POST", "expire-tokens"), AuthError),
        (lambda org: control(org, "POST", "pubsub/disconnect"), Transient),
    ],
)
def test_a_subscription_says_why_it_ended(org, stream, happens: Callable[[Endpoint], object], raised):
    with contacts(stream) as batches:
        begun(org)
        happens(org)
        with pytest.raises(raised):
            next(batches)
    if raised is AuthError:
        stream.renew()
    until(lambda: control(org, "GET", "pubsub")["streams"] == 0)
    with contacts(stream) as batches:
        begun(org)
        by_hand(org, "Again")
        assert next(batches).events == 1


def test_a_position_that_is_kept_no_longer_is_told_apart(org, stream):
    with contacts(stream) as batches:
        begun(org)
        by_hand(org, "Seen")
        position = next(batches).position
    by_hand(org, "Missed")
    control(org, "POST", "pubsub/forget")
    with contacts(stream, position) as batches, pytest.raises(WatermarkExpired):
        next(batches)


def test_a_cancelled_subscription_ends_quietly(org, stream):
    subscription = stream.subscribe("Contact", b"")
    ended: list[object] = []
    reader = threading.Thread(target=lambda: ended.extend(subscription.batches()))
    reader.start()
    begun(org)
    subscription.cancel()
    reader.join(HANG_SECONDS)
    assert (ended, reader.is_alive()) == ([], False)


def test_a_token_goes_to_salesforce_or_to_this_machine_alone():
    at_salesforce = ConnectionSettings("https://acme.my.salesforce.com", "client_credentials", {})
    assert address_of(at_salesforce) == "api.pubsub.salesforce.com:7443"
    assert checked("api.deu.pubsub.salesforce.com:7443") == "api.deu.pubsub.salesforce.com:7443"
    for given in (
        "https://api.pubsub.salesforce.com:7443",
        "api.pubsub.salesforce.com",
        "salesforce.com.evil.example:1",
    ):
        with pytest.raises(ConfigError):
            checked(given)
    for base_url in ("http://127.0.0.1:9401", "https://crm.acme.example"):
        with pytest.raises(ConfigError, match="names no Pub/Sub API"):
            address_of(ConnectionSettings(base_url, "client_credentials", {}))


def test_a_real_host_is_called_by_tls_through_the_proxy(tmp_path, monkeypatch):
    with running(Options(vendors=("salesforce",), size=WorldSize(), tls=str(tmp_path))) as sandbox:
        for name in ("NO_PROXY", "no_proxy", "SSL_CERT_FILE", "CURL_CA_BUNDLE"):
            monkeypatch.delenv(name, raising=False)
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, sandbox.tls["gateway"])
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", sandbox.tls["ca"])
        keys = sandbox.salesforce.credentials
        values = {key: keys[key] for key in ("client_id", "client_secret")}
        stream = SalesforceStream(ConnectionSettings("https://acme.my.salesforce.com", "client_credentials", values))
        assert stream.offers(["Contact"])["Contact"].available
        stream.close()


def test_nobody_loads_grpc_who_does_not_listen():
    assert connector_spec("salesforce").stream is not None
    loaded = "import sys; from connectors.api.registry import connector_specs; connector_specs(); "
    code = f"{loaded}print('grpc' in sys.modules)"
    assert run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
