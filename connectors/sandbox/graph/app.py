"""The routes, and what every call passes through: sign-in, limits of the mailbox, latency."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from inspect import isawaitable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, compile_path
from starlette.types import ASGIApp

from connectors.sandbox.graph.answers import Answer, Refusal, bad_request, response
from connectors.sandbox.graph.call import VERSION, Call, Handler, Paths
from connectors.sandbox.graph.certificate import Certificate
from connectors.sandbox.graph.endpoints import batch, contacts, delta, folders, subscribing, users
from connectors.sandbox.graph.endpoints.control import Control
from connectors.sandbox.graph.endpoints.oauth import OAuth
from connectors.sandbox.graph.store import Store
from connectors.sandbox.graph.times import without_zone
from connectors.sandbox.incoming import base_address, parsed

METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
# The order matters: a path with a fixed word stands before one that has a parameter in its place.
PATHS: Paths = subscribing.PATHS | users.PATHS | delta.PATHS | folders.PATHS | contacts.PATHS
Endpoint = Callable[[Request], Awaitable[Response]]


def build_app(store: Store, certificate: Certificate) -> tuple[ASGIApp, list[Route]]:
    """The ASGI app and its routes. The control plane is found with and without the version in front."""
    service = _Service(store)
    control = Control(store)
    table = [
        *OAuth(store, certificate).routes(),
        *control.routes("/_sandbox"),
        *control.routes(f"{VERSION}/_sandbox"),
        Route(f"{VERSION}/$batch", service.batch, methods=["POST"]),
        *(Route(f"{VERSION}{path}", service.endpoint(path), methods=METHODS) for path in PATHS),
        Route("/{anything:path}", service.unknown, methods=METHODS),
    ]
    return Starlette(routes=table, exception_handlers={Exception: _broken}), table


class _Service:
    """The API below its version."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._patterns = [(compile_path(path)[0], path) for path in PATHS]

    def endpoint(self, path: str) -> Endpoint:
        async def answered(request: Request) -> Response:
            return response(await self._guarded(request, partial(self._single, request, path)))

        return answered

    async def batch(self, request: Request) -> Response:
        async def together() -> Answer:
            return await batch.run(_json(await request.body()), partial(self._inner, base_address(request)))

        return response(await self._guarded(request, together))

    async def unknown(self, request: Request) -> Response:
        return response(self._refusal(_no_segment(request.scope["path"])))

    async def _guarded(self, request: Request, act: Callable[[], Awaitable[Answer]]) -> Answer:
        """Raises nothing: refusals are answers."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            if scheme.lower() != "bearer" or not self._store.tokens.valid(token, self._store.time()):
                raise Refusal(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
            return await act()
        except Refusal as refusal:
            return self._refusal(refusal)

    async def _single(self, request: Request, path: str) -> Answer:
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = Call(
            self._store,
            request.method,
            base_address(request),
            request.scope["path"],
            request.path_params,
            _options(request.query_params),
            headers,
            _json(await request.body()),
        )
        return await self._perform(PATHS[path], call)

    async def _inner(self, base: str, method: str, url: str, headers: dict[str, str], body: Any) -> Answer:
        """A request of a batch, answered as if it had come by itself."""
        try:
            parts = urlsplit(url if url.startswith("/") else f"/{url}")
            for pattern, path in self._patterns:
                if found := pattern.match(unquote(parts.path)):
                    query = _options(dict(parse_qsl(parts.query, keep_blank_values=True)))
                    address = f"{VERSION}{parts.path}"
                    call = Call(self._store, method, base, address, found.groupdict(), query, headers, body)
                    return await self._perform(PATHS[path], call)
            raise _no_segment(parts.path)
        except ValueError:
            return self._refusal(bad_request("The url of a request in the batch is malformed.", "BadRequest"))
        except Refusal as refusal:
            return self._refusal(refusal)

    async def _perform(self, methods: Mapping[str, Handler], call: Call) -> Answer:
        """Run a handler within the limits of its mailbox. Raises Refusal."""
        handler = methods.get(call.method)
        if handler is None:
            raise Refusal(405, "Request_BadRequest", f"The method {call.method} is not allowed here.")
        store, mailbox = self._store, call.params.get("user", "").lower()
        settings = store.settings
        if mailbox:
            store.limits.enter(mailbox, store.time(), settings.at_a_time, settings.in_ten_minutes)
        try:
            if store.latency:
                await asyncio.sleep(store.latency)
            made = handler(call)
            answer = await made if isawaitable(made) else made
        finally:
            if mailbox:
                store.limits.leave(mailbox)
        if call.method != "GET":
            store.revision += 1
            if box := store.user(mailbox):
                store.subscriptions.tell(box, store.time())
        return _with_preferences(call, answer)

    def _refusal(self, refusal: Refusal) -> Answer:
        return refusal.answer(without_zone(self._store.time()))


def _with_preferences(call: Call, answer: Answer) -> Answer:
    applied = [*call.applied, *(['IdType="ImmutableId"'] if call.immutable else [])]
    if not applied:
        return answer
    return Answer(answer.content, answer.status, {**answer.headers, "Preference-Applied": ", ".join(applied)})


def _options(query: Mapping[str, str]) -> dict[str, str]:
    """Options of the query, which the vendor takes with and without the "$"."""
    return {name.removeprefix("$"): value for name, value in query.items()}


def _json(body: bytes) -> Any:
    """Raises Refusal 400."""
    if not body.strip():
        return None
    try:
        return parsed(body)
    except ValueError:
        raise bad_request("Unable to read JSON request payload.", "BadRequest") from None


def _no_segment(path: str) -> Refusal:
    name = path.rstrip("/").rpartition("/")[2]
    return Refusal(400, "BadRequest", f"Resource not found for the segment '{name}'.")


async def _broken(request: Request, bug: Exception) -> Response:
    """What the caller gets for an error of the sandbox, which the frame counts."""
    refusal = Refusal(400, "UnknownError", f"The request cannot be processed: {type(bug).__name__}")
    return response(refusal.answer("1970-01-01T00:00:00"))
