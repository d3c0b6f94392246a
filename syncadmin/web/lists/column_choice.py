"""The columns of a list that somebody wants to see, as its address names them. Without a choice: those of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import django_tables2 as tables
from django_tables2.columns import BoundColumn

PARAMETER = "columns"


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that can be seen, and whether it is."""

    name: str
    label: str
    shown: bool


def choose(table: tables.Table, names: Sequence[str]) -> None:
    """Show these columns, and with them what rows are chosen and decided by; unknown names count for nothing."""
    chosen = _chosen(table, names)
    for column in _choosable(table) if chosen else ():
        column.column.visible = column.name in chosen
        written = getattr(table, f"value_{column.name}", None)
        if written and not hasattr(table, f"render_{column.name}"):
            column.render = written


def choices(table: tables.Table) -> list[ColumnChoice]:
    """Every column of a table that somebody may choose."""
    return [ColumnChoice(column.name, column.header, column.visible) for column in _choosable(table)]


def left_out(table: tables.Table, names: Sequence[str]) -> list[str]:
    """Columns that a file of the list leaves out: those that were not chosen; without a choice it has all."""
    chosen = _chosen(table, names)
    return [column.name for column in _choosable(table) if chosen and column.name not in chosen]


def _chosen(table: tables.Table, names: Sequence[str]) -> set[str]:
    return {column.name for column in _choosable(table)} & set(names)


def _choosable(table: tables.Table) -> list[BoundColumn]:
    return [column for column in table.columns.iterall() if not column.column.exclude_from_export]
