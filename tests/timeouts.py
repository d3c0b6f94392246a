"""How long a test waits for what has to happen: a limit that only ends a hang, however slow the machine is."""

import os
import time
from collections.abc import Callable

HANG_SECONDS = float(os.environ.get("HANG_SECONDS", 600))
"""Set HANG_SECONDS=20 while you write a test, to see at once what it waits for."""


def until(happened: Callable[[], bool]) -> None:
    """Ask until it has happened. Raises AssertionError when a test would hang."""
    over = time.monotonic() + HANG_SECONDS
    while not happened():
        assert time.monotonic() < over, "it never happened"
        time.sleep(0.01)
