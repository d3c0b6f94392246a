"""Prepares the database for a command: migrates the embedded one automatically."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

APPS = ("connectors", "mappings", "logs", "runs", "web")
"""The apps whose tables are SyncAdmin's own."""
LOCKED = (
    "The database is locked: another process of this machine has kept it for longer than we wait. If that one was "
    "stopped (Ctrl-Z), let it go on or end it, then try again. A run that was at work is not lost: another worker goes "
    "on with it, or 'manage.py sync resume' does."
)


def is_locked(error: BaseException | None) -> bool:
    """Whether an error means that an SQLite database stayed locked."""
    return isinstance(error, OperationalError) and "locked" in str(error)


def upgrade() -> None:
    """Apply missing migrations to this installation's own database. Raises CommandError for one of another version."""
    _refuse_other_versions(MigrationLoader(connection))
    call_command("migrate", verbosity=0, interactive=False)


def ensure_ready() -> None:
    """Apply missing migrations to an SQLite database, which belongs to this installation alone.

    A database server may be shared with a running version: raises CommandError that says what to do.
    """
    executor = MigrationExecutor(connection)
    _refuse_other_versions(executor.loader)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if connection.vendor != "sqlite":
        raise CommandError("The database is not up to date. Run: manage.py migrate")
    call_command("migrate", verbosity=0, interactive=False)


def check_version(*, databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """System check before ``manage.py migrate``: refuses a database of another version."""
    loaders = [MigrationLoader(connections[alias]) for alias in databases or ()]
    return [Error(_other_version(names), id="other-version") for names in map(_unknown, loaders) if names]


def _refuse_other_versions(loader: MigrationLoader) -> None:
    if names := _unknown(loader):
        raise CommandError(_other_version(names))


def _unknown(loader: MigrationLoader) -> list[str]:
    """Applied migrations of SyncAdmin that this version does not have."""
    known = loader.disk_migrations.keys() | {old for each in loader.disk_migrations.values() for old in each.replaces}
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations.keys() - known if app in APPS)


def _other_version(names: Sequence[str]) -> str:
    new = "Create an empty database and set DATABASE_URL to it"
    if connection.vendor == "sqlite":
        new = f"Move the file {connection.settings_dict['NAME']} to another place"
    return (
        f"This database was made by another version of SyncAdmin and cannot be used (unknown: {names[-1]}). "
        f"{new}, then start again. To keep connections and mappings, run 'manage.py config export' with the other "
        "version first and 'manage.py config apply' with this one. Runs, decisions and the log cannot be carried over."
    )
