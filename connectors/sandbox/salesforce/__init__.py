"""A Salesforce organisation in memory that speaks the vendor's REST, Composite, Bulk, Pub/Sub and OAuth contracts."""

from __future__ import annotations

from functools import partial
from typing import Any

from connectors.sandbox.options import Options
from connectors.sandbox.salesforce import persistence
from connectors.sandbox.salesforce.app import bare, create_app, routes
from connectors.sandbox.salesforce.hosts import HOSTS, PUBSUB_HOSTS
from connectors.sandbox.salesforce.org import STAFF, Org, Settings
from connectors.sandbox.salesforce.pubsub.bus import Bus
from connectors.sandbox.salesforce.pubsub.selection import STANDARD, select
from connectors.sandbox.salesforce.pubsub.server import start
from connectors.sandbox.salesforce.pubsub.service import PubSub
from connectors.sandbox.salesforce.seed import fill
from connectors.sandbox.salesforce.sessions import CLIENT_ID, CLIENT_SECRET, USERNAME, Sessions, new_keys
from connectors.sandbox.salesforce.whitebox import Store
from connectors.sandbox.vendor import Beside, VendorApp, route_template
from connectors.sandbox.world import World

HEADERS = ("Sforce-Limit-Info", "Sforce-Locator", "Sforce-NumberOfRecords")


def build(options: Options, world: World) -> VendorApp:
    """The organisation filled from the world, ready to be served."""
    settings = Settings(bulk_query_ms=options.bulk_query_ms, bulk_ingest_ms=options.bulk_ingest_ms)
    org = Org(options.clock, settings)
    sessions, bus = Sessions(org, new_keys()), Bus(org)
    service = PubSub(org, sessions, bus)
    _fill(org, world, bus)
    credentials: dict[str, Any] = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "access_token": sessions.permanent(),
        "refresh_token": sessions.new_refresh_token(),
        "username": USERNAME,
        "private_key": sessions.keys.private,
        "users": [{"id": row["Id"], "email": row["Email"]} for row in map(org.table("User").rows.get, STAFF) if row],
    }

    def reset() -> None:
        bus.clear()
        org.clear()
        org.settings = Settings(bulk_query_ms=options.bulk_query_ms, bulk_ingest_ms=options.bulk_ingest_ms)
        _fill(org, world, bus)
        sessions.reopen(credentials["access_token"], credentials["refresh_token"])

    def load(state: dict[str, Any]) -> None:
        bus.clear()
        persistence.load(org, state)
        bus.load(state["events"])
        bus.listen()

    served = routes(org, sessions, service)
    template = route_template(served)
    return VendorApp(
        app=create_app(served),
        credentials=credentials,
        store=Store(org),
        reset=reset,
        dump=lambda: {**persistence.dump(org), "events": bus.dump()},
        load=load,
        revision=lambda: org.journal.revision,
        template=lambda method, path: template(method, bare(path)),
        bugs=org.bugs,
        hosts=HOSTS,
        headers=HEADERS,
        beside={"pubsub": Beside(partial(start, service), PUBSUB_HOSTS)},
    )


def _fill(org: Org, world: World, bus: Bus) -> None:
    """The seeded organisation; what changes from now on makes events."""
    fill(org, world)
    select(org, STANDARD)
    bus.listen()
