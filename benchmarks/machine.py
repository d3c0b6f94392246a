"""On what and with what it was measured."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from benchmarks.measure import ROOT

PACKAGES = ("Django", "simple-salesforce", "zenpy", "requests", "orjson")


def facts() -> list[str]:
    """One line each: date and state of the code, machine, versions, and how busy the machine was meanwhile."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"{datetime.now(UTC):%Y-%m-%d}{_revision()}",
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, {_processor()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}",
        f"load average over the last 15 minutes {os.getloadavg()[2]:.1f}",
    ]


def _revision() -> str:
    """The commit, and whether the folder holds more than that. Nothing outside a checkout."""
    commit = _git("rev-parse", "--short", "HEAD")
    if not commit:
        return ""
    return f", commit {commit}{' with changes' if _git('status', '--porcelain', '-uno') else ''}"


def _git(*words: str) -> str:
    program = shutil.which("git")
    if program is None:
        return ""
    command: Sequence[str] = (program, *words)
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    return found.stdout.strip() if found.returncode == 0 else ""


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
            return next(named, platform.processor())
    except OSError:
        return platform.processor()
