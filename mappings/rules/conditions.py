"""Conditions on fields as people choose them (S3.54): which operators a type has, what they mean, what may be typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from connectors.api.conditions import NUMBERS, holds
from connectors.api.values import Compare, Condition, FieldSchema, FieldType

ALL, ANY = "all", "any"
MATCHES = (ALL, ANY)
LONGEST_VALUE = 255
T = FieldType


class Operator(StrEnum):
    """What stands between a field and a value, in the words of configuration files."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    LACKS = "does_not_contain"
    STARTS = "starts_with"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    EMPTY = "is_empty"
    FILLED = "is_not_empty"


_ALIASES = {"=": "is", "==": "is", "!=": "is_not", "<>": "is_not", "not_contains": "does_not_contain"}
_EMPTY = (Operator.EMPTY, Operator.FILLED)
_EQUAL = (Operator.IS, Operator.IS_NOT)
_ORDER = (Operator.BELOW, Operator.AT_MOST, Operator.ABOVE, Operator.AT_LEAST)
_TEXT = (*_EQUAL, Operator.CONTAINS, Operator.LACKS, Operator.STARTS, *_EMPTY)
_LIST = (Operator.ANY_OF, Operator.NONE_OF, *_EMPTY)
_TEXTS = (T.TEXT, T.LONG_TEXT, T.RICH_TEXT, T.EMAIL, T.PHONE, T.URL)

OPERATORS: Mapping[FieldType, tuple[Operator, ...]] = {
    **dict.fromkeys(_TEXTS, _TEXT),
    **dict.fromkeys(NUMBERS, (*_EQUAL, *_ORDER, *_EMPTY)),
    T.DATE: (*_ORDER, *_EQUAL, *_EMPTY),
    T.DATETIME: (*_ORDER, *_EMPTY),
    T.BOOLEAN: (Operator.IS,),
    T.CHOICE: _LIST,
    T.CHOICES: _LIST,
    T.REFERENCE: _LIST,
    T.ID: (Operator.ANY_OF, Operator.NONE_OF),
}
"""The operators of each type of field, the likeliest first. Fields of other types take none."""

WORDS: Mapping[Operator, str] = {
    Operator.IS: "is",
    Operator.IS_NOT: "is not",
    Operator.CONTAINS: "contains",
    Operator.LACKS: "does not contain",
    Operator.STARTS: "starts with",
    Operator.ANY_OF: "is any of",
    Operator.NONE_OF: "is none of",
    Operator.BELOW: "is less than",
    Operator.AT_MOST: "is at most",
    Operator.ABOVE: "is more than",
    Operator.AT_LEAST: "is at least",
    Operator.EMPTY: "is empty",
    Operator.FILLED: "is not empty",
}
_WORDS_OF_DATES = {
    Operator.BELOW: "is before",
    Operator.AT_MOST: "is on or before",
    Operator.ABOVE: "is after",
    Operator.AT_LEAST: "is on or after",
}
_COMPARES = {
    Operator.CONTAINS: Compare.CONTAINS,
    Operator.LACKS: Compare.CONTAINS,
    Operator.STARTS: Compare.STARTS,
    **{operator: Compare(operator.value) for operator in _ORDER},
}
_NEGATED = frozenset({Operator.IS_NOT, Operator.LACKS, Operator.NONE_OF, Operator.FILLED})


class ConditionProblem(ValueError):
    """A condition that cannot be evaluated; ``str()`` is the reason as a sentence, ``part`` says which of the three
    parts is wrong: field, op or value.
    """

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(reason)
        self.part = part


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """One condition that was found good: ``values`` are spelled as systems take them."""

    field: str
    operator: Operator
    values: tuple[str, ...] = ()
    type: FieldType = FieldType.TEXT
    label: str = ""

    @property
    def asked(self) -> Condition:
        """The same for a query. A record meets it exactly where the system finds it by this."""
        values = ("",) if self.operator in _EMPTY else self.values
        by = _COMPARES.get(self.operator, Compare.EQUALS)
        return Condition(self.field, values, self.operator in _NEGATED, by, self.type)

    def met(self, values: Mapping[str, Any]) -> bool:
        return holds(self.asked, values)

    @property
    def sentence(self) -> str:
        """ "Industry is any of Banking or Energy"."""
        asked = " or ".join(self.values) if len(self.values) <= 3 else f"{len(self.values)} chosen values"
        return " ".join(filter(None, [self.label or self.field, word(self.operator, self.type), asked]))


def asked_of(conditions: Sequence[FieldCondition], match: str) -> tuple[Condition, ...]:
    """All of the conditions, or any of them, for a query."""
    each = tuple(condition.asked for condition in conditions)
    return each if match == ALL or len(each) < 2 else (Condition("", (), any_of=each),)


