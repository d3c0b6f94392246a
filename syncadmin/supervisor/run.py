"""Starts the processes, reports when all of them answer, and stops them together."""

from __future__ import annotations

import os
import shlex
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from honcho.manager import Manager

from syncadmin.supervisor.parts import Part
from syncadmin.supervisor.readiness import Stopped
from syncadmin.supervisor.record import OutputRecord

BY_SIGNAL = (130, 143)  # what honcho reports when it was told to stop


class Supervisor(Manager):  # type: ignore[misc]  # honcho has no types
    """honcho's manager ends parts by their pid; told to stop before each has one, it waits for the last."""

    _reported_early = False

    def terminate(self) -> None:
        if self._all_started():
            super().terminate()
        else:
            self._reported_early = True

    def _system_print(self, data: str) -> None:
        super()._system_print(data)
        if self._reported_early and self._all_started():
            self._reported_early = False
            self.terminate()


class PartStopped(RuntimeError):
    """A part ended although nobody asked it to."""

    def __init__(self, name: str, tail: Sequence[str], log: Path) -> None:
        last = "\n".join(f"    {line}" for line in tail)
        super().__init__(
            f"{name} stopped by itself, so everything was stopped. It said last:\n{last}\nThe whole log is {log}."
        )


def run(
    parts: Sequence[Part], environment: Mapping[str, str], log: Path, once_started: Callable[[OutputRecord], None]
) -> None:
    """Run until SIGINT or SIGTERM; blocks, and belongs in the main thread.

    `once_started(record)` runs in a thread beside the parts; it raises Stopped when `record.stopping` is set, and a
    RuntimeError of it stops everything and is raised here. Raises PartStopped when a part ends by itself.
    """
    failures: list[RuntimeError] = []
    with log.open("w", encoding="utf-8") as file:
        record = OutputRecord(file)
        manager = Supervisor(record)
        for part in parts:
            manager.add_process(part.name, f"exec {shlex.join(part.command)}", env=dict(environment))
        thread = threading.Thread(target=_beside, args=(record, once_started, failures))
        thread.start()
        try:
            manager.loop()
        finally:
            record.stopping.set()
            thread.join()
    if failures:
        raise failures[0]
    if manager.returncode not in BY_SIGNAL:
        name = record.first_stopped or "A part"
        raise PartStopped(name, record.tails[name], log)


def _beside(record: OutputRecord, once_started: Callable[[OutputRecord], None], failures: list[RuntimeError]) -> None:
    try:
        once_started(record)
    except Stopped:
        return
    except RuntimeError as error:
        if not record.stopping.is_set():
            failures.append(error)
            os.kill(os.getpid(), signal.SIGTERM)
