"""The real command: everything starts, a person signs in, Ctrl-C ends all of it, a second start keeps the data."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests

from tests.architecture.tree import ROOT
from tests.timeouts import HANG_SECONDS

ANY_PORTS = (
    "--workers",
    "1",
    "--port",
    "0",
    "--salesforce-port",
    "0",
    "--zendesk-port",
    "0",
    "--didomi-port",
    "0",
    "--graph-port",
    "0",
    "--pubsub-port",
    "0",
)
PARTS = ("sandbox", "gunicorn", "rqworker", "rqcron", "listen", "valkey")


@dataclass(frozen=True, slots=True)
class Running:
    process: subprocess.Popen[str]
    url: str
    password: str
    didomi: str


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, str(ROOT / "manage.py"), "demo", *(arguments or ANY_PORTS)]
    environment["SYNCADMIN_VAR"] = str(folder)
    return subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )


@contextmanager
def demo(folder: Path, ends_with: signal.Signals = signal.SIGINT) -> Iterator[Running]:
    """Running inside the block, told to stop after it."""
    process = start(folder)
    try:
        said = said_until_ready(process)
        found = re.search(r"Open\s+(\S+)\n\s+Sign in\s+admin / (\S+)", said)
        assert found, said
        sandbox = re.search(r"Didomi (\S+?),?\s", said)
        assert sandbox, said
        yield Running(process, found.group(1), found.group(2), sandbox.group(1))
    finally:
        process.send_signal(ends_with)
        process.communicate(timeout=HANG_SECONDS)


def said_until_ready(process: subprocess.Popen[str]) -> str:
    """Its output up to the line that ends the welcome, or all of it when it gives up before."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C stops everything" in line:
            break
    return said


def sign_in(running: Running) -> requests.Session:
    session = requests.Session()
    login = f"{running.url}/account/login/"
    session.get(login).raise_for_status()
    form = {"login": "admin", "password": running.password, "csrfmiddlewaretoken": session.cookies["csrftoken"]}
    answer = session.post(login, data=form, headers={"Referer": login})
    assert answer.ok
    assert "/account/login/" not in answer.url
    return session


def collect_a_consent(running: Running, who: str) -> None:
    """Somebody makes a choice in the sandbox, and it has told of it."""
    said = {"organization_user_id": who, "purposes": {"newsletter": True}}
    requests.post(f"{running.didomi}/_sandbox/collect", json=said, timeout=HANG_SECONDS).raise_for_status()
    told = requests.post(f"{running.didomi}/_sandbox/settle", timeout=HANG_SECONDS).json()
    assert (told["pending"], told["parked"], len(told["webhooks"])) == (0, [], 1)


def belonging_to(folder: Path) -> list[str]:
    """Command lines of the processes that work on this data folder. Valkey overwrites its environment, not its cwd."""
    found = []
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("SYNCADMIN_VAR") == str(folder) or process.cwd().startswith(str(folder))
            if mine:
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def open_to_others(folder: Path) -> list[str]:
    found = [(path, path.lstat().st_mode) for path in (folder, *folder.rglob("*"))]
    return [str(path) for path, mode in found if mode & 0o077 and not stat.S_ISLNK(mode)]


@pytest.mark.redis
def test_everything_starts_signs_in_stops_and_keeps_its_data(tmp_path):
    with demo(tmp_path) as first:
        session = sign_in(first)
        collect_a_consent(first, "visitor@first.example")
        assert "visitor@first.example" in session.get(f"{first.url}/connections/didomi/messages/").text
        commands = " ".join(belonging_to(tmp_path))
        assert [part for part in PARTS if part not in commands] == []
        second = start(tmp_path)
        said, _ = second.communicate(timeout=HANG_SECONDS)
        assert second.returncode == 1
        assert open_to_others(tmp_path) == []
        assert f"A demo already runs on {tmp_path} (process {first.process.pid})" in said
    assert first.process.returncode == 0
    assert belonging_to(tmp_path) == []
    assert (tmp_path / "demo-login.txt").stat().st_mode & 0o777 == 0o600
    with demo(tmp_path, ends_with=signal.SIGHUP) as again:
        assert again.password == first.password
        session = sign_in(again)
        collect_a_consent(again, "visitor@again.example")
        assert "visitor@again.example" in session.get(f"{again.url}/connections/didomi/messages/").text
    assert again.process.returncode == 0
    assert belonging_to(tmp_path) == []


def test_a_taken_port_is_named_with_what_to_do(tmp_path):
    with socket.socket() as somebody:
        somebody.bind(("0.0.0.0", 0))
        somebody.listen()
        port = somebody.getsockname()[1]
        said, _ = start(tmp_path, "--port", str(port)).communicate(timeout=HANG_SECONDS)
    assert f"Port {port} for web is in use. Start again with --port and another number" in said
    assert "Errno" not in said
    assert "Traceback" not in said


def test_the_demo_leaves_a_database_alone_that_somebody_named(tmp_path):
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/own.sqlite3", "SYNCADMIN_VAR": str(tmp_path)}
    command = [sys.executable, str(ROOT / "manage.py"), "demo"]
    done = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 1
    assert "Unset DATABASE_URL" in done.stderr
