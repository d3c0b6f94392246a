"""Values from one side in the words of the other. Nothing is rounded or cut silently (S3.29)."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from html import escape
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from connectors.api.values import FieldType
from mappings.rules.configuration import FieldRule
from mappings.rules.rich_text import plain_text
from mappings.rules.texts import visible
from mappings.rules.transforms import TRANSFORMS

T = FieldType
Writer = Callable[[FieldRule, Any, str], Any]
_ADDRESS = re.compile(r"[^@\s<>(),;:\"\[\]]+@[^@\s<>(),;:\"\[\].]+(\.[^@\s<>(),;:\"\[\].]+)*\.[^@\s<>(),;:\"\[\].]{2,}")
FIRST_DAY, LAST_DAY = "1700-01-01", "4000-12-31"
"""The days that Salesforce keeps (Object Reference, "Primitive Data Types")."""
# So much of a text is shown where it does not fit.
SHOWN = 40
_WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


class ValueProblem(Exception):
    """A value cannot be written as it is; ``str()`` says why in words for the administrator."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def to_right(rule: FieldRule, value: Any, time_zone: str = "UTC") -> Any:
    """What the helpdesk field should hold for this Salesforce value; None clears it.

    Raises ValueProblem when the value does not fit the field's type.
    """
    if rule.left_type is T.TEXT_AREA_RICH and value is not None:
        value = plain_text(str(value))
    if rule.transform and value is not None:
        value = TRANSFORMS[rule.transform].apply(value)
    if rule.right_type is T.CHECKBOX:
        return _checked(value)
    if value is None or value == "":
        return None
    write: Writer = _TO_RIGHT.get(rule.right_type, _text)
    return write(rule, value, time_zone)


def to_left(rule: FieldRule, value: Any, time_zone: str = "UTC") -> Any:
    """What the Salesforce field should hold for this helpdesk value; None clears it. Raises ValueProblem."""
    if rule.left_type is T.CHECKBOX:
        return _checked(value)
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else str(value)
    write = _TO_LEFT.get(rule.left_type)
    return write(rule, value, time_zone) if write else _fitting_text(rule, text)


def same(left: Any, right: Any) -> bool:
    """Whether two values mean the same, whichever comes first.

    Empty text, no value and an unchecked box are equal; so are 1000, 1000.0 and "1000.00"; line ends, blanks around a
    text and how an accent is composed do not count.
    """
    left, right = _bare(left), _bare(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, (int, float)):
        return _looks_equal(right, left)
    if isinstance(left, (int, float)) and isinstance(right, str):
        return _looks_equal(left, right)
    return bool(left == right)


def empty(value: Any) -> bool:
    """Nobody has entered anything. A checkbox is never empty: unchecked is a value."""
    return value is not False and same(value, None)


def _bare(value: Any) -> Any:
    """The value without what does not count; None for every way to be empty."""
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").strip()
        value = value if value.isascii() else unicodedata.normalize("NFC", value)
    return None if value is None or value == "" or value is False else value


def _checked(value: Any) -> bool:
    if isinstance(value, str):
        if value.lower() not in ("true", "false", ""):
            raise ValueProblem("not_a_checkbox", f"{value!r} is neither true nor false.")
        return value.lower() == "true"
    return bool(value)


def _text(rule: FieldRule, value: Any, time_zone: str) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    _check_length(text, rule.right_length, rule.right)
    return text


def _fitting_text(rule: FieldRule, text: str) -> str:
    """A text that Salesforce takes: not too long, and an address where it wants one."""
    if rule.left_type is T.EMAIL and not _ADDRESS.fullmatch(text.strip()):
        raise ValueProblem("not_an_email", f"{_short(text)} is not an email address, as {rule.left} wants one.")
    _check_length(text.strip(), rule.left_length, rule.left)
    return text


def _check_length(text: str, most: int | None, field: str) -> None:
    if most is not None and len(text) > most:
        raise ValueProblem("too_long", f"{_short(text)} has {len(text):,} characters; {field} takes {most:,}.")


