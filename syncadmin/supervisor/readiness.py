"""Waits until a process answers."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable

import redis
from rq import Worker
from rq.cron import CronScheduler

from syncadmin.supervisor.ports import HOST

EVERY_SECONDS = 0.1


class PartNotReady(RuntimeError):
    """A part did not answer in time."""


class Stopped(RuntimeError):
    """The wait ended because everything is being stopped."""


def wait_for(what: str, ready: Callable[[], bool], stopping: threading.Event, seconds: float = 60) -> None:
    """Ask until `ready` says yes. Raises PartNotReady after `seconds`, Stopped when `stopping` is set."""
    for _ in range(int(seconds / EVERY_SECONDS)):
        if ready():
            return
        if stopping.wait(EVERY_SECONDS):
            raise Stopped
    raise PartNotReady(f"{what} did not answer within {seconds:.0f} seconds.")


def web_answers(port: int) -> bool:
    """Whether the web server serves pages, the sign-in page included."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/account/login/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def workers_registered(url: str, count: int) -> bool:
    with redis.Redis.from_url(url) as client:
        return Worker.count(connection=client) >= count


def cron_registered(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        return bool(CronScheduler.all(client))
