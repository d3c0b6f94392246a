"""Values of a record that are another record's: they change with that one, of which the record itself tells nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Borrowed:
    """The left value ``field`` is ``source`` of the record of ``object`` whose id stands in the left value ``by``."""

    field: str
    by: str
    object: str
    source: str
