"""Protocol for systems that know when a single field was last edited, not only when the record was."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

Edits = Mapping[tuple[str, str], datetime | None]
"""By the id of a record and the name of a field; None where nobody can tell, since we ourselves have changed the record
last. Of what is not named the moment of the record holds.
"""


class HasEdits(Protocol):
    """What connectors can do whose declaration says that they tell of edits."""

    def edited_at(self, object: str, ids: Sequence[str], fields: Sequence[str]) -> Edits:
        """When these fields of these records were last edited."""
