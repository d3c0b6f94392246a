"""Configures the demo once all its processes are up, and prints where to sign in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syncadmin.supervisor import messages, readiness, world
from syncadmin.supervisor.login import Login
from syncadmin.supervisor.ports import SERVERS, remember
from syncadmin.supervisor.record import OutputRecord


@dataclass(frozen=True, slots=True)
class Demo:
    """One start. `ports_before` is empty on the very first one; `environment` is what every part gets."""

    project: Path
    folder: Path
    ports: Mapping[str, int]
    ports_before: Mapping[str, int]
    workers: int
    environment: Mapping[str, str]
    login: Login


def prepare(demo: Demo, say: Callable[[str], None], record: OutputRecord) -> None:
    """Wait until every part answers, apply the configuration where needed, and say where to go.

    Raises readiness.PartNotReady for a part that stays silent, Stopped when everything is being stopped, RuntimeError
    with the output of a configuration that was refused.
    """
    redis_url = demo.environment["REDIS_URL"]
    readiness.wait_for("The sandbox", record.sandbox_ready.is_set, record.stopping)
    readiness.wait_for("The web server", lambda: readiness.web_answers(demo.ports["web"]), record.stopping)
    readiness.wait_for("Cron", lambda: readiness.cron_registered(redis_url), record.stopping)
    enough = demo.workers
    readiness.wait_for("A worker", lambda: readiness.workers_registered(redis_url, enough), record.stopping)
    configure(demo, record.sandbox)
    messages.connect(demo.environment["PUBLIC_URL"], world.servers(record.sandbox))
    remember(demo.folder, demo.ports)
    say(welcome(demo))


def configure(demo: Demo, credentials: Mapping[str, Mapping[str, Any]]) -> None:
    """A first start gets connections and syncs; a later one on other sandbox ports only new addresses."""
    if not demo.ports_before:
        text = world.first_configuration(credentials)
    elif any(demo.ports[part] != demo.ports_before.get(part) for part in SERVERS):
        text = world.moved_configuration(credentials)
    else:
        return
    file = demo.folder / "demo.yaml"
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, str(demo.project / "manage.py"), "config", "apply", str(file)]
    applied = subprocess.run(  # noqa: S603 - our own command and our own file
        command, env=dict(demo.environment), capture_output=True, text=True, check=False
    )
    if applied.returncode:
        raise RuntimeError(f"The demo's configuration {file} was refused:\n{applied.stderr or applied.stdout}")


def welcome(demo: Demo) -> str:
    """The block that a person reads: address, login, data, how to stop."""
    password = demo.login.password or "the one you chose"
    sandbox = ", ".join(f"{part.title()} http://127.0.0.1:{demo.ports[part]}" for part in SERVERS if part != "pubsub")
    lines = (
        "SyncAdmin is ready.",
        "",
        f"  Open      {demo.environment['PUBLIC_URL']}",
        f"  Sign in   {demo.login.name} / {password}",
        f"  Mails     {demo.environment['PUBLIC_URL']}/logs/mails/",
        f"  Sandbox   {sandbox}",
        f"  Data      {demo.folder} (kept between starts)",
        f"  Log       {demo.folder / 'demo.log'}",
        "",
        "  Ctrl-C stops everything.",
    )
    return "\n".join(("", *lines, ""))
