"""The control plane beside each API, and the middleware that delays, spoils and counts requests.

    POST   /_sandbox/reset     seeded data again, no faults, empty statistics; credentials stay valid
    GET    /_sandbox/stats     {"calls": {"GET /path/{template}": n}, "total": n, "rate_limited": n,
                               "internal_errors": n}: the last are the sandbox's own, see connectors.sandbox.bugs
    DELETE /_sandbox/stats     count from zero
    GET    /_sandbox/faults    the rules, and how often each fired
    PUT    /_sandbox/faults    replace the rules (see connectors.sandbox.faults.Rule); what they hold is let go
    DELETE /_sandbox/faults
    POST   /_sandbox/clock     {"advance": seconds}: skip time; {"stopped": true}: stand still until false or a reset;
                               answers {"now": seconds since 1970}

The vendor may answer further /_sandbox paths itself. None of these are delayed, spoiled or counted.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Callable, MutableMapping
from typing import Any

import orjson
from h11 import LocalProtocolError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.sandbox import faults
from connectors.sandbox.clock import Clock
from connectors.sandbox.incoming import parsed
from connectors.sandbox.spelling import Spelling
from connectors.sandbox.vendor import JOB_FAULT, VendorApp

PREFIX = "/_sandbox/"
# RST instead of FIN: the client sees "connection reset by peer"
LINGER_ZERO = struct.pack("ii", 1, 0)

Transports = MutableMapping[tuple[str, int], asyncio.Transport]


class Controls:
    """ASGI middleware around one vendor's app. `transports` finds the socket of a client address."""

    def __init__(self, vendor: VendorApp, clock: Clock, latency_ms: float, transports: Transports) -> None:
        self.vendor = vendor
        self.clock = clock
        self.latency = latency_ms / 1000
        self.transports = transports
        self.rules: list[faults.Rule] = []
        self._withdrawn = asyncio.Event()
        self._spelling = Spelling(vendor.headers)
        self.calls: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        act = self._control if self._control_path(scope).startswith(PREFIX) else self._call
        started = False

        async def noticing(message: Message) -> None:
            nonlocal started
            first, started = not started, True
            if message["type"] == "http.response.start":
                headers = self._spelling.written(message.get("headers", ()), self.clock.now())
                message = {**message, "headers": headers}
            try:
                await send(message)
            except LocalProtocolError:
                if first:
                    raise ClientDisconnect from None  # the server has refused the request's bytes by itself
                raise

        try:
            with self.vendor.bugs.ending(f"{scope['method']} {scope['path']}", ClientDisconnect) as ending:
                await act(scope, receive, noticing)
        except ClientDisconnect:
            return  # nobody is there to be answered
        if ending.bug is not None and not started:
            await _json({"error": f"{type(ending.bug).__name__}: {ending.bug}"}, 400)(scope, receive, noticing)

    def stats(self) -> dict[str, Any]:
        """Calls by method and path template, since the start or the last reset."""
        return {
            "calls": dict(sorted(self.calls.items())),
            "total": self.calls.total(),
            "rate_limited": self.statuses[429],
            "internal_errors": self.vendor.bugs.count,
            "statuses": {str(status): n for status, n in sorted(self.statuses.items())},
        }

    def forget(self) -> None:
        """Empty statistics."""
        self.calls.clear()
        self.statuses.clear()
        self.vendor.bugs.forget()

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        template = self.vendor.template(method, path)
        self.calls[f"{method} {template}"] += 1
        rule = faults.pick(self.rules, method, template, path)
        delay = self.latency + (rule.delay_ms / 1000 if rule else 0)
        if delay:
            await asyncio.sleep(delay)
        counted = self._counting(send)
        if rule is None:
            await self.vendor.app(scope, receive, counted)
        else:
            await self._spoil(rule, scope, receive, counted)

    def _counting(self, send: Send) -> Send:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses[message["status"]] += 1
            await send(message)

        return counted

    async def _spoil(self, rule: faults.Rule, scope: Scope, receive: Receive, send: Send) -> None:
        withdrawn = self._withdrawn
        moment = rule.timeout or rule.reset
        if moment:
            if moment == "after":
                await self.vendor.app(scope, receive, _swallow)
            if rule.timeout:
                await _hold(receive, rule.seconds, withdrawn)
            await self._cut(scope, receive)
        elif rule.answer is not None:
            await _answer(rule.answer)(scope, receive, send)
        elif rule.malformed:
            await _cut_in_half(self.vendor.app, scope, receive, send)
        else:
            await self.vendor.app({**scope, JOB_FAULT: rule.job} if rule.job else scope, receive, send)

    async def _cut(self, scope: Scope, receive: Receive) -> None:
        """Close the client's connection without a byte of answer."""
        transport = self.transports.get(tuple(scope["client"]))
        if transport is None or transport.is_closing():
            return
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
        transport.abort()
        # the server takes a silent end for a crash unless it has noticed the disconnect first
        await _hold(receive, 5)

    async def _control(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.headers.get("origin") and request.method != "GET":
            # a page that somebody has open must not empty the sandbox behind their back
            await Response("Only programs may change the sandbox.", 403)(scope, receive, send)
            return
        handlers: dict[tuple[str, str], Callable[[bytes], Response]] = {
            ("POST", "reset"): lambda _: self._reset(),
            ("GET", "stats"): lambda _: _json(self.stats()),
            ("DELETE", "stats"): lambda _: self._delete_stats(),
            ("GET", "faults"): lambda _: _json({"rules": [rule.described() for rule in self.rules]}),
            ("PUT", "faults"): self._put_faults,
            ("DELETE", "faults"): lambda _: self._delete_faults(),
            ("POST", "clock"): self._advance,
        }
        handler = handlers.get((request.method, self._control_path(scope).removeprefix(PREFIX)))
        if handler is None:
            await self.vendor.app(scope, receive, send)
            return
        await handler(await request.body())(scope, receive, send)

    def _control_path(self, scope: Scope) -> str:
        """The path without what the vendor's base address has behind its host."""
        return str(scope["path"]).removeprefix(self.vendor.path)

    def _reset(self) -> Response:
        self.vendor.reset()
        self.clock.start()
        self._replace_rules([])
        self.forget()
        return _json({})

    def _delete_stats(self) -> Response:
        self.forget()
        return _json({})

    def _delete_faults(self) -> Response:
        self._replace_rules([])
        return _json({})

    def _replace_rules(self, rules: list[faults.Rule]) -> None:
        """Side effect: whoever the former rules hold is let go."""
        self.rules = rules
        self._withdrawn.set()
        self._withdrawn = asyncio.Event()

    def _put_faults(self, body: bytes) -> Response:
        try:
            self._replace_rules(faults.parse(parsed(body)))
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        return _json({"rules": [rule.described() for rule in self.rules]})

    def _advance(self, body: bytes) -> Response:
        try:
            said = parsed(body)
            if "stopped" in said:
                (self.clock.stop if said["stopped"] else self.clock.start)()
            now = self.clock.advance(float(said.get("advance", 0)))
        except (ValueError, AttributeError, TypeError) as error:
            return _json({"error": f'expected {{"advance": seconds, "stopped": true or false}}: {error}'}, 400)
        return _json({"now": now})


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def _answer(given: Any) -> Response:
    body = given.get("body", "")
    headers = {str(name): str(value) for name, value in given.get("headers", {}).items()}
    if not isinstance(body, str):
        headers.setdefault("content-type", "application/json")
        body = orjson.dumps(body)
    return Response(body, int(given.get("status", 500)), headers)


async def _swallow(message: Message) -> None:
    del message


async def _hold(receive: Receive, seconds: float, let_go: asyncio.Event | None = None) -> None:
    """Wait for the client to go away or for ``let_go``, ``seconds`` at most."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    ends = [asyncio.ensure_future(one) for one in (gone(), *([let_go.wait()] if let_go else []))]
    _, pending = await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for one in pending:
        one.cancel()


async def _cut_in_half(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with half of the app's body under a matching length: broken JSON, not a broken stream."""
    started: dict[str, Any] = {}
    body = bytearray()

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, collect)
    half = bytes(body[: len(body) // 2]) or b"{"
    headers = [(name, value) for name, value in started["headers"] if name != b"content-length"]
    await send({**started, "headers": [*headers, (b"content-length", str(len(half)).encode())]})
    await send({"type": "http.response.body", "body": half})
