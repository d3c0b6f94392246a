"""Errors of the sandbox itself: written to the log and counted, while the caller gets a refusal in the vendor's shape.

A real vendor answers any input with a refusal, so a client under test must never see our own 500.
"""

from __future__ import annotations

import logging
import traceback

log = logging.getLogger(__name__)
# What the sandboxes of this process noted, each with its traceback. The tests end with an error unless it is empty.
NOTED: list[str] = []


class Bugs:
    """The errors of one vendor's server since the start or the last reset."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, where: str, bug: BaseException) -> None:
        """Count an error and write it to the log. `where`: the request or the row that met it."""
        self.count += 1
        NOTED.append(f"{where}\n{''.join(traceback.format_exception(bug))}")
        log.error("The sandbox could not handle %s: this is an error of the sandbox", where, exc_info=bug)

    def forget(self) -> None:
        self.count = 0
