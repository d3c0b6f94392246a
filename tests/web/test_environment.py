"""What a fresh installation looks like to others on the same machine, and what stops its start."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from syncadmin.environment import data_folder, redis_url
from syncadmin.supervisor.queue_address import LONGEST, queue_url, socket_path
from tests.architecture.tree import ROOT

# The database stays open, so that its -wal and -shm are there to be looked at.
WRITING = """
import os, django; django.setup()
from django.conf import settings
from django.db import connection
connection.cursor().execute("CREATE TABLE seen (id)")
(settings.VAR_DIR / "later").mkdir()
(settings.VAR_DIR / "later" / "a.log").write_text("x")
os._exit(0)
"""


def start(folder: Path, code: str = "import syncadmin.settings") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"SYNCADMIN_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "syncadmin.settings"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
        umask=0o022,
    )


def open_to_others(folder: Path) -> list[str]:
    found = [folder, *folder.rglob("*")]
    return [str(path) for path in found if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_a_data_folder_is_closed_to_other_people_also_one_that_was_open_and_for_what_is_made_later(
    tmp_path: Path,
) -> None:
    """It holds sessions, keys and the records of both systems."""
    folder, outside = tmp_path / "var", tmp_path / "outside"
    (folder / "old").mkdir(parents=True)
    (folder / "old" / "demo.log").write_text("x")
    (folder / "syncadmin.sqlite3").touch()
    outside.touch()
    (folder / "link").symlink_to(outside)
    for path in (folder, folder / "old", *folder.rglob("*.*")):
        path.chmod(0o777)
    outside.chmod(0o644)
    done = start(folder, WRITING)
    assert done.returncode == 0, done.stderr
    names = {path.name for path in folder.rglob("*")}
    assert {"keys.json", "syncadmin.sqlite3-wal", "syncadmin.sqlite3-shm", "a.log"} <= names
    assert open_to_others(folder) == []
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644, "what a link leads to is not ours"
    assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600
    new = tmp_path / "new" / "var"
    assert start(new).returncode == 0
    assert open_to_others(new) == []


def test_a_data_folder_that_holds_other_things_is_refused_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, home = tmp_path / "srv" / "syncadmin", tmp_path / "home"
    project.mkdir(parents=True)
    home.mkdir(mode=0o755)
    monkeypatch.setenv("HOME", str(home))
    for folder in (project, project.parent, tmp_path, home):
        before = folder.stat().st_mode
        with pytest.raises(ImproperlyConfigured, match="Name a folder of its own"):
            data_folder(folder, project)
        assert folder.stat().st_mode == before


@pytest.mark.parametrize(
    "url",
    [
        "redis://10.0.0.7:6379/0",
        "redis://queue.internal/0",
        "rediss://queue.internal:6380",
        "redis://:@queue.internal",
        "redis://somebody@queue.internal",
        "redis://0.0.0.0",
        "redis://[2001:db8::1]:6379",
        "redis://localhost.evil.example",
        "redis://127.0.0.1.evil.example",
        "redis://queue.internal?password=",
        "memcached://127.0.0.1",
        "redis://[::1",
        "127.0.0.1:6379",
    ],
)
def test_a_queue_on_the_network_without_a_password_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        redis_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:6379/0",
        "redis://127.8.8.8",
        "redis://localhost:6379",
        "redis://LOCALHOST",
        "redis://[::1]:6379/0",
        "redis:///1",
        "unix:///run/valkey/valkey.sock?db=0",
        "redis://:secret@queue.internal:6379/0",
        "rediss://somebody:secret@queue.internal:6379/0",
        "redis://queue.internal?password=secret",
    ],
)
def test_a_queue_on_this_machine_or_with_a_password_is_taken(url: str) -> None:
    assert redis_url(url) == url


def test_the_start_itself_refuses_it_and_shows_no_secret(tmp_path: Path) -> None:
    done = start(
        tmp_path, "import os; os.environ['REDIS_URL'] = 'redis://me@10.0.0.7/0?x=hush'; import syncadmin.settings"
    )
    assert done.returncode == 1
    assert "REDIS_URL names 10.0.0.7, another machine, without a password" in done.stderr
    assert "hush" not in done.stderr.splitlines()[-1]


def test_each_data_folder_has_a_queue_of_its_own_however_long_its_path_is(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    places = {socket_path(folder) for folder in (Path("/srv/a"), Path("/srv/b"), deep, deep / "f")}
    assert len(places) == 4
    assert all(len(str(place)) <= LONGEST for place in places)
    assert queue_url(Path("/srv/with space")) == "unix:///srv/with%20space/valkey/valkey.sock?db=0"
