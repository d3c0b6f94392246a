"""A database that is ready for a command: the embedded one is brought up to date by itself."""

from __future__ import annotations

from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

LOCKED = (
    "The database is locked: another process of this machine has kept it for longer than we wait. If that one was "
    "stopped (Ctrl-Z), let it go on or end it, then try again. A run that was at work is not lost: another worker goes "
    "on with it, or 'manage.py sync resume' does."
)


def is_locked(error: BaseException | None) -> bool:
    """Whether a process waited in vain for its turn to write to an SQLite database."""
    return isinstance(error, OperationalError) and "locked" in str(error)


def ensure_ready() -> None:
    """Apply what is missing to an SQLite database, which belongs to this installation alone.

    A database server may be shared with a version that still runs: raises CommandError that says what to do.
    """
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if connection.vendor != "sqlite":
        raise CommandError("The database is not up to date. Run: manage.py migrate")
    call_command("migrate", verbosity=0, interactive=False)
