"""A tenant that answers like Microsoft Graph for Outlook contacts, written from the vendor's published contract."""

from __future__ import annotations

from connectors.sandbox.graph import tokens
from connectors.sandbox.graph.app import build_app
from connectors.sandbox.graph.call import VERSION
from connectors.sandbox.graph.certificate import the_certificate
from connectors.sandbox.graph.hosts import HOSTS
from connectors.sandbox.graph.seed import fill
from connectors.sandbox.graph.store import Store
from connectors.sandbox.options import Options
from connectors.sandbox.vendor import VendorApp, route_template
from connectors.sandbox.world import World

HEADERS = ("Preference-Applied", "Retry-After")


def build(options: Options, world: World) -> VendorApp:
    store = Store(options.clock, lambda store: fill(store, world, options.mailboxes), options.graph_latency_ms)
    certificate = the_certificate()
    app, routes = build_app(store, certificate)
    return VendorApp(
        app=app,
        credentials={
            "tenant_id": tokens.TENANT_ID,
            "client_id": tokens.CLIENT_ID,
            "client_secret": tokens.CLIENT_SECRET,
            "access_token": tokens.ACCESS_TOKEN,
            "mailboxes": store.addresses,
            "private_key": certificate.private,
            "certificate": certificate.certificate,
            "thumbprint": certificate.thumbprint,
        },
        store=store,
        reset=store.reset,
        dump=store.dump,
        load=store.load,
        revision=lambda: store.revision,
        template=route_template(routes[:-1]),  # the last one catches unknown paths
        bugs=store.bugs,
        hosts=HOSTS,
        headers=HEADERS,
        path=VERSION,
        own_latency=True,
    )
