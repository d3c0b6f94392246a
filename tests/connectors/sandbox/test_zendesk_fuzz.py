"""Nothing that anybody sends to the helpdesk makes an error of it, by the vendor's own document of what is sent."""

from random import Random

import pytest
import requests

from connectors.sandbox.clock import Clock
from connectors.sandbox.options import Options
from connectors.sandbox.server import running
from connectors.sandbox.world import WorldSize
from connectors.sandbox.zendesk.app import routes
from tests.connectors.sandbox.oddities import CALLS, SEED, Caller, Dice
from tests.connectors.sandbox.test_zendesk_specification import DOCUMENT, NO_DOCUMENT, loaded

QUERY = (
    *("page[size]", "page[after]", "page[before]", "page", "per_page", "include", "external_id", "external_ids", "ids"),
    *("query", "name", "start_time", "cursor", "filter[type]", "role", "role[]", "tags", "sort_by", "sort_order"),
)
SEARCHES = (
    *("type:user", "created>2020-01-01", "created>=x", "-role:admin", "organization:none", "fields:x", 'name:"a b"'),
    *("created:0001-01-01", "tags:vip type:organization", ":", "type:", "updated<2030-01-01T00:00:00Z", "id:1*"),
)
ENVELOPES = (
    "user",
    "organization",
    "identity",
    "organization_membership",
    "user_field",
    "organization_field",
    "ticket",
)
ENVELOPES += ("custom_field_option", "organization_merge", "settings", "tags")


class Document:
    """Bodies after the schemas of the vendor's document, where there is a copy of it."""

    def __init__(self, document, dice):
        self.document, self.dice = document, dice
        self.paths = {shape(path): operations for path, operations in document.get("paths", {}).items()}

    def body(self, method, path):
        """After the request's schema; the document leaves many out, and they are like the answers'."""
        operation = self.paths.get(shape(path), {}).get(method.lower(), {})
        asked = operation.get("requestBody") or next(iter(operation.get("responses", {}).values()), {})
        schema = asked.get("content", {}).get("application/json", {}).get("schema")
        return self.value(schema, 6) if schema else None

    def value(self, schema, depth):
        if "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if depth < 0:
            return None
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                return self.value(self.dice.of(schema[choice]), depth - 1)
        if "allOf" in schema:
            parts = [self.value(part, depth - 1) for part in schema["allOf"]]
            return {name: one for part in parts if isinstance(part, dict) for name, one in part.items()}
        if "properties" in schema:
            return {k: self.value(v, depth - 1) for k, v in schema["properties"].items() if self.dice.often(0.6)}
        return self.leaf(schema, depth)

    def leaf(self, schema, depth):
        if "enum" in schema:
            return self.dice.of(schema["enum"])
        match schema.get("type"):
            case "array":
                return [self.value(schema.get("items", {}), depth - 1) for _ in range(self.dice.random.randrange(3))]
            case "integer" | "number":
                return self.dice.random.randrange(10**6)
            case "boolean":
                return self.dice.often(0.5)
            case "object":
                return {self.dice.text(): self.dice.value()}
            case _:
                return schema.get("example", "text")


def shape(path):
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def ids(store):
    """Some of each kind, so that calls get past "not found"."""
    tables = (store.users, store.organizations, store.memberships, store.identities, store.tickets)
    tables += (store.user_fields.table, store.organization_fields.table, store.deleted_organizations)
    return [record for table in tables for record in (*table.ids[:3], *table.ids[-2:])] + list(store.jobs.by_id)[-3:]


def known(dice, value, records):
    """The body with ids of real records in places that ask for one."""
    match value:
        case dict():
            return {
                name: dice.of(records) if name.endswith("id") and dice.often(0.5) else known(dice, one, records)
                for name, one in value.items()
            }
        case list():
            return [known(dice, one, records) for one in value]
        case _:
            return value


def request_of(dice, document, path, method, store):
    records = ids(store)
    parts = [
        (str(dice.of(records)) if dice.often(0.7) else dice.text()) if part.startswith("{") else part
        for part in path.split("/")
    ]
    wanted = dice.random.sample(QUERY, dice.random.randrange(4))
    query = {name: dice.of((dice.text(), dice.of(records), dice.random.randrange(9))) for name in wanted}
    if "query" in query:
        query["query"] = " ".join(dice.of((*SEARCHES, dice.text())) for _ in range(2))
    if method == "GET":
        return "/".join(parts), query, None
    body = document.body(method, path) or {dice.of(ENVELOPES): {"id": 1, "name": "n", "value": "v", "type": "email"}}
    body = dice.spoiled(known(dice, body, records), dice.of((0, 0.05, 0.2)))
    if path.endswith("_many") and dice.often(0.5):
        name = path.split("/")[-2]
        body = {name: [dice.spoiled(known(dice, one, records)) for one in (body, {"name": "n", "external_id": "x"})]}
    return "/".join(parts), query, body


def fuzz(document):
    dice = Dice(Random(SEED))
    clock = Clock(lambda: 1_790_000_000)
    options = Options(
        vendors=("zendesk",), clock=clock, zendesk_rpm=10**9, endpoint_limits=False,
        size=WorldSize(accounts=12, contacts=12, leads=2, organizations=8, users=8),
    )  # fmt: skip
    addresses = [route for route in routes() if not route.path.startswith(("/agent", "/_sandbox/revoke"))]
    written = Document(document, dice)
    with running(options) as sandbox, requests.Session() as session:
        caller, store = Caller(sandbox.zendesk, session), sandbox.zendesk.store
        for number in range(CALLS):
            route = dice.of(addresses)
            method = dice.of(sorted(route.methods - {"HEAD"}))
            caller.call(dice, method, *request_of(dice, written, route.path, method, store))
            if number % 20 == 0:
                clock.advance(61)  # the jobs so far are run
                store.settle()
            if number % 200 == 0:
                caller.endpoint.controls.vendor.reset()
    return caller.statuses


def test_any_request_is_answered_or_refused():
    statuses = fuzz({})
    assert set(statuses) > {200, 404, 422}


# the vendor's document is not part of the project; the run names what it leaves out
@pytest.mark.skipif(not DOCUMENT.exists(), reason=NO_DOCUMENT)
def test_any_request_after_the_document_is_answered_or_refused():
    statuses = fuzz(loaded())
    assert set(statuses) > {200, 201, 404, 422}
