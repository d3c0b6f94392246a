"""Sets the sandbox up to send messages to this demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from django.db import connections
from django.urls import reverse

from connectors.models import Connection
from syncadmin.inbox import credentials

ID = "syncadmin-demo"
TYPES = ("event.created", "event.updated", "event.deleted", "user.deleted")
SECONDS = 30


def connect(public_url: str, servers: Mapping[str, Mapping[str, Any]]) -> None:
    """Enter our addresses, with an id and a secret of their own, in each server that sends messages, unless they stand
    there already. ``servers`` are those of the sandbox, by the kind of connection.
    """
    try:
        for connection in Connection.objects.filter(demo=True, kind__in=servers):
            if connection.spec.pushes is not None:
                _connect(connection, public_url, str(servers[connection.kind]["base_url"]))
    finally:
        connections.close_all()


def _connect(connection: Connection, public_url: str, base_url: str) -> None:
    where = (connection.kind, connection.slug)
    hook, token = (f"{public_url}{reverse(f'inbox:{name}', args=where)}" for name in ("hook", "token"))
    control = f"{base_url}/_sandbox/webhooks"
    session = requests.Session()
    session.trust_env = False  # no proxy stands between two parts on this machine
    there = session.get(control, timeout=SECONDS).json()["webhooks"]
    if any((one["id"], one["url"]) == (ID, hook) for one in there):
        return
    client_id, secret = credentials.make(connection, by=None)
    settings = {
        "id": ID,
        "url": hook,
        "token_url": token,
        "types": TYPES,
        "client_id": client_id,
        "client_secret": secret,
    }
    session.post(control, json=settings, timeout=SECONDS).raise_for_status()
