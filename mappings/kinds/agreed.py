"""The values of a mapped field that both sides last agreed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict


class FieldNote(TypedDict, total=False):
    """A note about the last synced value of a right field, stored with the link."""

    left: Any
    """What the left side has, converted, where it has the agreed value in another form."""
    recreated: bool
    """The checkbox was deleted and created again: until both sides agree, unticked is not a value."""


@dataclass(frozen=True, slots=True)
class TwoForms:
    """A synced value with a different form on each side, such as a name with and without a title."""

    left: Any
    right: Any


def agreed_values(agreed: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the right side."""
    return {name: value.right if isinstance(value, TwoForms) else value for name, value in agreed.items()}


def notes_of(agreed: Mapping[str, Any]) -> dict[str, FieldNote]:
    """Notes about the values whose form differs on the left side."""
    return {name: FieldNote(left=value.left) for name, value in agreed.items() if isinstance(value, TwoForms)}
