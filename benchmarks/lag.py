"""`python -m benchmarks.lag [--rates 1,10,50] [--seconds 60] [--zero] [--polling]`: from an edit to the other side.

People edit contacts in Salesforce, so many a second. The time of each edit is taken until its value, or a later one of
the same contact, is in Zendesk. The product runs as `deploy/` starts it: two workers, cron and the listener, with
SQLite and Valkey; the sandbox waits and limits as the real systems do, unless --zero is given. Exit code 1 when a value
was lost.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import requests

from benchmarks.measure import PYTHON, ROOT, measured
from benchmarks.product import Product, install
from benchmarks.subjects import Subject
from benchmarks.world import World
from connectors.sandbox.options import PROFILE_P1, Options
from connectors.sandbox.server import Sandbox, running
from connectors.sandbox.world import WorldSize
from syncadmin.supervisor.parts import worker
from syncadmin.supervisor.queue_address import queue_url
from syncadmin.supervisor.valkey import valkey

SIZE = WorldSize(accounts=50, contacts=500)
LOOK_SECONDS = 0.05
LAST_SECONDS = 300
STOP_SECONDS = 10
GO_LIVE = """
from connectors import services; from connectors.models import Connection; from mappings.models import Sync
c = Connection.objects.get(slug="sf"); c.settings = {{**c.settings, "pubsub": {pubsub!r}}}; c.save()
assert all(services.check(each).ok for each in Connection.objects.all())
Sync.objects.filter(slug="contacts").update(automatic_updates=True)
"""
LINKS = """
from syncadmin.runs.models import Link
print(*(f"{link.left_id}={link.right_id}" for link in Link.objects.filter(sync__slug="contacts")))
"""
LISTENING = (
    "from syncadmin.live.models import ObjectStream; print(ObjectStream.objects.filter(state='connected').count())"
)


@dataclass(slots=True)
class Watch:
    """Edits on their way. Values are numbers that only rise, so a later one makes good for those before it."""

    waiting: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    lags: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def edited(self, user: int, number: int) -> None:
        with self.lock:
            self.waiting.setdefault(user, []).append((number, time.monotonic()))

    def look(self, sandbox: Sandbox) -> None:
        """Take the time of every edit that has arrived."""
        with self.lock:
            for user in list(self.waiting):
                arrived, now = shown(sandbox, user), time.monotonic()
                held = self.waiting[user]
                self.lags += [now - since for number, since in held if number <= arrived]
                if left := [one for one in held if one[0] > arrived]:
                    self.waiting[user] = left
                else:
                    del self.waiting[user]

    def until(self, over: threading.Event, sandbox: Sandbox) -> None:
        while not over.wait(LOOK_SECONDS):
            self.look(sandbox)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    rates = "edits a second, for example 1,10,50"
    parser.add_argument(
        "--rates", type=lambda text: [int(one) for one in text.split(",")], default=[1, 10, 50], help=rates
    )
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--zero", action="store_true", help="systems that answer at once and have no limits")
    parser.add_argument("--polling", action="store_true", help="without the listener, by the clock alone")
    given = parser.parse_args(words)
    limits: dict[str, Any] = {"zendesk_rpm": 1_000_000, "endpoint_limits": False, "job_ms": 0}
    options = Options(vendors=("salesforce", "zendesk"), size=SIZE, **(limits if given.zero else PROFILE_P1))
    found = measure(options, given.rates, given.seconds, push=not given.polling)
    sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n")
    return 1 if any(one["lost"] for one in found) else 0


def measure(options: Options, rates: Sequence[int], seconds: int, *, push: bool) -> list[dict[str, Any]]:
    """One result for each rate, all in one installation."""
    with TemporaryDirectory() as name, running(options) as sandbox, valkey(Path(name)), requests.Session() as web:
        folder, world = Path(name), World(sandbox.credentials, web)
        product = install(folder, world, Subject.ACCOUNTS, Subject.CONTACTS)
        product.env["REDIS_URL"] = queue_url(folder)
        for subject in (Subject.ACCOUNTS, Subject.CONTACTS):
            product.run(subject)
        _shell(product, GO_LIVE.format(pubsub=sandbox.credentials["salesforce"]["pubsub"]))
        pairs = [pair.split("=") for pair in _shell(product, LINKS).split()]
        shared = Counter(user for _, user in pairs)
        people = {contact: int(user) for contact, user in pairs if shared[user] == 1}
        with _working(product, push=push):
            return [_rated(sandbox, world, people, rate, seconds) for rate in rates]


def _rated(sandbox: Sandbox, world: World, people: Mapping[str, int], rate: int, seconds: int) -> dict[str, Any]:
    watch, over = Watch(), threading.Event()
    looking = threading.Thread(target=watch.until, args=(over, sandbox))
    looking.start()
    world.forget_calls()
    _edit(world, watch, list(people.items()), rate, seconds)
    deadline = time.monotonic() + LAST_SECONDS
    while watch.waiting and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    over.set()
    looking.join()
    lags, calls, edits = sorted(watch.lags), world.calls(), rate * seconds
    return {
        "edits_a_second": rate,
        "edits": edits,
        "lost": sum(map(len, watch.waiting.values())),
        "p50": round(lags[len(lags) // 2], 2) if lags else None,
        "p95": round(lags[len(lags) * 95 // 100], 2) if lags else None,
        "longest": round(lags[-1], 2) if lags else None,
        "calls_an_edit": round(calls.total / edits, 2),
        "rate_limited": calls.rate_limited,
    }


def _edit(world: World, watch: Watch, people: Sequence[tuple[str, int]], rate: int, seconds: int) -> None:
    """Edit one contact after the other. An edit that comes too late for its moment is made at once."""
    began, start = time.monotonic(), int(time.time() * 1000)
    for place in range(rate * seconds):
        time.sleep(max(0.0, began + place / rate - time.monotonic()))
        contact, user = people[place % len(people)]
        watch.edited(user, start + place)
        world.edit([contact], {"Title": f"{start + place}"})


def shown(sandbox: Sandbox, user: int) -> int:
    """The number that Zendesk shows of this user now; 0 where it is none of ours."""
    row = sandbox.zendesk.store.users.get(user)
    title = str(row.fields.get("title") or "") if row else ""
    return int(title) if title.isdigit() else 0


@contextmanager
def _working(product: Product, *, push: bool) -> Iterator[None]:
    """Workers, cron and the listener, until the end of the block."""
    commands = [worker(), worker(), ("rqcron", "syncadmin.runs.cron", "--logging-level", "WARNING")]
    commands += [("listen",)] if push else []
    processes = [
        subprocess.Popen([PYTHON, "manage.py", *words], cwd=ROOT, env=product.env)  # noqa: S603 - our own commands
        for words in commands
    ]
    try:
        while push and _shell(product, LISTENING).strip() == "0":
            time.sleep(LOOK_SECONDS)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(STOP_SECONDS)


def _shell(product: Product, code: str) -> str:
    return measured([PYTHON, "manage.py", "shell", "-v", "0", "-c", code], product.env).output


if __name__ == "__main__":
    sys.exit(main())
