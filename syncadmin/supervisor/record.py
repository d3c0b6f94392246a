"""Writes the output of all processes to one log file; the console shows only what a person needs."""

from __future__ import annotations

import json
import re
from collections import defaultdict, deque
from threading import Event
from typing import IO, Any

from honcho.manager import SYSTEM_PRINTER_NAME
from honcho.printer import Message, Printer

STOPPED = re.compile(r"^(\S+) stopped \(rc=(-?\d+)\)")
STOPPING = re.compile(r"^SIG(INT|TERM) received")
KEPT_LINES = 8


class OutputRecord(Printer):  # type: ignore[misc]  # honcho has no types
    """Writes every line to the log and keeps what the supervisor has to know.

    sandbox: the credentials of the sandbox's first line, complete once sandbox_ready is set. stopping: set when a
    signal or the end of a part stops everything. first_stopped: the part that ended first. tails: last lines of each.
    """

    def __init__(self, log: IO[str]) -> None:
        super().__init__(output=log, colour=False)
        self.sandbox: dict[str, Any] = {}
        self.sandbox_ready = Event()
        self.stopping = Event()
        self.first_stopped: str | None = None
        self.tails: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=KEPT_LINES))

    def write(self, message: Message) -> None:
        text = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else message.data
        if message.name == SYSTEM_PRINTER_NAME:
            self._note(text)
        elif message.name == "sandbox" and not self.sandbox_ready.is_set() and text.startswith("{"):
            self.sandbox = json.loads(text)
            self.sandbox_ready.set()
            return  # credentials do not belong in a log, not even these
        self.tails[message.name].append(text.rstrip())
        super().write(message)

    def _note(self, text: str) -> None:
        stopped = STOPPED.match(text)
        if stopped or STOPPING.match(text):
            self.stopping.set()
        if stopped and self.first_stopped is None:
            self.first_stopped = stopped.group(1)
