"""A worker that is interrupted: at a database statement of one's choice it dies, or stands still while others go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import requests
from django.db import connection

from connectors.api.http import VendorSession


class Killed(BaseException):
    """What SIGKILL is to a worker: nobody catches it."""


@contextmanager
def at_statement(number: int, do: Callable[[], None], *, again: bool) -> Iterator[None]:
    """``do`` something when the worker is about to send its database statement of this number; then, or never again.

    Outside of transactions: a process that stops inside one leaves nothing of it behind.
    """
    seen = 0
    inside = False

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen, inside
        seen += not inside
        due = seen >= number if again else seen == number
        if due and not inside:
            if not again and connection.in_atomic_block:
                seen -= 1
                return execute(sql, params, many, context)
            inside = True
            try:
                do()
            finally:
                inside = False
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


@contextmanager
def killed_at_write(path: str, *, arrived: bool) -> Iterator[None]:
    """The worker dies with its first write to a path with this end: not sent yet, or ``arrived`` and unanswered.

    Nothing that it would send later is sent.
    """
    send = VendorSession.send
    dead = threading.Event()

    def wrapper(session: VendorSession, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        if dead.is_set():
            raise Killed
        if request.method == "GET" or not (request.url or "").partition("?")[0].endswith(path):
            return send(session, request, **options)
        if arrived:
            send(session, request, **options)
        dead.set()
        raise Killed

    with patch.object(VendorSession, "send", wrapper):
        yield


@contextmanager
def just_before_write(path: str, do: Callable[[], None]) -> Iterator[None]:
    """``do`` something once, in the instant before the first write to a path with this end is sent."""
    send = VendorSession.send
    done = threading.Event()

    def wrapper(session: VendorSession, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        if request.method != "GET" and (request.url or "").partition("?")[0].endswith(path) and not done.is_set():
            done.set()
            do()
        return send(session, request, **options)

    with patch.object(VendorSession, "send", wrapper):
        yield
