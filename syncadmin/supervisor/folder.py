"""Locks the data folder, so that only one demo uses it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(RuntimeError):
    """Another demo works on this folder."""

    def __init__(self, folder: Path, owner: str) -> None:
        super().__init__(
            f"A demo already runs on {folder} (process {owner or 'unknown'}). "
            "Stop it with Ctrl-C, or name another folder in SYNCADMIN_VAR."
        )


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the folder until the block ends. Raises AlreadyRunning.

    The lock belongs to the open file, not to the text in it: it is free the moment its owner is dead.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "demo.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(folder, file.read().strip()) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
