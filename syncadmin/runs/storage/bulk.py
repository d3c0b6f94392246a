"""Bulk statements on tuples: with 100,000 records, model objects cost more than the database.

Standard SQL that both SQLite and PostgreSQL accept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from connectors.api.usable import storable

Row = Sequence[Any]


def insert(model: type[models.Model], columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Insert rows given in the order of ``columns``, which name every column except the id."""
    _execute(_insert_statement(model, columns), model, columns, rows)


def upsert(model: type[models.Model], columns: tuple[str, ...], rows: Iterable[Row], key: tuple[str, ...]) -> None:
    """Insert rows, or overwrite all other columns of rows with the same ``key``, a unique constraint."""
    names = [_column(model, name) for name in columns if name not in key]
    update = ", ".join(f"{name} = excluded.{name}" for name in names)
    on = ", ".join(_column(model, name) for name in key)
    statement = f"{_insert_statement(model, columns)} ON CONFLICT ({on}) DO UPDATE SET {update}"
    _execute(statement, model, columns, rows)


def update(model: type[models.Model], values: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    """Change the rows that match ``where``. False if there are none. For statements that a run repeats often."""
    columns = (*values, *where)
    given = zip(_preparations(model, columns), (*values.values(), *where.values()), strict=True)
    with connection.cursor() as cursor:
        statement = _update_statement(model, tuple(values), tuple(where))
        cursor.execute(statement, [ready(value) if ready else value for ready, value in given])
        return cursor.rowcount > 0


@cache
def _update_statement(model: type[models.Model], columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    changes = ", ".join(f"{_column(model, name)} = %s" for name in columns)
    rows = " AND ".join(f"{_column(model, name)} = %s" for name in key)
    return f"UPDATE {table} SET {changes} WHERE {rows}"  # noqa: S608 - names of our own


def _execute(statement: str, model: type[models.Model], columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    prepare = _preparations(model, columns)
    prepared = [[ready(value) if ready else value for ready, value in zip(prepare, row, strict=True)] for row in rows]
    if prepared:
        with connection.cursor() as cursor:
            cursor.executemany(statement, prepared)


@cache
def _insert_statement(model: type[models.Model], columns: tuple[str, ...]) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(_column(model, name) for name in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608 - names of our own


def _column(model: type[models.Model], name: str) -> str:
    return connection.ops.quote_name(str(_field(model, name).column))


def _field(model: type[models.Model], name: str) -> models.Field:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


@cache
def _preparations(model: type[models.Model], columns: tuple[str, ...]) -> list[Callable[[Any], Any] | None]:
    """For each column the conversion to what the driver accepts; None if none is needed."""
    return [_preparation(_field(model, name)) for name in columns]


def _preparation(field: models.Field) -> Callable[[Any], Any] | None:
    if isinstance(field, (models.BooleanField, models.IntegerField, models.ForeignKey)):
        return None
    if isinstance(field, models.CharField) or type(field) is models.TextField:
        return storable
    return lambda value: field.get_db_prep_save(value, connection)
