"""The benchmark of mailboxes runs, small, and finds that a run without changes costs what Graph asks for at least."""

import re
import subprocess

from benchmarks.measure import PYTHON, ROOT


def test_the_benchmark_of_mailboxes_runs() -> None:
    command = [PYTHON, "-m", "benchmarks.mailboxes", "--mailboxes", "2", "--contacts", "30"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert re.search(r"without changes +8 +8 +1\.00 +0", done.stdout), done.stdout
