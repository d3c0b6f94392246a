"""The routes, and what every call passes through: limits, sign-in, the organization."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.sandbox.didomi.answers import Answer, Refusal, response
from connectors.sandbox.didomi.call import Call
from connectors.sandbox.didomi.catalog import ORGANIZATION
from connectors.sandbox.didomi.endpoints import control, events, metadata, session_routes, users
from connectors.sandbox.didomi.store import Store
from connectors.sandbox.incoming import parsed

Handler = Callable[[Call], Answer]
PREFIX = "/v1"


def build_app(store: Store) -> tuple[ASGIApp, list[Route]]:
    """The ASGI app and its routes. Every path is answered with and without ``/v1``."""
    table = routes()
    app = Starlette(routes=table, exception_handlers={Exception: _broken})
    app.state.store = store
    return _without_version(app), table


def bare(path: str) -> str:
    return path.removeprefix(PREFIX) if path.startswith(f"{PREFIX}/") else path


def routes() -> list[Route]:
    return [
        *control.routes(),
        Route("/sessions", session_routes.create, methods=["POST"]),
        *_resource("/consents/events", GET=events.index, POST=events.create, DELETE=events.delete_many),
        *_resource("/consents/events/{id}", GET=events.show, PATCH=events.update, DELETE=events.delete),
        *_resource("/consents/proofs", POST=events.create_proof),
        *_resource("/consents/proofs/{id}", GET=events.show_proof),
        *_resource("/consents/users", GET=users.index, POST=users.create),
        *_resource("/consents/users/{id:path}", GET=users.show, DELETE=users.delete),
        *_resource("/metadata/purposes", GET=metadata.purposes),
        *_resource("/metadata/vendors", GET=metadata.vendors),
        *_resource("/preferences", GET=metadata.preferences),
        *_resource("/organizations/{id}", GET=metadata.organization),
        *_resource("/marketplace/integrations", POST=metadata.create_integration),
        Route("/{anything:path}", _unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


def _resource(path: str, **handlers: Handler) -> list[Route]:
    return [Route(path, _endpoint(handler), methods=[method]) for method, handler in handlers.items()]


def _endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        store: Store = request.app.state.store
        body = await request.body()
        headers: dict[str, str] = {}
        try:
            _authenticate(store, request)
            query = {key: request.query_params.getlist(key) for key in request.query_params}
            _require_organization(request, query)
            if not request.scope["path"].startswith("/consents"):
                headers = store.limits.spend(store.time())
            answer = handler(Call(store, request.path_params, query, _parsed(body)))
        except Refusal as refusal:
            return response(refusal.body, refusal.status, {**headers, **refusal.headers})
        return response(answer.content, answer.status, {**headers, **answer.headers})

    return endpoint


def _authenticate(store: Store, request: Request) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not store.sessions.valid(token.strip(), store.time()):
        raise Refusal(401, "Invalid or expired access token")


def _require_organization(request: Request, query: dict[str, list[str]]) -> None:
    given = query.get("organization_id", [""])[-1]
    path = request.scope["path"]
    if path.startswith("/organizations/") or path == "/metadata/vendors":
        return
    if not given:
        raise Refusal(400, "organization_id is required")
    if given != ORGANIZATION:
        raise Refusal(403, f"You do not have access to organization {given}")


def _parsed(body: bytes) -> Any:
    if not body.strip():
        return None
    try:
        return parsed(body)
    except ValueError as error:
        raise Refusal(400, f"The body is not JSON: {error}") from error


async def _broken(request: Request, bug: Exception) -> Response:
    """What the caller gets for an error of the sandbox, which the frame counts."""
    refusal = Refusal(400, f"The request cannot be processed: {type(bug).__name__}")
    return response(refusal.body, refusal.status, {})


async def _unknown(request: Request) -> Response:
    refusal = Refusal(404, "Page not found")
    return response(refusal.body, refusal.status, {})


def _without_version(app: ASGIApp) -> ASGIApp:
    async def stripped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": bare(scope["path"])}
        await app(scope, receive, send)

    return stripped
