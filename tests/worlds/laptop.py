"""The product as processes of its own: commands and workers over one data folder, to be killed and looked into."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import orjson
import psutil
import yaml

from connectors.sandbox.server import Sandbox
from tests.architecture.tree import ROOT
from tests.timeouts import HANG_SECONDS
from tests.worlds.company import SYNC

NOBODY = "redis://127.0.0.1:1/0"
LEASE_SECONDS = 1


class Laptop:
    """Commands over one data folder. ``with`` ends whatever was started."""

    def __init__(self, folder: Path, queue: str = NOBODY) -> None:
        self.folder = folder
        self._started: list[subprocess.Popen[str]] = []
        others = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.environment = {
            **others,
            "SYNCADMIN_VAR": str(folder),
            "REDIS_URL": queue,
            "RUN_LEASE_SECONDS": str(LEASE_SECONDS),
        }

    def __enter__(self) -> Laptop:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._started:
            if process.poll() is None:
                kill(process)
            process.communicate(timeout=HANG_SECONDS)

    def manage(self, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """A command, run to its end."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        own = {**self.environment, **(environment or {})}
        return subprocess.run(command, env=own, text=True, capture_output=True, timeout=HANG_SECONDS, check=False)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A command, left running. It can be interrupted, also where the tests run in a shell's background."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        before = signal.signal(signal.SIGINT, signal.default_int_handler)  # an ignored signal would be inherited
        process = subprocess.Popen(
            command, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        signal.signal(signal.SIGINT, before)
        self._started.append(process)
        return process

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the database, as it is now. Empty while there is no such table."""
        with closing(self._database()) as database:
            try:
                return database.execute(sql).fetchall()
            except sqlite3.OperationalError:
                return []

    @contextmanager
    def nobody_writes(self) -> Iterator[None]:
        """Inside, every worker stands still at its next write."""
        with closing(self._database()) as database:
            database.execute("BEGIN IMMEDIATE")
            yield
            database.rollback()

    def wait_until_the_lease_is_over(self) -> None:
        query = "SELECT 1 FROM runs_run WHERE lease_until > strftime('%Y-%m-%d %H:%M:%f', 'now')"
        wait_for(lambda: not self.ask(query))

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "syncadmin.sqlite3", timeout=HANG_SECONDS, isolation_level=None)


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL for it and for the processes that it forked: a machine that loses its power."""
    family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
    for member in family:
        member.send_signal(signal.SIGKILL)
    psutil.wait_procs(family[:-1], timeout=HANG_SECONDS)
    process.wait(timeout=HANG_SECONDS)


def wait_for(happened: Callable[[], object], seconds: float = HANG_SECONDS) -> None:
    """Look until it has happened; fail after so many seconds."""
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.005)


def printed(process: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The one JSON object on standard output."""
    assert process.stdout.count("\n") == 1, (process.stdout, process.stderr)
    return orjson.loads(process.stdout)


def configuration(sandbox: Sandbox) -> str:
    """Connections, and a sync that creates organizations and accounts."""
    known = sandbox.credentials
    connections = [
        {"slug": slug, "kind": kind} | {key: known[kind][key] for key in ("base_url", "client_id", "client_secret")}
        for slug, kind in (("sf", "salesforce"), ("zd", "zendesk"))
    ]
    return yaml.safe_dump({
        "connections": connections,
        "syncs": [{**SYNC, "create_left": "accounts"}],
    })  # fmt: skip
