"""How a kind declares records that an option can exclude, and which samples are shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Policy:
    """Left records with a trait, skipped if ``option`` says so.

    The trait is that ``field`` holds one of ``values``, or, with ``negated``, that it does not. Texts may contain words
    of the kind, such as ``{left_many}``.
    """

    option: str
    one: str
    many: str
    field: str
    values: tuple[str, ...]
    skipped: str
    """What is said of a record that is left out."""
    negated: bool = False

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether a record with these values has the trait."""
        held = values.get(self.field)
        text = str(held).lower() if isinstance(held, bool) else str(held or "")
        return (text in self.values) is not self.negated


@dataclass(frozen=True, slots=True)
class Samples:
    """What a kind would create from some real right records, shown beside an option before it is chosen."""

    title: str
    link: str
    """What leads to them."""
    caption: str
    columns: tuple[str, ...]
    nothing: str
    """What is said where there is no record to show."""
    fields: tuple[str, ...]
    """What is read of the right records."""
    row: Callable[[Mapping[str, Any], Mapping[str, Any]], Sequence[str] | None]
    """The cells of a record, by its values and the options; None for one that shows nothing."""
    plain: Callable[[Sequence[str]], bool] = lambda row: False
    """Whether a row tells little: those are shown last."""
