"""`manage.py logs [--level] [--functionality] [--run] [--json]`: prints the log, newest first."""

from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser

from connectors.api.registry import CONNECTORS
from syncadmin.logs.models import Functionality, Level, LogEntry
from syncadmin.web.database import ensure_ready


class Command(BaseCommand):
    help = "Show log entries, newest first."
    requires_system_checks: list[str] = []  # they load every page; `check` and `migrate` do it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--level", choices=Level.values)
        parser.add_argument("--functionality", choices=Functionality.values)
        parser.add_argument("--run", type=int)
        parser.add_argument("--limit", type=int, default=1_000, help="at most so many entries (default 1,000)")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(
        self, *, level: str | None, functionality: str | None, run: int | None, limit: int, **options: Any
    ) -> None:
        ensure_ready()
        entries = LogEntry.objects.select_related("sync__left", "sync__right")
        wanted = {"level": level, "functionality": functionality, "run_id": run}
        entries = entries.filter(**{key: value for key, value in wanted.items() if value})[:limit]
        if options["json"]:
            listed = {"entries": [_plain(entry) for entry in entries]}
            self.stdout.write(orjson.dumps(listed).decode())
            return
        for entry in entries:
            record = " ".join(filter(None, [entry.label, entry.left_id, entry.right_id]))
            self.stdout.write(f"{entry.at:%Y-%m-%d %H:%M:%S} {entry.level:<7} {record}: {entry.message}")


def _ids(entry: LogEntry) -> dict[str, str]:
    """The ids by side, with the system of each; and by system, as earlier versions had them."""
    by_system = {f"{kind}_id": "" for kind in CONNECTORS}
    if entry.sync:
        by_system[f"{entry.sync.right.kind}_id"] = entry.right_id
        by_system[f"{entry.sync.left.kind}_id"] = entry.left_id or by_system[f"{entry.sync.left.kind}_id"]
    sides = {"left_system": entry.left_system, "left_id": entry.left_id}
    return {**sides, "right_system": entry.right_system, "right_id": entry.right_id, **by_system}


def _plain(entry: LogEntry) -> dict[str, object]:
    return {
        "at": entry.at,
        "level": entry.level,
        "functionality": entry.functionality,
        "sync": entry.sync.slug if entry.sync else None,
        "run": entry.run_id,
        **_ids(entry),
        "record": entry.label,
        "email_group": entry.email_group,
        "code": entry.code,
        "message": entry.message,
        "not_done": entry.not_done,
        "version": entry.version,
    }
