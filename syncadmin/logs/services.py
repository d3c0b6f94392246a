"""Writes log entries. The level decides what is kept; warnings and summaries always are (S3.11, S1.31, A9)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from syncadmin import __version__
from syncadmin.logs.models import Level, LogEntry, LoggingLevel, LogSettings

_KEPT = {
    LoggingLevel.NONE: {Level.WARNING},
    LoggingLevel.ERROR: {Level.WARNING, Level.ERROR},
    LoggingLevel.DEBUG: set(Level),
}


def logging_level() -> LoggingLevel:
    """The level somebody saved; Error until then."""
    row = LogSettings.objects.first()
    return LoggingLevel(row.level) if row else LoggingLevel.ERROR


def save_logging_level(level: LoggingLevel) -> None:
    """Keep the level (S3.11)."""
    LogSettings.objects.update_or_create(pk=1, defaults={"level": level})


def keeps(level: Level, setting: LoggingLevel) -> bool:
    """Whether an entry of this level is kept under a setting."""
    return level in _KEPT[setting]


def write(entries: Iterable[LogEntry], *, always: bool = False) -> None:
    """Store the entries that the logging level keeps; all of them with ``always`` (run summaries, A9)."""
    setting = logging_level()
    now = timezone.now()
    kept = [entry for entry in entries if always or keeps(entry.severity, setting)]
    for entry in kept:
        entry.at = entry.at or now
        entry.version = __version__
    LogEntry.objects.bulk_create(kept)
