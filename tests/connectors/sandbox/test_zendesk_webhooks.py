"""Webhooks of the sandbox: set up as the vendor documents it, signed, tried again, and dropped where most fail."""

import base64
import hashlib
import hmac
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.timeouts import HANG_SECONDS

SPECS = Path(os.environ.get("SYNCADMIN_SPECS") or Path(__file__).parents[4] / "shared" / "specs")
DOCUMENT = SPECS / "zendesk" / "openapi-webhooks.yaml"
EVENTS = [f"zen:event-type:{one}" for one in ("user.created", "user.notes_changed", "user.deleted")]


class Receiver:
    """What the sandbox calls. ``statuses`` are answered in turn, the last one from then on."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                status = receiver.statuses.pop(0) if len(receiver.statuses) > 1 else receiver.statuses[0]
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def types(self) -> list[str]:
        """In no order: deliveries overtake each other, as the vendor's do."""
        return sorted(orjson.loads(body)["type"].removeprefix("zen:event-type:") for _, body in self.got)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


def webhook(receiver, **more):
    said = {"name": "ours", "endpoint": receiver.url, "http_method": "POST", "request_format": "json"}
    return {"webhook": {**said, "status": "active", "subscriptions": EVENTS, **more}}


def sent(desk) -> None:
    assert desk.endpoint.store.hooks.settle(HANG_SECONDS)


def test_a_change_is_told_once_signed_and_only_what_was_subscribed(desk, receiver) -> None:
    made = desk.post("webhooks", webhook(receiver)).json()["webhook"]
    user = desk.post("users", {"user": {"name": "Jo", "email": "jo@x.example"}}).json()["user"]
    desk.put(f"users/{user['id']}", {"user": {"notes": "new", "details": "nobody asked"}})
    desk.put(f"users/{user['id']}", {"user": {"notes": "new"}})
    desk.delete(f"users/{user['id']}")
    sent(desk)
    assert receiver.types() == ["user.created", "user.deleted", "user.notes_changed"]
    secret = desk.get(f"webhooks/{made['id']}/signing_secret").json()["signing_secret"]["secret"]
    for headers, body in receiver.got:
        stamp = headers["X-Zendesk-Webhook-Signature-Timestamp"]
        own = base64.b64encode(hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()).decode()
        assert headers["X-Zendesk-Webhook-Signature"] == own
        assert headers["X-Zendesk-Webhook-Id"] == made["id"]
    told = {body["type"]: body for body in (orjson.loads(body) for _, body in receiver.got)}
    changed = told["zen:event-type:user.notes_changed"]
    assert (changed["detail"]["id"], changed["event"]["current"]) == (str(user["id"]), "new")


def test_it_is_tried_again_and_where_most_fail_it_rests_for_a_few_seconds(desk, receiver) -> None:
    id = desk.post("webhooks", webhook(receiver)).json()["webhook"]["id"]
    receiver.statuses = [503, 200]
    desk.post("users", {"user": {"name": "Jo"}})
    hooks = desk.endpoint.store.hooks
    sent(desk)
    desk.clock.advance(2)
    sent(desk)
    assert receiver.types() == ["user.created", "user.created"]
    receiver.statuses = [500]
    for number in range(60):
        desk.post("users", {"user": {"name": f"Jo {number}"}})
        sent(desk)
    ended = [one["status"] for one in desk.get(f"webhooks/{id}/invocations").json()["invocations"]]
    assert ended[0] == "success"
    assert {"server error", "circuit broken"} <= set(ended)
    receiver.statuses = [200]
    desk.clock.advance(400)
    desk.post("users", {"user": {"name": "at last"}})
    sent(desk)
    assert hooks.invocations[-1].status == "success"


def test_what_makes_no_webhook_is_refused(desk, receiver) -> None:
    for wrong in (
        {"endpoint": "http://example.com/"},
        {"name": ""},
        {"subscriptions": ["user.created"]},
        {"subscriptions": [*EVENTS, "conditional_ticket_events"]},
        {"http_method": "GET"},
        {"status": "asleep"},
    ):
        assert desk.post("webhooks", webhook(receiver, **wrong)).status_code == 400, wrong
    assert desk.get("webhooks/nobody").status_code == 404
    id = desk.post("webhooks", webhook(receiver)).json()["webhook"]["id"]
    assert desk.call("PATCH", f"webhooks/{id}", {"webhook": {"status": "inactive"}}).status_code == 204
    desk.post("users", {"user": {"name": "Jo"}})
    sent(desk)
    assert receiver.got == []
    assert desk.delete(f"webhooks/{id}").status_code == 204
    assert desk.get("webhooks").json()["webhooks"] == []


@pytest.mark.skipif(not DOCUMENT.exists(), reason=f"no copy of the specification at {DOCUMENT} (SYNCADMIN_SPECS)")
def test_answers_fit_the_vendors_document(desk, receiver) -> None:
    registry = Registry().with_resource("urn:vendor", Resource(yaml.safe_load(DOCUMENT.read_text()), DRAFT202012))
    id = desk.post("webhooks", webhook(receiver)).json()["webhook"]["id"]
    desk.post("users", {"user": {"name": "Jo"}})
    sent(desk)
    row = desk.get(f"webhooks/{id}/invocations").json()["invocations"][0]["id"]
    for path, answer in (
        ("WebhookListResponse", desk.get("webhooks")),
        ("WebhookResponse", desk.get(f"webhooks/{id}")),
        ("WebhookSigningSecretResponse", desk.get(f"webhooks/{id}/signing_secret")),
        ("WebhookInvocationListResponse", desk.get(f"webhooks/{id}/invocations")),
        ("WebhookInvocationAttemptListResponse", desk.get(f"webhooks/{id}/invocations/{row}/attempts")),
        ("WebhookTestResponse", desk.post("webhooks/test", {"webhook": {"endpoint": receiver.url}})),
        ("ErrorResponse", desk.get("webhooks/nobody")),
    ):
        validator = OAS30Validator({"$ref": f"urn:vendor#/components/schemas/{path}"}, registry=registry)
        assert [error.message for error in validator.iter_errors(answer.json())] == [], path
