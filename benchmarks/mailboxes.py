"""`python -m benchmarks.mailboxes [--mailboxes 20] [--contacts 1000]`: contacts into mailboxes, against Graph's floor.

Every mailbox gets every contact. The floor of a load is a batch for each 20 contacts; that of a run without changes a
call for each folder of a mailbox, and one for the list of its folders.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import requests
import yaml

from benchmarks.measure import PYTHON, ROOT, CommandFailed, Spent, environment, measured

BATCH = 20
# The shared folder, the default one, and the one that each mailbox of the sandbox has besides.
FOLDERS = 3
OWNER = "005000000000001AAA"  # nobody: with the scope of all contacts no owner is asked for
ROW = "{:<22} {:>8} {:>8} {:>7} {:>7} {:>11} {:>8} {:>8}"


@dataclass(frozen=True, slots=True)
class Result:
    """One run of all mailboxes. ``calls``: those to Graph. ``floor``: the fewest that Graph allows for it."""

    name: str
    calls: int
    floor: int
    limited: int
    salesforce: int
    spent: Spent
    written: int

    def line(self) -> str:
        times = f"{self.spent.seconds:.1f}", f"{self.spent.cpu_seconds:.1f}"
        ratio = f"{self.calls / self.floor:.2f}"
        return ROW.format(self.name, self.calls, self.floor, ratio, self.limited, self.salesforce, *times)


def main() -> int:
    given = _parser().parse_args()
    with TemporaryDirectory() as folder, _sandbox(given.mailboxes, given.contacts) as servers:
        env = environment(SYNCADMIN_VAR=folder)
        _install(env, Path(folder) / "bench.yaml", servers)
        load, rest = ceil(given.contacts / BATCH) * given.mailboxes, (FOLDERS + 1) * given.mailboxes
        runs = (("first load", load), ("the run after it", rest), ("without changes", rest))
        results = [_run(env, servers, name, floor) for name, floor in runs]
    sys.stdout.write(f"{given.mailboxes} mailboxes of {given.contacts:,} contacts\n")
    sys.stdout.write(ROW.format("", "calls", "floor", "ratio", "429s", "Salesforce", "seconds", "CPU s") + "\n")
    sys.stdout.writelines(f"{result.line()}\n" for result in results)
    return 0 if [one.written for one in results] == [given.mailboxes * given.contacts, 0, 0] else 1


def _run(env: Mapping[str, str], servers: Mapping[str, Any], name: str, floor: int) -> Result:
    stats = [f"{servers[vendor]['base_url']}/_sandbox/stats" for vendor in ("graph", "salesforce")]
    for address in stats:
        requests.delete(address, timeout=60).raise_for_status()
    command = [PYTHON, "manage.py", "sync", "run", "outlook", "--inline", "--approve-all", "--json"]
    spent = measured(command, env)
    found, salesforce = (requests.get(address, timeout=60).json() for address in stats)
    written = orjson.loads(spent.output)["counts"]["written"]
    return Result(name, found["total"], floor, found["rate_limited"], salesforce["total"], spent, written)


def _install(env: Mapping[str, str], file: Path, servers: Mapping[str, Any]) -> None:
    crm, graph = servers["salesforce"], servers["graph"]
    settings = {
        "sf": {"kind": "salesforce"} | {key: crm[key] for key in ("base_url", "client_id", "client_secret")},
        "mail": {"kind": "outlook"}
        | {key: graph[key] for key in ("base_url", "tenant_id", "client_id", "client_secret")},
    }
    sync = {"slug": "outlook", "kind": "contacts_outlook", "left": "sf", "right": "mail", "scope": "all"}
    sync["mailboxes"] = [{"address": address, "salesforce_user": OWNER} for address in graph["mailboxes"]]
    connections = [{"slug": slug, **values} for slug, values in settings.items()]
    file.write_text(yaml.safe_dump({"connections": connections, "syncs": [sync]}), encoding="utf-8")
    measured([PYTHON, "manage.py", "migrate", "--verbosity", "0"], env)
    measured([PYTHON, "manage.py", "config", "apply", str(file)], env)


@contextmanager
def _sandbox(mailboxes: int, contacts: int) -> Iterator[dict[str, Any]]:
    """Raises CommandFailed if it stays silent."""
    numbers = {"accounts": 50, "contacts": contacts, "mailboxes": mailboxes, "leads": 0, "organizations": 0, "users": 0}
    ports = [word for vendor in ("salesforce", "zendesk", "graph") for word in (f"--{vendor}-port", "0")]
    flags = [word for name, number in numbers.items() for word in (f"--{name}", str(number))]
    command = [PYTHON, "manage.py", "sandbox", "--shared-email-percent", "0", *ports, *flags]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            if not (first_line := process.stdout.readline()):
                raise CommandFailed("The sandbox ended before it answered.")
            yield orjson.loads(first_line)
        finally:
            process.terminate()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mailboxes", description="Contacts into mailboxes.")
    parser.add_argument("--mailboxes", type=int, default=20, help="how many (default 20)")
    parser.add_argument("--contacts", type=int, default=1_000, help="contacts of each (default 1000)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
