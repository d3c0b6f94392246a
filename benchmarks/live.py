"""The parts of live updates that a measurement starts, kills and edits: product, web server, edits on either side."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from benchmarks.measure import PYTHON, ROOT, measured
from benchmarks.product import Product, install
from benchmarks.subjects import Subject
from benchmarks.world import World
from connectors.sandbox.options import Options
from connectors.sandbox.server import Sandbox, running
from connectors.sandbox.zendesk.schema import users
from syncadmin.supervisor.parts import worker
from syncadmin.supervisor.queue_address import queue_url
from syncadmin.supervisor.valkey import valkey

LOOK_SECONDS = 0.05
STOP_SECONDS = 30
GO_LIVE = """
from connectors import services; from connectors.models import Connection; from mappings.models import Sync
c = Connection.objects.get(slug="sf"); c.settings = {{**c.settings, "pubsub": {pubsub!r}}}; c.save()
assert all(services.check(each).ok for each in Connection.objects.all())
sync = Sync.objects.get(slug="contacts")
sync.mappings.filter(left="Title").update(direction="both", conflict="newest")
Sync.objects.filter(pk=sync.pk).update(automatic_updates=True, automatic_both_ways=True, interval={interval})
from syncadmin.runs.models import Link
print(*(f"{{link.left_id}}={{link.right_id}}" for link in Link.objects.filter(sync=sync)))
"""
LISTENING = (
    "from syncadmin.live.models import ObjectStream; print(ObjectStream.objects.filter(state='connected').count())"
)
HOOKED = "from syncadmin.live.models import Webhook; print(Webhook.objects.exclude(remote_id='').count())"


@dataclass(slots=True)
class Watch:
    """Edits on their way. Values are numbers that only rise, so a later one makes good for those before it."""

    shown: Callable[[str], int]
    waiting: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    lags: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def edited(self, record: str, number: int) -> None:
        with self.lock:
            self.waiting.setdefault(record, []).append((number, time.monotonic()))

    def look(self) -> None:
        """Take the time of every edit that has arrived."""
        with self.lock:
            for record in list(self.waiting):
                arrived, now = self.shown(record), time.monotonic()
                held = self.waiting[record]
                self.lags += [now - since for number, since in held if number <= arrived]
                if left := [one for one in held if one[0] > arrived]:
                    self.waiting[record] = left
                else:
                    del self.waiting[record]

    def until(self, over: threading.Event) -> None:
        while not over.wait(LOOK_SECONDS):
            self.look()


@dataclass(slots=True)
class LiveProduct:
    """One installation at work beside its sandbox. ``people``: contacts with a user of their own."""

    sandbox: Sandbox
    world: World
    product: Product
    port: int
    people: list[tuple[str, str]] = field(default_factory=list)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> None:
        words = command if command[0] == PYTHON else (PYTHON, "manage.py", *command)
        self.processes[name] = subprocess.Popen(words, cwd=ROOT, env=self.product.env)  # noqa: S603 - our own commands

    def start_web(self) -> None:
        """Side effect: blocks until it answers."""
        options = ("--bind", f"127.0.0.1:{self.port}", "--workers", "1", "--threads", "4", "--no-control-socket")
        self.start("web", PYTHON, "-m", "gunicorn", "syncadmin.wsgi", *options)
        wait_for(self._answers)

    def start_listener(self) -> None:
        """Side effect: blocks until it is connected."""
        self.start("listener", "listen")
        wait_for(lambda: self.shell(LISTENING).strip() != "0")

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait(STOP_SECONDS)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(STOP_SECONDS)

    def shell(self, code: str) -> str:
        return measured([PYTHON, "manage.py", "shell", "-v", "0", "-c", code], self.product.env).output

    def edit_contact(self, contact: str, number: int) -> None:
        self.world.edit([contact], {"Title": f"{number}"})

    def edit_user(self, user: str, number: int) -> None:
        """As agents do in the pages of Zendesk, which have no limits for calls."""
        store = self.sandbox.zendesk.store
        users.update(store, store.users.get(int(user)), {"user_fields": {"title": f"{number}"}})
        store.hooks.tell()

    def shown_of_user(self, user: str) -> int:
        row = self.sandbox.zendesk.store.users.get(int(user))
        return _number(row.fields.get("title")) if row else 0

    def shown_of_contact(self, contact: str) -> int:
        row = self.sandbox.salesforce.store.get("Contact", contact)
        return _number(row.get("Title")) if row else 0

    def _answers(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/", timeout=5).ok
        except requests.RequestException:
            return False


@contextmanager
def live_product(options: Options, *, push: bool, interval: int = 2) -> Iterator[LiveProduct]:
    """Contacts in step, with automatic updates both ways; workers and cron at work, and what pushes if wanted."""
    with TemporaryDirectory() as name, running(options) as sandbox, valkey(Path(name)), requests.Session() as web:
        world = World(sandbox.credentials, web)
        product, port = install(Path(name), world, Subject.ACCOUNTS, Subject.CONTACTS), _free_port()
        mails = {"EMAIL_BACKEND": "syncadmin.logs.mail_backend.KeepingBackend"}
        public = {"PUBLIC_URL": f"http://127.0.0.1:{port}", **mails} if push else mails
        product.env.update(REDIS_URL=queue_url(Path(name)), WORKER_STOP_SECONDS="3", **public)
        for subject in (Subject.ACCOUNTS, Subject.CONTACTS):
            product.run(subject)
        live = LiveProduct(sandbox, world, product, port)
        pubsub = sandbox.credentials["salesforce"]["pubsub"]
        pairs = [pair.split("=") for pair in live.shell(GO_LIVE.format(pubsub=pubsub, interval=interval)).split()]
        shared = Counter(user for _, user in pairs)
        live.people = [(contact, user) for contact, user in pairs if shared[user] == 1]
        try:
            for number, command in enumerate((worker(), worker(), ("rqcron", "syncadmin.runs.cron"))):
                live.start(str(number), *command)
            if push:
                live.start_web()
                live.start_listener()
                wait_for(lambda: live.shell(HOOKED).strip() != "0")
            yield live
        finally:
            live.stop()


@contextmanager
def watched(shown: Callable[[str], int], seconds: float) -> Iterator[Watch]:
    """Looks for the edits of the block until all have arrived, at most so many seconds after its end."""
    watch, over = Watch(shown), threading.Event()
    looking = threading.Thread(target=watch.until, args=(over,))
    looking.start()
    try:
        yield watch
        deadline = time.monotonic() + seconds
        while watch.waiting and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
    finally:
        over.set()
        looking.join()


def edit(
    watch: Watch, act: Callable[[str, int], None], pairs: Sequence[tuple[str, str]], rate: int, number: int
) -> None:
    """Edit the first record of each pair, one after the other; its value is looked for in the second.

    An edit that comes too late for its moment is made at once.
    """
    began, start = time.monotonic(), int(time.time() * 1000)
    for place in range(number):
        time.sleep(max(0.0, began + place / rate - time.monotonic()))
        record, other = pairs[place % len(pairs)]
        watch.edited(other, start + place)
        act(record, start + place)


def result(watch: Watch, **more: Any) -> Mapping[str, Any]:
    """What a measurement prints of its edits."""
    lags = sorted(watch.lags)
    return {
        **more,
        "lost": sum(map(len, watch.waiting.values())),
        "p50": round(lags[len(lags) // 2], 2) if lags else None,
        "p95": round(lags[len(lags) * 95 // 100], 2) if lags else None,
        "longest": round(lags[-1], 2) if lags else None,
    }


def wait_for(holds: Callable[[], bool]) -> None:
    while not holds():
        time.sleep(LOOK_SECONDS)


def _number(text: Any) -> int:
    return int(text) if str(text or "").isdigit() else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
