"""What a fresh installation looks like to others on the same machine."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path


def test_a_new_data_folder_is_closed_to_other_people_of_the_machine(tmp_path: Path) -> None:
    """It holds sessions, keys and the records of both systems."""
    folder = tmp_path / "new" / "var"
    environment = {**os.environ, "SYNCADMIN_VAR": str(folder)}
    subprocess.run([sys.executable, "-c", "import syncadmin.settings"], env=environment, check=True)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600
