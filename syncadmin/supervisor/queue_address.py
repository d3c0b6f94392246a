"""The Unix socket of the demo's Valkey, which only its owner can open."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

# The address of a socket is short: 107 bytes on Linux, 103 on macOS.
LONGEST = 100


def socket_path(folder: Path) -> Path:
    """In the data folder; for one with a long path in the system's folder for temporary files."""
    path = folder.resolve() / "valkey" / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST:
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"syncadmin-{os.getuid()}-{digest}" / path.name


def queue_url(folder: Path) -> str:
    """The queue of the demo of this data folder: commands in another terminal must not reach somebody else's."""
    return f"unix://{quote(str(socket_path(folder)))}?db=0"
