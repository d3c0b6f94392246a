"""Each command works with no environment set: the embedded database is made on first use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT


def test_the_first_command_on_a_new_machine_makes_the_database_and_the_keys(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
    environment["SYNCADMIN_VAR"] = str(tmp_path / "var")
    answer = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "sync", "list", "--json"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(answer.stdout) == {"syncs": []}
    assert (tmp_path / "var" / "keys.json").stat().st_mode & 0o077 == 0
