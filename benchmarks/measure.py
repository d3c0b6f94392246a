"""Run a command as its own process and say what it took, as seen from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

ROOT = Path(__file__).resolve().parents[1]
STOPWATCH = Path(__file__).with_name("stopwatch.py")
PYTHON = sys.executable
# What would let somebody's own installation leak into the measured one.
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ENCRYPTION_KEYS", "DJANGO_SETTINGS_MODULE", "DEBUG")


@dataclass(frozen=True, slots=True)
class Spent:
    """One process from start to end: seconds on the clock and of CPU, peak memory, exit code, what it wrote."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    code: int
    output: str
    errors: str

    @property
    def last_words(self) -> str:
        """The last line on the standard error: what a run says of itself."""
        return next(iter(self.errors.strip().splitlines()[::-1]), "")


class CommandFailed(RuntimeError):
    """A command that the measurement needs ended with an unexpected exit code, or not at all."""


def environment(**more: str) -> dict[str, str]:
    """This process's environment without anything that configures the product, and with ``more``."""
    return {name: value for name, value in os.environ.items() if name not in NOT_OURS} | more


def measured(
    command: Sequence[str], env: Mapping[str, str], *, good: Sequence[int] = (0,), timeout: float = 1800
) -> Spent:
    """Run ``command`` in the project's folder. Raises CommandFailed with the end of what it said.

    Side effect: the process group is killed when it takes longer than ``timeout`` seconds or we are interrupted.
    """
    with TemporaryDirectory(prefix="syncadmin-bench-") as folder:
        report = Path(folder) / "report.json"
        watched = [PYTHON, "-I", "-S", str(STOPWATCH), str(report), *command]
        code, output, said = _run(watched, env, timeout)
        if code not in good:
            raise CommandFailed(f"{' '.join(command)} ended with {code}:\n{said[-3000:]}")
        return Spent(**orjson.loads(report.read_bytes()), code=code, output=output, errors=said)


def _run(command: Sequence[str], env: Mapping[str, str], timeout: float) -> tuple[int, str, str]:
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603 - our own commands
        command, cwd=ROOT, env=dict(env), stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as process:
        try:
            output, said = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise CommandFailed(f"{' '.join(command)} was still running after {timeout:.0f} s") from None
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return process.returncode, output, said
