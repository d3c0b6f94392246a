"""Runs one command and writes what it took: `python -I -S stopwatch.py REPORT COMMAND [ARGUMENT ...]`.

A program of its own, and small: Linux hands the peak memory of a parent down to the child that it starts, so whoever
measures must be smaller than what is measured. The report is one JSON object: seconds, cpu_seconds (user and system,
with all children that were waited for), peak_bytes. The exit code is the command's.
"""

import json
import os
import sys
import time
from pathlib import Path


def main(report: str, command: list[str]) -> int:
    started = time.monotonic()
    pid = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(pid, 0)
    taken = {
        "seconds": time.monotonic() - started,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_bytes": used.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    }
    Path(report).write_text(json.dumps(taken), encoding="utf-8")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
