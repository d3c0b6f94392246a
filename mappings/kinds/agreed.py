"""The values of a mapped field that both sides last agreed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict


class FieldNote(TypedDict, total=False):
    """Stored with a link by right field, and only where there is something to note."""

    left: Any
    """What the left side has, converted, where it has the agreed value in another form."""
    recreated: bool
    """The checkbox was deleted and created again: until both sides agree, unticked is not a value."""


@dataclass(frozen=True, slots=True)
class TwoForms:
    """An agreed value that each side has in a form of its own, as a name with and without a title."""

    left: Any
    right: Any


def agreed_values(agreed: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the right side."""
    return {name: value.right if isinstance(value, TwoForms) else value for name, value in agreed.items()}


def notes_of(agreed: Mapping[str, Any]) -> dict[str, FieldNote]:
    """What is to be noted of those that the left side has in another form."""
    return {name: FieldNote(left=value.left) for name, value in agreed.items() if isinstance(value, TwoForms)}
