"""The consent platform over HTTP: sessions, events that make users, lists, limits, webhooks to a receiver of ours."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests

from connectors.sandbox.clock import Clock
from connectors.sandbox.options import Options
from connectors.sandbox.server import Endpoint, running
from tests.timeouts import HANG_SECONDS

NOW = 1_790_000_000.0


class Platform:
    """A plain client of the sandbox, signed in with the printed token."""

    def __init__(self, endpoint: Endpoint, clock: Clock) -> None:
        self.endpoint, self.clock = endpoint, clock
        self.organization = endpoint.credentials["organization_id"]

    def call(self, method: str, path: str, body: Any = None, token: str = "", **query: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token or self.endpoint.credentials['access_token']}"}
        query = {"organization_id": self.organization, **query}
        url = f"{self.endpoint.base_url}/v1/{path}"
        return requests.request(method, url, params=query, json=body, headers=headers, timeout=HANG_SECONDS)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.call("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def control(self, method: str, name: str, body: Any = None) -> Any:
        url = f"{self.endpoint.base_url}/_sandbox/{name}"
        answer = requests.request(method, url, data=json.dumps(body), timeout=HANG_SECONDS)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def collect(self, who: str, **said: Any) -> Any:
        return self.control("POST", "collect", {"organization_user_id": who, **said})

    def user(self, who: str, **query: Any) -> Any:
        return self.get("consents/users", organization_user_id=who, **query)["data"][0]


class Receiver(ThreadingHTTPServer):
    """An OAuth server and a webhook address, as customers of the platform have. ``refuse``: what to answer next."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[Any] = []
        self.tokens = 0
        self.refuse: list[int] = []
        self.base = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            form = parse_qs(body.decode())
            assert (form["grant_type"], form["client_id"]) == (["client_credentials"], ["we"])
            self.server.tokens += 1
            self._answer(200, {"access_token": f"t{self.server.tokens}", "token_type": "Bearer", "expires_in": 60})
            return
        known = self.headers["Authorization"] == f"Bearer t{self.server.tokens}"
        status = (self.server.refuse.pop(0) if self.server.refuse else 202) if known else 401
        if status == 202:
            self.server.received.append(json.loads(body))
        self._answer(status, {})

    def _answer(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def process() -> Iterator[Platform]:
    clock = Clock(lambda: NOW)
    with running(Options(vendors=("didomi",), clock=clock)) as sandbox:
        yield Platform(sandbox.didomi, clock)


@pytest.fixture
def platform(process: Platform) -> Platform:
    process.control("POST", "reset")
    return process


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_session_lasts_an_hour_and_needs_the_right_secret(platform: Platform) -> None:
    said = {"type": "api-key", "key": platform.endpoint.credentials["key_id"], "secret": "wrong"}
    refused = platform.call("POST", "sessions", said)
    assert (refused.status_code, refused.json()["name"]) == (401, "NotAuthenticated")
    token = platform.call("POST", "sessions", {**said, "secret": platform.endpoint.credentials["secret"]}).json()
    assert set(token) == {"type", "key", "access_token"}
    assert platform.call("GET", "consents/users", token=token["access_token"]).status_code == 200
    platform.clock.advance(3_601)
    assert platform.call("GET", "consents/users", token=token["access_token"]).status_code == 401
    assert platform.call("GET", "consents/users", organization_id="another").status_code == 403
    assert requests.get(f"{platform.endpoint.base_url}/v1/consents/users", timeout=HANG_SECONDS).status_code == 401


def test_events_make_the_status_of_a_user_and_the_latest_choice_counts(platform: Platform) -> None:
    platform.collect("a@b.example", purposes={"newsletter": True}, preferences={"language": ["fr", "en"]})
    late = platform.collect("a@b.example", purposes={"offers": None}, created_at="2020-01-01T00:00:00Z", id="old")
    platform.collect("a@b.example", purposes={"newsletter": False}, created_at="2019-01-01T00:00:00Z")
    platform.collect("a@b.example", regulation="cpra", purposes={"newsletter": False})
    assert late["created_at"] == "2020-01-01T00:00:00.000Z"
    purposes = {row["id"]: row for row in platform.user("a@b.example")["consents"]["purposes"]}
    assert purposes["newsletter"]["enabled"] is True, "an older event overwrites nothing"
    assert purposes["newsletter"]["values"] == {"language": {"value": "fr,en"}}
    assert purposes["offers"]["enabled"] is None
    cpra = platform.user("a@b.example", regulation="cpra")
    assert cpra["consents"]["purposes"] == [{"id": "newsletter", "enabled": False}]
    assert platform.call("POST", "consents/events", {"id": "old", "user": {"id": "x"}}).status_code == 409
    assert platform.call("GET", "consents/events").status_code == 400, "events are asked for by user"
    events = platform.get("consents/events", organization_user_id="a@b.example")["data"]
    assert [event["id"] for event in events][1] == "old"
    assert platform.call("DELETE", f"consents/events/{events[2]['id']}").status_code == 204
    assert platform.user("a@b.example")["consents"]["purposes"][0]["enabled"] is False, "worked out again"


def test_lists_are_paged_sorted_and_filtered(platform: Platform) -> None:
    first = platform.get("consents/users", **{"$limit": 7, "$sort[updated_at]": -1})
    assert len(first["data"]) == 7
    assert first["total"] > 100
    times = [row["updated_at"] for row in first["data"]]
    assert times == sorted(times, reverse=True)
    second = platform.get("consents/users", **{"$limit": 7, "$skip": 7, "$sort[updated_at]": -1})
    assert not {row["id"] for row in first["data"]} & {row["id"] for row in second["data"]}
    both = platform.get("consents/users", **{"regulation[$in]": ["gdpr", "cpra"], "$limit": 1})
    assert both["total"] > first["total"]
    platform.clock.advance(5)
    platform.collect("new@b.example", purposes={"newsletter": True})
    recent = platform.get("consents/users", **{"updated_at[$gte]": times[0]})
    assert "new@b.example" in {row["organization_user_id"] for row in recent["data"]}
    platform.control("PUT", "settings", {"plain_lists": True})
    assert isinstance(platform.get("consents/users"), list)
    assert platform.call("GET", "consents/users", **{"$limit": "many"}).status_code == 400


def test_metadata_is_limited_and_consents_are_not(platform: Platform) -> None:
    named = {row["id"]: row["name"]["en"] for row in platform.get("metadata/purposes")["data"]}
    assert named["newsletter"] == "Newsletter"
    languages = next(row for row in platform.get("preferences")["data"] if row["id"] == "language")
    assert {"id": "fr", "name": {"en": "French"}} in languages["values"]
    assert platform.call("GET", "metadata/vendors").json()[0]["name"] == "Acme Mailer"
    for _ in range(97):
        assert platform.call("GET", "metadata/purposes").status_code == 200
    refused = platform.call("GET", "metadata/purposes")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "15")
    assert refused.headers["RateLimit"] == "limit=100, remaining=0, reset=15"
    assert platform.call("GET", "consents/users").status_code == 200