def _short(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def _email(rule: FieldRule, value: Any, time_zone: str) -> str:
    """An address without what nobody can see, which came along when it was copied."""
    return visible(str(value)).strip()


def _numeric(rule: FieldRule, value: Any, time_zone: str) -> int:
    number = _number(value)
    if isinstance(number, float) and not number.is_integer():
        raise ValueProblem("decimal_in_numeric", f"{value} has decimals; a Numeric field takes whole numbers only.")
    return int(number)


def _decimal(rule: FieldRule, value: Any, time_zone: str) -> float | int:
    return _number(value)


def _fitting_number(rule: FieldRule, value: Any, time_zone: str) -> float | int:
    """A number with no more decimals than Salesforce keeps: it would round the others off without a word.

    Nor with more digits than it takes.
    """
    number = _number(value)
    if rule.left_digits is not None and abs(number) >= 10**rule.left_digits:
        most = f"{rule.left_digits} digit{'s' * (rule.left_digits != 1)} before the point"
        raise ValueProblem("out_of_range", f"{value} is too large; {rule.left} takes {most}.")
    if rule.left_scale is not None and _decimals(number) > rule.left_scale:
        several = f"{value} has more decimals than the {rule.left_scale} that {rule.left} keeps."
        whole = f"{value} has decimals; {rule.left} takes whole numbers only."
        raise ValueProblem("too_many_decimals", several if rule.left_scale else whole)
    return number


def _decimals(number: float | int) -> int:
    exponent = Decimal(str(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _number(value: Any) -> float | int:
    """A finite number. JSON and both vendors know no other."""
    if isinstance(value, dict):
        raise ValueProblem("two_numbers", "A geolocation holds two numbers; map its latitude or longitude field.")
    try:
        number = _read_number(value)
    except ValueError:
        number = None
    if number is None or not isfinite(number):
        raise ValueProblem("not_a_number", f"{value!r} is not a number.")
    return number


def _read_number(value: Any) -> float | int | None:
    if isinstance(value, (int, float)):
        return None if isinstance(value, bool) else value
    text = str(value).strip()
    if _WHOLE.fullmatch(text):
        return int(text.partition(".")[0])
    return float(text) if _NUMBER.fullmatch(text) else None


def _date(rule: FieldRule, value: Any, time_zone: str) -> str:
    """A date; a date/time becomes the day it falls on in the declared zone (A11)."""
    text = str(value)
    try:
        if len(text) == 10:
            return date.fromisoformat(text).isoformat()
        return _aware(text).astimezone(ZoneInfo(time_zone)).date().isoformat()
    except (ValueError, OverflowError):
        raise ValueProblem("not_a_date", f"{value!r} is not a date.") from None


def _day(rule: FieldRule, value: Any, time_zone: str) -> str:
    """A day that Salesforce keeps."""
    day = _date(rule, str(value).strip()[:10], time_zone)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueProblem("out_of_range", f"{day} is not among the days that {rule.left} takes, 1700 to 4000.")
    return day


def _moment(rule: FieldRule, value: Any, time_zone: str) -> str:
    """A moment in UTC. A day becomes its midnight in the declared zone, so that it reads back as the same day; so is a
    time that names no zone one of that zone, where people typed it.
    """
    text = str(value).strip()
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time_zone))
        if not FIRST_DAY <= moment.date().isoformat() <= LAST_DAY:
            raise ValueError
        in_utc = moment.astimezone(UTC).replace(tzinfo=None)
        return in_utc.isoformat(timespec="milliseconds" if in_utc.microsecond else "seconds") + "Z"
    except (ValueError, OverflowError):
        raise ValueProblem("not_a_date", f"{text!r} is not a date.") from None


def _aware(text: str) -> datetime:
    """A moment; one that names no zone is UTC, never the zone of this machine."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _dropdown(rule: FieldRule, value: Any, time_zone: str) -> str:
    """The tag for a picklist value: the value map first, else the value itself (S3.25, A12)."""
    tag = rule.value_map.get(str(value), str(value))
    if rule.choices is not None and tag not in rule.choices:
        raise ValueProblem("no_such_choice", f"No choice has the tag {tag!r}; add it to the value map.")
    return tag


def _picklist_value(rule: FieldRule, value: Any, time_zone: str) -> str:
    tag = str(value)
    value = next((source for source, target in rule.value_map.items() if target == tag), tag)
    known = rule.left_choices is None or value in rule.left_choices
    # A value that another tag stands for would come back as that tag.
    if not known or rule.value_map.get(value, value) != tag:
        raise ValueProblem("no_such_value", f"{rule.left} has no value {value!r}; add it to the value map.")
    return value


def _rich(rule: FieldRule, value: Any, time_zone: str) -> str:
    return _fitting_text(rule, escape(str(value), quote=False).replace("\n", "<br>"))


_TO_RIGHT: dict[FieldType, Writer] = {
    T.EMAIL: _email,
    T.NUMERIC: _numeric,
    T.DECIMAL: _decimal,
    T.DATE: _date,
    T.DROPDOWN: _dropdown,
}


_TO_LEFT: dict[FieldType, Writer] = {
    T.PICKLIST: _picklist_value,
    T.NUMBER: _fitting_number,
    T.CURRENCY: _fitting_number,
    T.PERCENT: _fitting_number,
    T.GEOLOCATION: _fitting_number,
    T.DATE: _day,
    T.DATETIME: _moment,
    T.TEXT_AREA_RICH: _rich,
}


def _looks_equal(number: float | int, text: str) -> bool:
    try:
        return _read_number(text) == number
    except ValueError:
        return False
