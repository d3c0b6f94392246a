"""Header names as the vendors write them: frameworks write all names in lower case."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import formatdate

COMMON = (
    *("Content-Type", "Content-Length", "Content-Encoding", "Date", "Location", "Retry-After", "Cache-Control"),
    *("WWW-Authenticate", "Connection", "Set-Cookie", "Content-Security-Policy"),
)
Headers = list[tuple[bytes, bytes]]


class Spelling:
    """Writes the names that a vendor spells in its own way; the others stay as they are."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {name.lower().encode(): name.encode() for name in (*COMMON, *names)}

    def written(self, headers: Iterable[tuple[bytes, bytes]], now: float) -> Headers:
        """The headers of an answer, with ``now`` as its date unless it was given one."""
        spelled = [(self._names.get(name.lower(), name), value) for name, value in headers]
        if any(name == b"Date" for name, _ in spelled):
            return spelled
        return [(b"Date", formatdate(now, usegmt=True).encode()), *spelled]
