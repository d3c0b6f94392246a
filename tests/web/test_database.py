"""Each command works with no environment set: the embedded database is made on first use."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.architecture.tree import ROOT

OWN = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}


def manage(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    environment = OWN | {"SYNCADMIN_VAR": str(folder)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_first_command_on_a_new_machine_makes_the_database_and_the_keys(tmp_path: Path) -> None:
    answer = manage(tmp_path / "var", "sync", "list", "--json")
    assert json.loads(answer.stdout) == {"syncs": []}
    assert (tmp_path / "var" / "keys.json").stat().st_mode & 0o077 == 0


def test_a_database_of_another_version_is_left_alone_with_a_word_on_what_to_do(tmp_path: Path) -> None:
    """Its migrations are not those of this version; the tables would lack columns."""
    assert manage(tmp_path, "migrate", "--verbosity", "0").returncode == 0
    database = tmp_path / "syncadmin.sqlite3"
    with closing(sqlite3.connect(database)) as connection, connection as rows:
        rows.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('runs', '0018_rests', '2026-01-01')")
    for command in (("migrate",), ("demo", "--port", "0"), ("sync", "list")):
        answer = manage(tmp_path, *command)
        assert answer.returncode == 1, command
        assert "This database was made by another version" in answer.stderr
        assert f"Move the file {database} to another place" in answer.stderr
        assert "Traceback" not in answer.stderr
    database.rename(tmp_path / "old.sqlite3")
    assert manage(tmp_path, "sync", "list").returncode == 0
