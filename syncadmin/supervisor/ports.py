"""Which port each part listens on: what was asked for, else last time's, else the first free one."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

HOST = "127.0.0.1"
PREFERRED = {"web": 8000, "salesforce": 9401, "zendesk": 9402}
TRIES = 200


class PortInUse(RuntimeError):
    """A port that was asked for by number belongs to somebody else."""

    def __init__(self, part: str, port: int) -> None:
        super().__init__(f"Port {port} for {part} is in use. Name another one, or none to take the next free port.")


def choose(asked: Mapping[str, int | None], remembered: Mapping[str, int]) -> dict[str, int]:
    """A free port for each part. 0 asks for any. Raises PortInUse for a taken port that was asked for by number."""
    chosen: dict[str, int] = {}
    for part, preferred in PREFERRED.items():
        wanted = asked.get(part)
        if wanted and not is_free(wanted):
            raise PortInUse(part, wanted)
        if wanted is None:
            first = remembered.get(part, preferred)
            wanted = next_free(part, range(first, min(first + TRIES, 65_536)), taken=chosen.values())
        chosen[part] = wanted or any_free()
    return chosen


def next_free(part: str, candidates: range, taken: Iterable[int]) -> int:
    """The first free candidate. Raises PortInUse when there is none."""
    for port in candidates:
        if port not in taken and is_free(port):
            return port
    raise PortInUse(part, candidates.start)


def is_free(port: int) -> bool:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        port: int = listening.getsockname()[1]
    return port


def remembered(folder: Path) -> dict[str, int]:
    """The ports of the last start, empty before the first."""
    try:
        ports: dict[str, int] = json.loads((folder / "ports.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return ports


def remember(folder: Path, ports: Mapping[str, int]) -> None:
    (folder / "ports.json").write_text(json.dumps(dict(ports)), encoding="utf-8")
