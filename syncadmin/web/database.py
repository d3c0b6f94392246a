"""A database that is ready for a command: the embedded one is brought up to date by itself."""

from __future__ import annotations

from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


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
