"""`python -m benchmarks.webhooks [--events 10000] [--rate 500]`: consents by webhook, from the burst to Salesforce.

The product runs as people run it: gunicorn, SQLite, a run by its command. Each event is about another contact. Exit
code 1 when an event was lost or not written, or took more calls than its batches.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
import yaml

from benchmarks.measure import PYTHON, ROOT, environment, measured
from benchmarks.profiles import ZERO
from benchmarks.world import World, running

SENDERS = 8
BATCH = 200
QUERY = "/services/data/v62.0/query?q=SELECT+Email+FROM+Contact+WHERE+Email+!=+null"
MAKE = (
    "from connectors.models import Connection; from syncadmin.inbox import credentials; "
    "print(*credentials.make(Connection.objects.get(slug='didomi'), by=None))"
)
MAPPINGS = [
    {"left": "purposes.newsletter", "right": "Newsletter__c"},
    {"left": "purposes.newsletter.date", "right": "Newsletter_Date__c"},
]


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.webhooks", description="Consents by webhook, from the burst to Salesforce."
    )
    parser.add_argument("--events", type=int, default=10_000, help="how many (default 10000)")
    parser.add_argument("--rate", type=int, default=500, help="events a second (default 500)")
    given = parser.parse_args(words)
    with TemporaryDirectory() as folder, running(ZERO, 1, given.events * 5 // 4) as world:
        found = measure(Path(folder), world, given.events, given.rate)
    sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n")
    return 0 if is_right(found) else 1


def is_right(found: dict[str, Any]) -> bool:
    """Whether no event was lost, each was written, and that by batches."""
    events = found["events"]
    return bool(found["stored"] == found["written"] == events and found["calls"]["salesforce"] <= most_calls(events))


def most_calls(events: int) -> int:
    """So many calls to Salesforce are enough: the batches that are written, and ten for all that is read."""
    return -(-events // BATCH) + 10


def measure(folder: Path, world: World, events: int, rate: int) -> dict[str, Any]:
    """What a burst took: how it was answered, and what the run made of it."""
    emails = _emails(world)[:events]
    env = environment(SYNCADMIN_VAR=str(folder))
    _install(folder, world, env)
    _run(env)
    client_id, secret = measured([PYTHON, "manage.py", "shell", "-v", "0", "-c", MAKE], env).output.split()
    with _served(env) as address:
        seconds, waits, statuses = _burst(f"{address}/hooks/didomi/didomi", (client_id, secret), emails, rate)
    run = _run(env)
    waits.sort()
    return {
        "events": events,
        "seconds": round(seconds, 1),
        "a_second": round(events / seconds),
        "answers": {str(status): number for status, number in statuses.items()},
        "answered_in_ms": {"half": round(waits[len(waits) // 2]), "99 %": round(waits[len(waits) * 99 // 100])},
        "stored": statuses[202],
        "written": run["counts"]["written"],
        "calls": run["calls"],
        "run_seconds": run["seconds"],
    }


def _emails(world: World) -> list[str]:
    """The emails that one contact alone has."""
    login = world.credentials["salesforce"]
    path, seen = QUERY, Counter[str]()
    while path:
        headers = {"Authorization": f"Bearer {login['access_token']}"}
        page = requests.get(login["base_url"] + path, headers=headers, timeout=60).json()
        seen.update(row["Email"].lower() for row in page["records"])
        path = page.get("nextRecordsUrl") or ""
    return [email for email, times in seen.items() if times == 1]


def _install(folder: Path, world: World, env: dict[str, str]) -> None:
    didomi, salesforce = world.credentials["didomi"], world.credentials["salesforce"]
    keys = {
        "didomi": ("base_url", "organization_id", "key_id", "secret"),
        "sf": ("base_url", "client_id", "client_secret"),
    }
    connections = [
        {"slug": "didomi", "kind": "didomi", **{key: didomi[key] for key in keys["didomi"]}},
        {"slug": "sf", "kind": "salesforce", **{key: salesforce[key] for key in keys["sf"]}},
    ]
    sync = {"slug": "consents", "kind": "consents_contacts", "left": "didomi", "right": "sf", "mappings": MAPPINGS}
    file = folder / "bench.yaml"
    file.write_text(yaml.safe_dump({"connections": connections, "syncs": [sync]}), encoding="utf-8")
    measured([PYTHON, "manage.py", "migrate", "--verbosity", "0"], env)
    measured([PYTHON, "manage.py", "config", "apply", str(file)], env)


def _run(env: dict[str, str]) -> dict[str, Any]:
    command = [PYTHON, "manage.py", "sync", "run", "consents", "--inline", "--approve-all", "--json"]
    found: dict[str, Any] = orjson.loads(measured(command, env).output)
    return found


@contextmanager
def _served(env: dict[str, str]) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    web = [
        PYTHON,
        "-m",
        "gunicorn",
        "syncadmin.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    with subprocess.Popen(web, cwd=ROOT, env={**env, "PUBLIC_URL": address}) as process:  # noqa: S603 - our own command
        try:
            for _ in range(600):
                try:
                    requests.get(address, timeout=5)
                    break
                except requests.RequestException:
                    time.sleep(0.1)
            yield address
        finally:
            process.terminate()


def _burst(
    url: str, login: tuple[str, str], emails: Sequence[str], rate: int
) -> tuple[float, list[float], Counter[int]]:
    """Send an event about each of these, so many a second: seconds, milliseconds of each answer, answers by status."""
    form = {"grant_type": "client_credentials", "client_id": login[0], "client_secret": login[1]}
    token = requests.post(f"{url}/token", data=form, timeout=60).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    where, lines = urlsplit(url), SimpleQueue[HTTPConnection]()
    started = time.monotonic()

    def send(place: int) -> tuple[float, int]:
        body = orjson.dumps(_event(place, emails[place]))
        time.sleep(max(0.0, started + place / rate - time.monotonic()))
        line = lines.get()
        began = time.monotonic()
        line.request("POST", where.path, body, headers)
        with line.getresponse() as answer:
            answer.read()
        lines.put(line)
        return (time.monotonic() - began) * 1000, answer.status

    with ExitStack() as stack, ThreadPoolExecutor(SENDERS) as pool:
        for _ in range(SENDERS):
            lines.put(stack.enter_context(closing(HTTPConnection(where.netloc, timeout=120))))
        answers = list(pool.map(send, range(len(emails))))
    return time.monotonic() - started, [wait for wait, _ in answers], Counter(status for _, status in answers)


def _event(place: int, email: str) -> dict[str, Any]:
    entity = {
        "id": f"event-{place}",
        "created_at": "2026-05-01T10:00:00.000Z",
        "user": {"id": f"device-{place}", "organization_user_id": email},
        "consents": {"purposes": [{"id": "newsletter", "enabled": True}]},
    }
    return {"type": "event.created", "regulation": "gdpr", "parameters": {"entity": entity}}


if __name__ == "__main__":
    sys.exit(main())