def test_webhooks_sign_in_with_the_receiver_and_are_tried_again(platform: Platform, receiver: Receiver) -> None:
    hook = {"url": f"{receiver.base}/hook", "token_url": f"{receiver.base}/token", "client_id": "we"}
    platform.control("POST", "webhooks", {**hook, "client_secret": "s", "types": ["event.created", "user.deleted"]})
    receiver.refuse = [500, 503]
    made = platform.collect("a@b.example", purposes={"newsletter": True})
    assert platform.control("POST", "settle")["pending"] == 1, "it waits for its second try"
    for _ in range(2):
        platform.control("POST", "clock", {"advance": 61})
        platform.control("POST", "settle")
    assert [body["parameters"]["entity"]["id"] for body in receiver.received] == [made["id"]]
    assert (receiver.received[0]["type"], receiver.received[0]["regulation"]) == ("event.created", "gdpr")

    receiver.tokens += 1  # the token that the platform holds is no good any more
    platform.control("PUT", "settings", {"webhook_duplicates": 1, "webhook_reorder": 4})
    second, third = (platform.collect("a@b.example", purposes={"offers": on})["id"] for on in (True, False))
    platform.control("POST", "settle")
    assert [body["parameters"]["entity"]["id"] for body in receiver.received[1:]] == [third, third, second, second]

    user = platform.user("a@b.example")
    assert platform.call("DELETE", f"consents/users/{user['id']}").status_code == 204
    platform.control("POST", "settle")
    assert receiver.received[-1]["type"] == "user.deleted"
    receiver.refuse = [500] * 6
    platform.control("PUT", "settings", {"webhook_duplicates": 0, "webhook_reorder": 0})
    platform.collect("b@b.example", purposes={"newsletter": True})
    for _ in range(6):
        platform.control("POST", "settle")
        platform.control("POST", "clock", {"advance": 61})
    assert len(platform.control("GET", "webhooks")["parked"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"user": {}},
        {"user": {"id": "x"}, "regulation": "nowhere"},
        {"user": {"id": "x"}, "consents": {"purposes": [{"enabled": True}]}},
        {"user": {"id": "x"}, "consents": {"purposes": [{"id": "p", "enabled": 1}]}},
        {"user": {"id": "x"}, "created_at": "yesterday"},
        [],
    ],
)
def test_what_is_no_event_is_refused(platform: Platform, body: Any) -> None:
    assert platform.call("POST", "consents/events", body).status_code == 400
    assert platform.control("GET", "stats")["internal_errors"] == 0


def test_what_was_collected_survives_a_restart(platform: Platform) -> None:
    platform.collect("a@b.example", purposes={"newsletter": True})
    store = platform.endpoint.store
    before = json.loads(json.dumps(store.dump()))
    store.load(before)
    assert json.loads(json.dumps(store.dump())) == before
    assert platform.user("a@b.example")["consents"]["purposes"][0]["enabled"] is True
