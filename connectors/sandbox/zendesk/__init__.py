"""A helpdesk that answers like Zendesk Support, written from the vendor's published contract."""

from __future__ import annotations

from connectors.sandbox.options import Options
from connectors.sandbox.vendor import VendorApp, route_template
from connectors.sandbox.world import World
from connectors.sandbox.zendesk import tokens
from connectors.sandbox.zendesk.app import bare, build_app
from connectors.sandbox.zendesk.seed import seed
from connectors.sandbox.zendesk.store import Store

HOSTS = ("*.zendesk.com",)
HEADERS = ("X-Rate-Limit", "X-Rate-Limit-Remaining", "X-Zendesk-API-Warn")


def build(options: Options, world: World) -> VendorApp:
    store = Store(options, world, seed)
    app, routes = build_app(store)
    template = route_template(routes[:-1])  # the last one catches unknown paths
    credentials = {
        "client_id": tokens.CLIENT_ID,
        "client_secret": tokens.CLIENT_SECRET,
        "access_token": tokens.ACCESS_TOKEN,
        "refresh_token": tokens.REFRESH_TOKEN,
        "email": tokens.ADMIN_EMAIL,
        "api_token": tokens.API_TOKEN,
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
