"""Declares fields of a record that come from another record and change with that one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A left value from another record: ``field`` is ``source`` of the record of ``object`` with the id in ``by``."""

    field: str
    by: str
    object: str
    source: str