def unmet(conditions: Sequence[FieldCondition], match: str, values: Mapping[str, Any]) -> str:
    """Why a record with these values is left out, as a sentence without its point; "" where it is let in."""
    failing = [condition for condition in conditions if not condition.met(values)]
    if not failing or (match == ANY and len(failing) < len(conditions)):
        return ""
    if match == ANY and len(conditions) > 1:
        return f"None of the {len(conditions)} conditions is met"
    first = failing[0]
    return f"{first.label or first.field} is {_shown(values.get(first.field))}, the filter asks: {first.sentence}"


def word(operator: Operator, type: FieldType) -> str:
    """What people read between a field of this type and a value."""
    dates = type in (FieldType.DATE, FieldType.DATETIME)
    return _WORDS_OF_DATES.get(operator, WORDS[operator]) if dates else WORDS[operator]


def refusal(field: FieldSchema) -> str:
    """Why no condition can be set on a field, as a clause; "" where one can."""
    if field.compound or field.type not in OPERATORS:
        return f"{field.type_name} fields cannot be compared"
    if not field.filterable:
        return "records cannot be searched by it"
    return "it may be read masked" if field.mask else ""


def parsed(
    field: FieldSchema, operator: str, values: Sequence[str], whole_id: Callable[[str], str] = str
) -> FieldCondition:
    """The condition that was typed. ``whole_id`` gives the one spelling of an id. Raises ConditionProblem."""
    if reason := refusal(field):
        raise ConditionProblem("field", f"{field.label} takes no condition: {reason}.")
    found = _operator(field, operator)
    given = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
    if found in _EMPTY:
        return FieldCondition(field.name, found, (), field.type, field.label)
    if not given:
        raise ConditionProblem("value", f"{field.label} {word(found, field.type)}: a value is missing.")
    if len(given) > 1 and found not in (Operator.ANY_OF, Operator.NONE_OF):
        raise ConditionProblem("value", f"{field.label} {word(found, field.type)} takes one value.")
    spelled = tuple(_spelled(field, value, whole_id) for value in given)
    return FieldCondition(field.name, found, spelled, field.type, field.label)


def named(operator: str) -> str:
    """The operator's own name: "is not" and "!=" are ``is_not``."""
    text = "_".join(operator.lower().split())
    return _ALIASES.get(text, text)


def _operator(field: FieldSchema, operator: str) -> Operator:
    possible, name = OPERATORS[field.type], named(operator)
    if Operator.ANY_OF in possible:  # one value is a list of one
        name = {Operator.IS.value: Operator.ANY_OF.value, Operator.IS_NOT.value: Operator.NONE_OF.value}.get(name, name)
    if name not in {one.value for one in possible}:
        known = ", ".join(one.value for one in possible)
        raise ConditionProblem(
            "op", f"{field.label} ({field.type_name}) has no operator {operator!r}; possible: {known}."
        )
    return Operator(name)


def _spelled(field: FieldSchema, value: str, whole_id: Callable[[str], str]) -> str:
    if len(value) > LONGEST_VALUE:
        raise ConditionProblem("value", f"{field.label}: the value is longer than {LONGEST_VALUE} characters.")
    if any(ord(sign) < 32 for sign in value):
        raise ConditionProblem("value", f"{field.label}: the value has to stand in one line.")
    if field.type in (FieldType.CHOICE, FieldType.CHOICES, FieldType.BOOLEAN):
        return _choice(field, value)
    reader = whole_id if field.type in (FieldType.REFERENCE, FieldType.ID) else _READERS.get(field.type)
    try:
        return reader(value) if reader else value
    except (ValueError, InvalidOperation, OverflowError):
        raise ConditionProblem("value", f"{field.label}: {value!r} is no {_FORMS[field.type]}.") from None


def _choice(field: FieldSchema, value: str) -> str:
    have = [choice.value for choice in field.choices]
    value = value.lower() if field.type is FieldType.BOOLEAN else value
    if (have and value not in have) or (
        not have and field.type is FieldType.BOOLEAN and value not in ("true", "false")
    ):
        possible = ", ".join(have[:10]) + (" …" if len(have) > 10 else "") if have else "true, false"
        raise ConditionProblem("value", f"{field.label} has no value {value!r}; possible: {possible}.")
    return value


def _number(text: str) -> str:
    found = Decimal(text.replace("_", "x"))
    if not found.is_finite() or abs(found.adjusted()) > 30:
        raise ValueError(text)
    return f"{found:f}"


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _moment(text: str) -> str:
    """A moment in UTC; a day is its first moment."""
    found = datetime.fromisoformat(text)
    return f"{(found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_READERS: Mapping[FieldType, Callable[[str], str]] = {
    **dict.fromkeys(NUMBERS, _number),
    FieldType.DATE: _day,
    FieldType.DATETIME: _moment,
}
_FORMS = {
    **dict.fromkeys(NUMBERS, "number"),
    FieldType.REFERENCE: "id",
    FieldType.ID: "id",
    FieldType.DATE: "date; it looks like 2026-01-31",
    FieldType.DATETIME: "moment; it looks like 2026-01-31 or 2026-01-31T08:00:00Z",
}


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
