"""How a kind declares a search by name for the parent of a new left record, such as an account by company."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameSearch:
    """``new_left`` finds left records under ``field`` of the right record, each with "Id", ``by`` and ``fields``.

    They are those whose ``by`` is the text of ``source``, else one or two that contain it, where it has at least the
    ``fewest_letters``. Two that contain it are as good as many: only one alone counts.
    """

    field: str
    object: str
    by: str
    source: str
    fields: tuple[str, ...] = ()
    fewest_letters: int = 3
