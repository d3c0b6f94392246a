"""The result of a check: text, severity, link and the number it is based on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """The result of a check, most severe first. BLOCKS: nothing may be written until it is corrected."""

    BLOCKS = "blocks"
    LOOK = "look"
    UNKNOWN = "unknown"
    FINE = "fine"
    NOTE = "note"

    @property
    def label(self) -> str:
        return _SHOWN[self][0]

    @property
    def tone(self) -> str:
        return _SHOWN[self][1]

    @property
    def icon(self) -> str:
        return _SHOWN[self][2]


_SHOWN = {
    Severity.BLOCKS: ("Blocks writing", "red", "alert-octagon"),
    Severity.LOOK: ("Look at this", "orange", "alert-triangle"),
    Severity.UNKNOWN: ("Not known yet", "secondary", "circle-dashed"),
    Severity.FINE: ("Fine", "green", "circle-check"),
    Severity.NOTE: ("Good to know", "blue", "info-circle"),
}


class CheckSection(StrEnum):
    """The sections of the page, in order."""

    BEFORE = "Before {rights} are created"
    CONNECTIONS = "Connections"
    CONFIGURATION = "Configuration"
    RECORDS = "Records"


class Destination(StrEnum):
    """The place where something can be corrected. ``detail`` of a link says where on that page."""

    MAPPING = "mapping"
    """The page of the sync; the detail is a section of it, or an option, "" for the page."""
    RECORDS = "records"
    """The list of records; the detail is a side and a status, "left:no_name"."""
    CONNECTION = "connection"
    """The connection of the side in the detail."""
    REMOTE = "remote"
    """A settings page of the right system, as its vendor calls it."""
    FIRST = "first"
    """The sync that has to be complete before this one (S3.43)."""
    PLAN = "plan"
    """A button that makes a plan."""


@dataclass(frozen=True, slots=True)
class CheckLink:
    """The text of a link and its destination."""

    words: str
    to: Destination = Destination.MAPPING
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that distinguishes a clean org from a complex one (S3.2). Without a ``limit`` one is too many."""

    label: str
    number: str
    exceeded: bool
    reason: str
    limit: str = ""

    @property
    def judged(self) -> str:
        """The limit in words: "up to 20,000: clean"."""
        if self.exceeded:
            return f"over {self.limit}: complex" if self.limit else "any: complex"
        return f"up to {self.limit}: clean" if self.limit else "none: clean"


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the check page: what is true, what to do, and where. ``complete``: all examples are listed."""

    severity: Severity
    title: str
    sentence: str
    hint: str = ""
    links: tuple[CheckLink, ...] = ()
    examples: Sequence[str] = ()
    complete: bool = False
    measure: Measure | None = None


def percent(share: float) -> str:
    """A percentage with enough digits to differ from zero: "0", "0.4", "12"."""
    return f"{share:.0f}" if share == 0 or share >= 10 else f"{share:.2g}"
