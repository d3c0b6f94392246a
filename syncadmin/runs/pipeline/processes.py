"""Processes that hold the lease of a run: any other process on the same machine can tell that one has died."""

from __future__ import annotations

import os
import socket
from functools import cache
from hashlib import blake2b


def this_process() -> str:
    """The name of this process, for ``Run.leased_by``."""
    return f"{_this_machine()} {os.getpid()}"


def has_died(name: str) -> bool:
    """Whether a process with such a name is known to be gone. False for one on another machine, and for a job."""
    machine, _, number = name.rpartition(" ")
    if machine != _this_machine():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@cache
def _this_machine() -> str:
    """Only processes with the same answer see each other's process ids; two containers may share a host name."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = ""
    return f"process {blake2b(f'{socket.gethostname()} {namespace}'.encode(), digest_size=8).hexdigest()}"
