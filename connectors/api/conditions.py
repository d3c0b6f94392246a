"""What a query asks of records, and whether a record meets it: the answer that every system has to give."""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from connectors.api.field_types import FieldType


class Compare(StrEnum):
    """How the value of a field is compared with those of a condition."""

    EQUALS = "="
    """It is one of them."""
    CONTAINS = "contains"
    """Its text contains one of them, in any case."""
    STARTS = "starts with"
    """Its text starts with one of them, in any case."""
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


ORDERS: Final = {
    Compare.BELOW: operator.lt,
    Compare.AT_MOST: operator.le,
    Compare.ABOVE: operator.gt,
    Compare.AT_LEAST: operator.ge,
}
"""Those that put two values in order. An empty field is neither below nor above anything."""
NUMBERS: Final = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.PERCENT, FieldType.GEOLOCATION})


@dataclass(frozen=True, slots=True)
class Condition:
    """``field`` holds one of ``values`` (or, with ``negated``, none of them); "" stands for nothing entered.
    Conditions are joined by AND.

    With ``any_of`` it is enough that one of those is met, and the rest is not looked at. ``type`` is that of a field
    of a related record, which the object's own schema does not have.
    """

    field: str
    values: tuple[str, ...]
    negated: bool = False
    by: Compare = Compare.EQUALS
    type: FieldType | None = None
    any_of: tuple["Condition", ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it only lists values that a field may hold."""
        return self.by is Compare.EQUALS and not self.negated and not self.any_of


def holds(asked: Condition, values: Mapping[str, Any]) -> bool:
    """Whether a record with these values meets the condition. Texts are compared in any case, numbers and moments as
    such; values of several choices, by each of them.
    """
    if asked.any_of:
        return any(holds(one, values) for one in asked.any_of) is not asked.negated
    return _meets(asked, values.get(asked.field)) is not asked.negated


def _meets(asked: Condition, value: Any) -> bool:
    if value is None or value == "" or value == () or value == []:
        return asked.by is Compare.EQUALS and "" in asked.values
    wanted = [text for text in asked.values if text]
    type = asked.type or FieldType.TEXT
    match asked.by:
        case Compare.EQUALS:
            held = _entries(value) if type is FieldType.CHOICES else [value]
            return not {_plain(each, type) for each in held}.isdisjoint(_plain(text, type) for text in wanted)
        case Compare.CONTAINS:
            return any(text.lower() in str(value).lower() for text in wanted)
        case Compare.STARTS:
            return any(str(value).lower().startswith(text.lower()) for text in wanted)
    try:
        return any(ORDERS[asked.by](_plain(value, type), _plain(text, type)) for text in wanted)
    except TypeError:  # a text where a number should be
        return False


def _entries(value: Any) -> list[Any]:
    return value.split(";") if isinstance(value, str) else list(value)


def _plain(value: Any, type: FieldType) -> Any:
    """The value as it is compared; one that is not of the type as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        if type in NUMBERS:
            return Decimal(str(value))
        if type is FieldType.DATETIME:
            return datetime.fromisoformat(str(value))
    except (InvalidOperation, ValueError):
        pass
    return str(value).lower()
