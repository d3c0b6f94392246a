"""How a kind declares a search by name for the parent of a new left record, such as an account by company."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameSearch:
    """A search by name; ``new_left`` finds the results under ``field``, each with "Id", ``by`` and ``fields``.

    Results are the records whose ``by`` equals the text of ``source``; else at most two that contain it, if it has at
    least ``fewest_letters``. Only a single result counts.
    """

    field: str
    object: str
    by: str
    source: str
    fields: tuple[str, ...] = ()
    fewest_letters: int = 3
