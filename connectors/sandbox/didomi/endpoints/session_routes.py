"""POST /sessions: an access token of one hour for an API key."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.didomi.answers import Refusal, response
from connectors.sandbox.didomi.sessions import KEY_ID, SECRET
from connectors.sandbox.didomi.store import Store
from connectors.sandbox.incoming import parsed, same_secret


async def create(request: Request) -> Response:
    """A session for ``{"type": "api-key", "key", "secret"}``; 400 for anything else, 401 for a wrong secret."""
    store: Store = request.app.state.store
    try:
        headers = store.limits.spend(store.time())
        token = _opened(store, await request.body())
    except Refusal as refusal:
        return response(refusal.body, refusal.status, refusal.headers)
    return response({"type": "api-key", "key": KEY_ID, "access_token": token}, 200, headers)


def _opened(store: Store, body: bytes) -> str:
    try:
        given = parsed(body)
    except ValueError as error:
        raise Refusal(400, "The body is not JSON") from error
    if not isinstance(given, dict) or not {"type", "key", "secret"} <= set(given):
        raise Refusal(400, "type, key and secret are required")
    right = given["type"] == "api-key" and given["key"] == KEY_ID and same_secret(str(given["secret"]), SECRET)
    if not right:
        raise Refusal(401, "Invalid login")
    return store.sessions.open(store.time())
