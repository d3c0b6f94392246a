"""The processes of the demo, as command lines."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from syncadmin.supervisor.ports import HOST, SERVERS
from syncadmin.supervisor.queue_address import queue_url

# A part gets this long to end by itself; the supervisor kills what is left two seconds later.
STOP_SECONDS = 3
WORKER_TTL_SECONDS = 45


@dataclass(frozen=True, slots=True)
class Part:
    """One process. `name` is unique among the parts."""

    name: str
    command: tuple[str, ...]


def parts(project: Path, folder: Path, ports: Mapping[str, int], workers: int) -> tuple[Part, ...]:
    """The sandbox servers, the web server, the workers, cron and the listener. Valkey outlives them."""
    manage = (sys.executable, str(project / "manage.py"))
    return (
        Part("sandbox", (*manage, "sandbox", "--state-file", str(folder / "sandbox.json"), *sandbox_ports(ports))),
        Part("web", web(ports["web"])),
        *(Part(f"worker-{number}", (*manage, *worker())) for number in range(1, workers + 1)),
        Part("cron", (*manage, "rqcron", "syncadmin.runs.cron", "--logging-level", "WARNING")),
        Part("listener", (*manage, "listen")),
    )


def sandbox_ports(ports: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(word for server in SERVERS for word in (f"--{server}-port", str(ports[server])))


def web(port: int) -> tuple[str, ...]:
    options = ("--bind", f"{HOST}:{port}", "--workers", "1", "--threads", "4", "--no-control-socket")
    return (sys.executable, "-m", "gunicorn", "syncadmin.wsgi", *options, "--graceful-timeout", str(STOP_SECONDS))


def worker() -> tuple[str, ...]:
    """An idle worker blocks for its ttl less 15 s before it looks after the jobs of dead ones (rq.worker.base)."""
    options = ("--worker-ttl", str(WORKER_TTL_SECONDS), "--worker-class", "syncadmin.supervisor.worker.PromptWorker")
    return ("rqworker", "default", *options, "--verbosity", "0")


def environment(base: Mapping[str, str], folder: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """What every part gets: one data folder, one queue, and the address people use."""
    own = {
        "SYNCADMIN_VAR": str(folder),
        "REDIS_URL": queue_url(folder),
        "PUBLIC_URL": f"http://{HOST}:{ports['web']}",
        "WORKER_STOP_SECONDS": str(STOP_SECONDS),
        "PYTHONUNBUFFERED": "1",
        # read on the page of sent mails
        "EMAIL_BACKEND": base.get("EMAIL_BACKEND") or "syncadmin.logs.mail_backend.KeepingBackend",
    }
    return {**base, **own}
