"""What tests and people change in the tenant, without credentials."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sandbox.graph.answers import Refusal
from connectors.sandbox.graph.store import Store
from connectors.sandbox.graph.subscriptions import EVENTS
from connectors.sandbox.incoming import parsed


class Control:
    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self, prefix: str) -> list[Route]:
        return [
            Route(f"{prefix}/settings", self.settings, methods=["GET", "PUT"]),
            Route(f"{prefix}/expire-tokens", self.expire_tokens, methods=["POST"]),
            Route(f"{prefix}/expire-delta-tokens", self.expire_delta_tokens, methods=["POST"]),
            Route(f"{prefix}/move", self.move, methods=["POST"]),
            Route(f"{prefix}/subscriptions", self.subscriptions, methods=["GET", "POST"]),
        ]

    async def settings(self, request: Request) -> Response:
        """See Settings. PUT replaces those that it names."""
        if request.method == "PUT":
            try:
                self._store.settings = self._store.settings.changed(_object(await request.body()))
            except ValueError as error:
                return JSONResponse({"error": str(error)}, 400)
            self._store.revision += 1
        return JSONResponse(asdict(self._store.settings))

    async def expire_tokens(self, request: Request) -> Response:
        """Issued access tokens end now; the printed one stays."""
        self._store.tokens.expire()
        return JSONResponse({})

    async def expire_delta_tokens(self, request: Request) -> Response:
        """Every state of a delta query is forgotten."""
        self._store.delta_epoch += 1
        return JSONResponse({})

    async def move(self, request: Request) -> Response:
        """{"mailbox", "id", "folder"}: what a person does by drag and drop."""
        try:
            given = _object(await request.body())
            box = self._store.user(str(given.get("mailbox", "")))
            if box is None:
                raise ValueError("no such mailbox")
            row = box.find(str(given.get("id", "")))
            box.move(row, box.folder(str(given.get("folder", ""))).id, self._store.time())
        except (ValueError, Refusal) as error:
            return JSONResponse({"error": str(error)}, 400)
        self._store.revision += 1
        self._store.subscriptions.tell(box, self._store.time())
        return JSONResponse({})

    async def subscriptions(self, request: Request) -> Response:
        """GET: those that there are, and the answers to all that was sent since it was last asked. POST: {"event"}
        sends a lifecycle event about each.
        """
        told, now = self._store.subscriptions, self._store.time()
        if request.method == "POST":
            try:
                event = _object(await request.body()).get("event")
            except ValueError as error:
                return JSONResponse({"error": str(error)}, 400)
            if event not in EVENTS:
                return JSONResponse({"error": f"event is one of {', '.join(EVENTS)}"}, 400)
            told.lifecycle(event, now)
        sent = await asyncio.to_thread(told.settle)
        return JSONResponse({"subscriptions": [row.wire() for row in told.current(now)], "sent": sent})


def _object(body: bytes) -> dict[str, Any]:
    """Raises ValueError."""
    given = parsed(body)
    if not isinstance(given, dict):
        raise ValueError("expected an object")
    return given
