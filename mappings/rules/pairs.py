"""Decides in which directions two fields can be mapped to each other, and why not."""

from connectors.api.values import FieldSchema, FieldType
from mappings.rules import compat
from mappings.rules.compat import Verdict
from mappings.rules.configuration import Direction
from mappings.rules.type_tables import TypeTables

_TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PHONE, FieldType.EMAIL, FieldType.URL})


def narrower(left: FieldSchema, right: FieldSchema, direction: str) -> FieldSchema | None:
    """The field that is written to and accepts shorter texts than the other one; None if every text fits."""
    ways = [(left, right)] * (direction != Direction.TO_LEFT) + [(right, left)] * (direction != Direction.TO_RIGHT)
    for source, target in ways:
        if (
            {source.type, target.type} <= _TEXTS
            and target.length
            and (not source.length or source.length > target.length)
        ):
            return target
    return None


def to_right(left: FieldSchema, right: FieldSchema, tables: TypeTables) -> Verdict:
    """Whether the left field may fill the right one."""
    return compat.verdict(left, right, tables.to_right(right))


def to_left(left: FieldSchema, right: FieldSchema, tables: TypeTables, transform: str = "") -> Verdict:
    """Whether the right field may fill the left one, by type, or because the conversion loses nothing in either
    direction.
    """
    back = returned(left, right, tables, transform)
    if back.allowed or transform or not left.updatable:
        return back
    return compat.verdict(right, left, tables.general)


def returned(left: FieldSchema, right: FieldSchema, tables: TypeTables, transform: str = "") -> Verdict:
    """Whether a value that came from the left field may be written back to it."""
    there = to_right(left, right, tables)
    return compat.way_back(left, right, transform, tables.to_right(right)) if there.allowed else there


def verdict(left: FieldSchema, right: FieldSchema, direction: str, tables: TypeTables, transform: str = "") -> Verdict:
    """Whether two fields may be mapped in this direction. Losses and cautions are those of the way to the right."""
    if direction == Direction.TO_LEFT:
        return to_left(left, right, tables, transform)
    there = to_right(left, right, tables)
    if direction == Direction.TO_RIGHT or not there.allowed:
        return there
    back = returned(left, right, tables, transform)
    return there if back.allowed else back


def mappable(left: FieldSchema, tables: TypeTables) -> bool:
    """Whether a left field is offered (S3.28, A10): it can fill another field, or be filled."""
    tables_of_sources = [tables.general, *filter(None, [tables.to_custom])]
    if any(compat.mappable(left, table) for table in tables_of_sources):
        return True
    return left.updatable and left.readable and not left.compound and left.type in tables.general.fillable
