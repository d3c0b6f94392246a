"""Declares fields of a record that come from another record and change with that one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Borrowed:
    """The left value ``field`` is ``source`` of the record of ``object`` whose id stands in the left value ``by``."""

    field: str
    by: str
    object: str
    source: str
