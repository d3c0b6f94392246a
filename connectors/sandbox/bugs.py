"""Errors of the sandbox itself: written to the log and counted, while the caller gets a refusal in the vendor's shape.

A real vendor answers any input with a refusal, so a client under test must never see our own 500.
"""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass

log = logging.getLogger(__name__)
# What the sandboxes of this process noted, each with its traceback. The tests end with an error unless it is empty.
NOTED: list[str] = []


@dataclass(slots=True)
class Ending:
    """See Bugs.ending. `bug`: the error that ended the block."""

    bugs: Bugs
    where: str
    expected: tuple[type[Exception], ...]
    bug: Exception | None = None

    def __enter__(self) -> Ending:
        return self

    def __exit__(self, kind: object, bug: BaseException | None, trace: object) -> bool:
        if not isinstance(bug, Exception) or isinstance(bug, self.expected):
            return False
        self.bugs.note(self.where, bug)
        self.bug = bug
        return True


class Bugs:
    """The errors of one vendor's server since the start or the last reset."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, where: str, bug: BaseException) -> None:
        """Count an error and write it to the log. `where`: the request or the row that met it."""
        self.count += 1
        NOTED.append(f"{where}\n{''.join(traceback.format_exception(bug))}")
        log.error("The sandbox could not handle %s: this is an error of the sandbox", where, exc_info=bug)

    def ending(self, where: str, *expected: type[Exception]) -> Ending:
        """A block that an error ends quietly, after it was noted; the expected ones and what is no error go on."""
        return Ending(self, where, expected)

    def forget(self) -> None:
        self.count = 0
