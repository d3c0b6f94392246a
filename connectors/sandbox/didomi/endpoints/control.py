"""What people and the platform itself do, beside the API.

POST      /_sandbox/collect        a consent: {"organization_user_id", "purposes": {"newsletter": true},
                                   "preferences": {"language": ["fr"]}, "channels": {"email": true}}, and what an event
                                   may have besides: id, created_at, regulation, country, proofs
GET, POST /_sandbox/webhooks       the receivers and what is on its way; a new one: {"url", "token_url", "client_id",
                                   "client_secret", "types"}; with the "id" of one it takes its place
POST      /_sandbox/settle         wait until every webhook that is due was sent
GET, PUT  /_sandbox/settings       behaviours, see connectors.sandbox.didomi.store.SETTINGS
POST      /_sandbox/expire-tokens  issued access tokens end now
POST      /_sandbox/revoke-tokens  no token works any more, the printed one neither
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.didomi.answers import Refusal, response
from connectors.sandbox.didomi.endpoints.events import collect as take_in
from connectors.sandbox.didomi.store import SETTINGS, Json, Store
from connectors.sandbox.incoming import parsed

PASSED_ON = ("id", "created_at", "regulation", "proofs", "metadata", "domain")
# Preferences belong to a purpose; those of the sandbox to this one.
PURPOSE_OF_PREFERENCES = "newsletter"


def routes() -> list[Route]:
    return [
        Route("/_sandbox/collect", _endpoint(collect), methods=["POST"]),
        Route("/_sandbox/webhooks", _endpoint(lambda store, said: store.webhooks.described()), methods=["GET"]),
        Route("/_sandbox/webhooks", _endpoint(_configure), methods=["POST"]),
        Route("/_sandbox/settle", _settle, methods=["POST"]),
        Route("/_sandbox/settings", _endpoint(lambda store, said: store.settings), methods=["GET"]),
        Route("/_sandbox/settings", _endpoint(_change), methods=["PUT"]),
        Route("/_sandbox/expire-tokens", _endpoint(lambda store, said: store.sessions.expire()), methods=["POST"]),
        Route("/_sandbox/revoke-tokens", _endpoint(lambda store, said: store.sessions.revoke()), methods=["POST"]),
    ]


def collect(store: Store, said: Json) -> Json:
    """Collect a consent as a form on a website would."""
    user = {key: said[key] for key in ("organization_user_id", "country") if said.get(key)}
    if said.get("user_id"):
        user["id"] = said["user_id"]
    event = {key: said[key] for key in PASSED_ON if key in said}
    return take_in(store, {**event, "user": user, "consents": consents(said)})


def consents(said: Json) -> Json:
    """The consents of an event from short forms of them."""
    purposes = {id: {"id": id, "enabled": enabled} for id, enabled in _part(said, "purposes").items()}
    if preferences := _part(said, "preferences"):
        purpose = purposes.setdefault(PURPOSE_OF_PREFERENCES, {"id": PURPOSE_OF_PREFERENCES})
        purpose["values"] = {id: {"value": _joined(values)} for id, values in preferences.items()}
    channels = [{"id": id, "enabled": enabled} for id, enabled in _part(said, "channels").items()]
    return {"purposes": list(purposes.values()), "channels": channels, "vendors": _part(said, "vendors")}


def _part(said: Json, name: str) -> Json:
    part = said.get(name) or {}
    if not isinstance(part, dict):
        raise Refusal(400, f"{name} must be an object")
    return part


def _joined(values: object) -> str:
    return ",".join(map(str, values)) if isinstance(values, list) else str(values or "")


def _configure(store: Store, said: Json) -> Json:
    if not said.get("url"):
        raise Refusal(400, "url is required")
    return {"id": store.webhooks.configure(said).id}


def _change(store: Store, said: Json) -> Json:
    for name, value in said.items():
        if name not in SETTINGS or type(value) is not type(SETTINGS[name]):
            raise Refusal(400, f"{name} cannot be {value!r}; there are {SETTINGS}")
        store.settings[name] = value
    if not store.settings["status_lags"]:
        store.catch_up()
    return store.settings


async def _settle(request: Request) -> Response:
    store: Store = request.app.state.store
    return response(await asyncio.to_thread(store.webhooks.settle), 200, {})


def _endpoint(act: Callable[[Store, Json], Any]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            body = await request.body()
            said = (parsed(body) if body.strip() else None) or {}
            if not isinstance(said, dict):
                raise Refusal(400, "The body must be an object")
            found = act(request.app.state.store, said)
        except Refusal as refusal:
            return response(refusal.body, refusal.status, {})
        except ValueError as error:
            return response(Refusal(400, str(error)).body, 400, {})
        return response({} if found is None else found, 200, {})

    return endpoint
