"""The Starlette application: sessions, the daily allocation and the limit header around the endpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.sandbox.incoming import base_address
from connectors.sandbox.salesforce.api import Call, Handler, Paths, perform, refusal, wrong_method
from connectors.sandbox.salesforce.endpoints import (
    bulk_ingest,
    bulk_query,
    bulk_v1,
    collections,
    listviews,
    meta,
    pages,
    query,
    records,
    tooling,
    tree,
)
from connectors.sandbox.salesforce.endpoints.composite import Composite
from connectors.sandbox.salesforce.endpoints.control import Control
from connectors.sandbox.salesforce.endpoints.identity import Identity
from connectors.sandbox.salesforce.endpoints.oauth import OAuth
from connectors.sandbox.salesforce.endpoints.pubsub_control import PubSubControl
from connectors.sandbox.salesforce.errors import ApiError, not_found
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.pubsub.service import PubSub
from connectors.sandbox.salesforce.sessions import Sessions

MAX_URI = 16_384
METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
# The order matters: a path with a fixed word stands before one that has a parameter in its place.
MODULES = (meta, query, tooling, collections, tree, listviews, records, bulk_query, bulk_ingest)

Perform = Callable[[Handler, Call], Response]


def data_paths() -> Paths:
    """Every path under /services/data with its handlers."""
    paths: Paths = {}
    for module in MODULES:
        paths |= module.PATHS
    return paths | Composite(paths).paths()


def routes(org: Org, sessions: Sessions, pubsub: PubSub) -> list[Route]:
    """Paths below /services/data/vNN.0 need a session and count as API calls; what is told to anybody is open."""
    free: Paths = (
        meta.OPEN
        | OAuth(sessions).paths()
        | Identity(sessions).paths()
        | Control(sessions).paths()
        | PubSubControl(pubsub).paths()
        | pages.PATHS
    )
    guard = _guard(org, sessions)
    guarded = data_paths() | bulk_v1.PATHS
    return [_route(org, t, m, perform) for t, m in free.items()] + [
        _route(org, t, m, guard) for t, m in guarded.items()
    ]


def create_app(routes: list[Route]) -> ASGIApp:
    app = Starlette(routes=routes, exception_handlers={404: _no_such_path, 405: _no_such_path, Exception: _broken})

    async def without_trailing_slash(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": bare(scope["path"])}
        await app(scope, receive, send)

    return without_trailing_slash


def bare(path: str) -> str:
    """The vendor takes every address with and without a slash at its end."""
    return path.rstrip("/") or "/"


def _route(org: Org, template: str, methods: dict[str, Handler], act: Perform) -> Route:
    async def endpoint(request: Request) -> Response:
        if len(request.scope["path"]) + len(request.scope["query_string"]) > MAX_URI:
            return Response("URI Too Long", 414, media_type="text/html")
        base_url, body = base_address(request), await request.body()
        call = Call(org, request.method, request.path_params, request.query_params, request.headers, body, base_url)
        handler = methods.get(request.method, _wrong_method)
        return _pretty(call, act(handler, call))

    return Route(template, endpoint, methods=METHODS)


def _wrong_method(call: Call) -> Response:
    return refusal(wrong_method(call.method))


def _guard(org: Org, sessions: Sessions) -> Perform:
    def act(handler: Handler, call: Call) -> Response:
        try:
            user = sessions.user(_credentials(call))
            org.count_call()
        except ApiError as error:
            response = refusal(error)
        else:
            with org.journal.committed(call.origin()):
                response = perform(handler, replace(call, user=user))
        response.headers["Sforce-Limit-Info"] = f"api-usage={org.calls}/{org.settings.daily_requests}"
        return response

    return act


def _credentials(call: Call) -> str | None:
    """The Authorization header, or what Bulk API 1.0 sends in its place."""
    session = call.headers.get("x-sfdc-session")
    return call.headers.get("authorization") or (f"Bearer {session}" if session else None)


def _pretty(call: Call, response: Response) -> Response:
    """Indent JSON for a client that asks for it with X-PrettyPrint: 1."""
    if call.headers.get("x-prettyprint") != "1" or not response.headers.get("content-type", "").startswith(
        "application/json"
    ):
        return response
    pretty = orjson.dumps(orjson.loads(response.body), option=orjson.OPT_INDENT_2)
    headers = {k: v for k, v in response.headers.items() if k.lower() != "content-length"}
    return Response(pretty, response.status_code, headers)


async def _broken(request: Request, bug: Exception) -> Response:
    """What the caller gets for an error of the sandbox, which the frame counts."""
    return refusal(ApiError(400, "UNKNOWN_EXCEPTION", f"An unexpected error occurred: {type(bug).__name__}"))


async def _no_such_path(request: Request, error: Exception) -> Response:
    return refusal(not_found())
