"""Answers of the Graph sandbox fit the vendor's published CSDL, where a copy of it is at hand.

SYNCADMIN_SPECS names the folder that holds graph/contacts-v1.0.csdl.xml; by default it is looked for beside the
checkout.
"""

import json
import os
import re
import threading
import uuid
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from tests.connectors.sandbox.graph.test_contacts import ANN

ROOT = Path(__file__).parents[4]
SPECS = Path(os.environ.get("SYNCADMIN_SPECS") or ROOT.parent / "shared" / "specs")
DOCUMENT = SPECS / "graph" / "contacts-v1.0.csdl.xml"
pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason=f"no copy of the CSDL at {DOCUMENT} (SYNCADMIN_SPECS)")

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.fixture(scope="module")
def types():
    """Properties of each type, those of its base type included."""
    schema = ElementTree.parse(DOCUMENT).getroot()
    declared = {node.get("Name"): node for tag in ("EntityType", "ComplexType") for node in schema.iter(tag)}

    def properties(name):
        node = declared[name]
        base = node.get("BaseType")
        inherited = properties(base.removeprefix("graph.")) if base else {}
        return inherited | {one.get("Name"): one.get("Type") for one in node.iter("Property")}

    members = {node.get("Name"): {one.get("Name") for one in node.iter("Member")} for node in schema.iter("EnumType")}
    return {name: properties(name) for name in declared} | members


def problems(types, type, value):
    """What of a value does not fit its type."""
    if value is None:
        return []
    if found := re.fullmatch(r"Collection\((.+)\)", type):
        if not isinstance(value, list):
            return [f"{value!r} is no collection"]
        return [line for entry in value for line in problems(types, found.group(1), entry)]
    if type == "Edm.String":
        return [] if isinstance(value, str) else [f"{value!r} is no string"]
    if type == "Edm.DateTimeOffset":
        return [] if MOMENT.fullmatch(value) else [f"{value!r} is no moment"]
    if type == "Edm.Guid":
        return [] if str(uuid.UUID(value)) == value else [f"{value!r} is no GUID"]
    name = type.removeprefix("graph.")
    if name not in types:
        return []
    known = types[name]
    if isinstance(known, set):
        return [] if value in known else [f"{value!r} is no {name}"]
    if name == "resourceData":  # an open type
        return []
    unknown = [f"{name} has no {part}" for part in value if part not in known and not part.startswith("@odata.")]
    return unknown + [line for part in set(value) & set(known) for line in problems(types, known[part], value[part])]


def test_contacts_folders_and_categories_fit_the_schema(graph, box, types):
    made = graph.made(f"{box}/contacts", **ANN)
    assert problems(types, "graph.contact", made) == []
    left_out = set(types["contact"]) - set(made)
    assert left_out == set(), "every property of the type is read"
    assert problems(types, "Collection(graph.contact)", graph.get(f"{box}/contacts")["value"]) == []
    delta = graph.get(f"{box}/contactFolders/contacts/contacts/delta")
    assert problems(types, "Collection(graph.contact)", delta["value"]) == []
    assert problems(types, "Collection(graph.contactFolder)", graph.get(f"{box}/contactFolders")["value"]) == []
    categories = graph.get(f"{box}/outlook/masterCategories")["value"]
    assert problems(types, "Collection(graph.outlookCategory)", categories) == []
    assert problems(types, "graph.contact", {"surname": 1, "x": 1}) != []


@pytest.fixture
def receiver():
    """Where notifications are sent, with all that came."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            token = parse_qs(urlsplit(self.path).query).get("validationToken")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.server.came += [] if token else [json.loads(body)]
            self.send_response(200 if token else 202)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(token[0].encode() if token else b"")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.came = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_subscriptions_and_their_notifications_fit_the_schema(graph, box, types, receiver):
    """All that may be said of a subscription, and all that is sent: a change of each kind and each event."""
    here = f"http://127.0.0.1:{receiver.server_port}/"
    ends = (datetime.fromtimestamp(graph.clock.now(), UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {
        "changeType": "created,updated,deleted", "notificationUrl": here, "lifecycleNotificationUrl": here,
        "resource": f"/{box}/contacts", "expirationDateTime": ends, "clientState": "secret",
    }  # fmt: skip
    assert problems(types, "graph.subscription", asked) == []
    made = graph.made("subscriptions", **asked)
    renewed = graph.call("PATCH", f"subscriptions/{made['id']}", {"expirationDateTime": ends}).json()
    listed = graph.get("subscriptions")["value"]
    assert problems(types, "Collection(graph.subscription)", [made, renewed, *listed]) == []

    contact = graph.made(f"{box}/contacts", givenName="Ann")
    graph.control("POST", "clock", {"advance": 5})
    graph.call("PATCH", f"{box}/contacts/{contact['id']}", {"givenName": "Anna"})
    graph.call("DELETE", f"{box}/contacts/{contact['id']}")
    for event in ("missed", "reauthorizationRequired", "subscriptionRemoved"):
        graph.control("POST", "subscriptions", {"event": event})
    assert [problems(types, "graph.changeNotificationCollection", body) for body in receiver.came] == [[]] * 6
    told = [item for body in receiver.came for item in body["value"]]
    assert {item.get("changeType") for item in told} - {None} == {"created", "updated", "deleted"}
    assert {item.get("lifecycleEvent") for item in told} - {None} == types["lifecycleEventType"]
    assert {item["clientState"] for item in told} == {"secret"}
    assert problems(types, "graph.changeNotification", {"changeType": "moved", "x": 1}) != []
