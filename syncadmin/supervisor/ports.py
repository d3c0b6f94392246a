"""Chooses the port of each process: the requested one, the last one used, or the first free one."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

HOST = "127.0.0.1"
PREFERRED = {"web": 8000, "salesforce": 9401, "zendesk": 9402, "didomi": 9403, "graph": 9404, "pubsub": 9405}
SERVERS = tuple(part for part in PREFERRED if part != "web")
TRIES = 200


class PortInUse(RuntimeError):
    """A port that was asked for by number belongs to somebody else, or cannot be listened on."""

    def __init__(self, part: str, port: int, problem: str = "is in use") -> None:
        option = "--port" if part == "web" else f"--{part}-port"
        super().__init__(
            f"Port {port} for {part} {problem}. Start again with {option} and another number, or without {option} to "
            "take the next free port."
        )


def choose(asked: Mapping[str, int | None], remembered: Mapping[str, int]) -> dict[str, int]:
    """A free port for each part, none twice. 0 asks for any. Raises PortInUse for one that cannot be had by number."""
    chosen: dict[str, int] = {}
    for part, preferred in PREFERRED.items():
        wanted = asked.get(part)
        if wanted and (trouble := _trouble(wanted, chosen.values())):
            raise PortInUse(part, wanted, trouble)
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
    return not _trouble(port, ())


def _trouble(port: int, given_away: Iterable[int]) -> str:
    """Why nothing of ours can listen there; "" where it can."""
    if not 0 < port < 65_536:
        return "is not a port: ports go from 1 to 65535"
    if port in given_away:
        return "is asked for twice"
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
            listening.listen()
        except PermissionError:
            return "is kept for programs of the system"
        except OSError:
            return "is in use"
    return ""


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
