"""A consent platform that answers like Didomi, written from the vendor's published contract."""

from __future__ import annotations

from connectors.sandbox.didomi import sessions
from connectors.sandbox.didomi.app import bare, build_app
from connectors.sandbox.didomi.catalog import ORGANIZATION
from connectors.sandbox.didomi.seed import seed
from connectors.sandbox.didomi.store import Store
from connectors.sandbox.options import Options
from connectors.sandbox.vendor import VendorApp, route_template
from connectors.sandbox.world import World

HOSTS = ("api.didomi.io",)
HEADERS = ("RateLimit", "RateLimit-Policy")


def build(options: Options, world: World) -> VendorApp:
    store = Store(options, world, seed)
    app, routes = build_app(store)
    template = route_template(routes[:-1])  # the last one catches unknown paths
    credentials = {
        "organization_id": ORGANIZATION,
        "key_id": sessions.KEY_ID,
        "secret": sessions.SECRET,
        "access_token": sessions.ACCESS_TOKEN,
    }
    return VendorApp(
        app=app,
        credentials=credentials,
        store=store,
        reset=store.reset,
        dump=store.dump,
        load=store.load,
        revision=lambda: store.revision,
        template=lambda method, path: template(method, bare(path)),
        bugs=store.bugs,
        hosts=HOSTS,
        headers=HEADERS,
    )
