"""Converts values between field types. Nothing is rounded or cut silently (S3.29)."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from html import escape
from math import isfinite
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from connectors.api.values import FieldType
from mappings.rules.configuration import FieldRule
from mappings.rules.rich_text import plain_text
from mappings.rules.texts import plural, visible
from mappings.rules.transforms import TRANSFORMS

T = FieldType
_ADDRESS = re.compile(r"[^@\s<>(),;:\"\[\]]+@[^@\s<>(),;:\"\[\].]+(\.[^@\s<>(),;:\"\[\].]+)*\.[^@\s<>(),;:\"\[\].]{2,}")
FIRST_DAY, LAST_DAY = "1700-01-01", "4000-12-31"
"""The days that every system keeps."""
# So much of a text is shown where it does not fit.
SHOWN = 40
_WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


class ValueProblem(Exception):
    """A value that cannot be converted. ``str()`` says why, for the administrator."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Target(NamedTuple):
    """The field that a value is written to, and the type of its source. ``value_map``: source value -> target value."""

    name: str
    type: FieldType
    source: FieldType
    length: int | None = None
    scale: int | None = None
    digits: int | None = None
    choices: Collection[str] | None = None
    value_map: Mapping[str, str] = MappingProxyType({})
    order: Collection[str] = ()
    """The values of a list in the order in which the system keeps them."""
    back: bool = False
    """From right to left, where a map is read from its end."""


Writer = Callable[[Target, Any, str], Any]


def to_right(rule: FieldRule, value: Any, time_zone: str = "UTC") -> Any:
    """The left value as the right field stores it. See ``convert``."""
    target = Target(
        rule.right, rule.right_type, rule.left_type, rule.right_length, rule.right_scale, rule.right_digits,
        rule.choices, rule.value_map, rule.options,
    )  # fmt: skip
    return convert(value, target, time_zone, rule.transform)


def to_left(rule: FieldRule, value: Any, time_zone: str = "UTC") -> Any:
    """The right value as the left field stores it. See ``convert``."""
    target = Target(
        rule.left, rule.left_type, rule.right_type, rule.left_length, rule.left_scale, rule.left_digits,
        rule.left_choices, rule.value_map, back=True,
    )  # fmt: skip
    return convert(value, target, time_zone)


def convert(value: Any, target: Target, time_zone: str = "UTC", transform: str = "") -> Any:
    """The value as the target field stores it; None empties it. Raises ValueProblem if it does not fit."""
    if value is not None and target.source is T.RICH_TEXT and target.type is not T.RICH_TEXT:
        value = plain_text(str(value))
    if transform and value is not None:
        value = TRANSFORMS[transform].apply(value)
    if target.type is T.BOOLEAN:
        return _checked(target.value_map.get(value, value) if isinstance(value, str) else value)
    if value is None or value == "":
        return None
    write: Writer = _WRITERS.get(target.type, _text)
    return write(target, value, time_zone)


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal.

    Empty text, None and an unchecked checkbox are equal; so are 1000, 1000.0 and "1000.00". Line ends, surrounding
    blanks and the composition of accents do not count.
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
    """Whether a value is empty. An unchecked checkbox is not."""
    return value is not False and same(value, None)


def _bare(value: Any) -> Any:
    """The value in a form that can be compared; None for every empty value."""
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").strip()
        value = value if value.isascii() else unicodedata.normalize("NFC", value)
    return None if value is None or value == "" or value is False else value


CHECKED = {"true": True, "enabled": True, "false": False, "disabled": False, "": False}


def _checked(value: Any) -> bool:
    if isinstance(value, str):
        if value.lower() not in CHECKED:
            raise ValueProblem("not_a_checkbox", f"{value!r} is neither true nor false.")
        return CHECKED[value.lower()]
    return bool(value)


def _text(target: Target, value: Any, time_zone: str) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if target.source in (T.CHOICE, T.CHOICES) and target.value_map and not target.back:
        text = ";".join(target.value_map.get(part, part) for part in text.split(";"))
    if target.source is T.CHOICES and target.type is not T.CHOICES:
        text = text.replace(";", ", ")
    _check_length(text.strip() if target.back else text, target.length, target.name)
    return text


def _check_length(text: str, most: int | None, field: str) -> None:
    if most is not None and len(text) > most:
        raise ValueProblem("too_long", f"{_short(text)} has {len(text):,} characters; {field} takes {most:,}.")


def _short(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def _email(target: Target, value: Any, time_zone: str) -> str:
    """An email address without invisible characters."""
    text = str(value) if target.back else visible(str(value)).strip()
    if (target.back or target.source is not T.EMAIL) and not _ADDRESS.fullmatch(text.strip()):
        raise ValueProblem("not_an_email", f"{_short(text)} is not an email address, as {target.name} wants one.")
    _check_length(text.strip(), target.length, target.name)
    return text


def _fitting_number(target: Target, value: Any, time_zone: str) -> float | int:
    """A number that fits the decimals and digits of the target. Raises ValueProblem instead of rounding."""
    number = _number(value)
    if target.digits is not None and abs(number) >= 10**target.digits:
        most = f"{plural(target.digits, 'digit')} before the point"
        raise ValueProblem("out_of_range", f"{value} is too large; {target.name} takes {most}.")
    if target.scale is not None and _decimals(number) > target.scale:
        several = f"{value} has more decimals than the {target.scale} that {target.name} keeps."
        whole = f"{value} has decimals; {target.name} takes whole numbers only."
        raise ValueProblem("too_many_decimals", several if target.scale else whole)
    return number


def _integer(target: Target, value: Any, time_zone: str) -> int:
    number = _fitting_number(target, value, time_zone)
    if isinstance(number, float) and not number.is_integer():
        raise ValueProblem("decimal_in_numeric", f"{value} has decimals; {target.name} takes whole numbers only.")
    return int(number)


def _decimals(number: float | int) -> int:
    exponent = Decimal(str(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _number(value: Any) -> float | int:
    """A finite number. Raises ValueProblem for any other value."""
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


def _day(target: Target, value: Any, time_zone: str) -> str:
    """A date. A date/time becomes its day in the declared time zone (A11)."""
    text = str(value).strip()
    try:
        if target.source is not T.DATETIME and target.back:
            text = text[:10]
        if len(text) == 10:
            day = date.fromisoformat(text).isoformat()
        else:
            day = _aware(text).astimezone(ZoneInfo(time_zone)).date().isoformat()
    except (ValueError, OverflowError):
        raise ValueProblem("not_a_date", f"{value!r} is not a date.") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueProblem("out_of_range", f"{day} is not among the days that {target.name} takes, 1700 to 4000.")
    return day


def _moment(target: Target, value: Any, time_zone: str) -> str:
    """A date/time in UTC. A date becomes midnight in the declared zone, so that it converts back to the same day; a
    time without a zone is in that zone too.
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
    """A date/time; without a zone it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _choice(target: Target, value: Any, time_zone: str) -> str:
    """The choice for a value: by the value map, else the value itself (S3.25, A12)."""
    if target.back:
        return _mapped_back(target, str(value))
    choice = target.value_map.get(str(value), str(value))
    if target.choices is not None and choice not in target.choices:
        raise ValueProblem("no_such_choice", f"No choice has the tag {choice!r}; add it to the value map.")
    return choice


def _choices(target: Target, value: Any, time_zone: str) -> str:
    """Several choices, separated by semicolons, in the order of the target."""
    parts = [part for part in str(value).split(";") if part]
    chosen = {_choice(target, part, time_zone) for part in parts}
    order = {choice: place for place, choice in enumerate(target.order)}
    return ";".join(sorted(chosen, key=lambda choice: (order.get(choice, len(order)), choice)))


def _mapped_back(target: Target, choice: str) -> str:
    value = next((source for source, mapped in target.value_map.items() if mapped == choice), choice)
    known = target.choices is None or value in target.choices
    # A value that another choice stands for would come back as that choice.
    if not known or target.value_map.get(value, value) != choice:
        raise ValueProblem("no_such_value", f"{target.name} has no value {value!r}; add it to the value map.")
    return value


def _rich(target: Target, value: Any, time_zone: str) -> str:
    text = str(value)
    if target.source is not T.RICH_TEXT:
        text = escape(text, quote=False).replace("\n", "<br>")
    _check_length(text.strip(), target.length, target.name)
    return text


_WRITERS: dict[FieldType, Writer] = {
    T.EMAIL: _email,
    T.INTEGER: _integer,
    T.DECIMAL: _fitting_number,
    T.PERCENT: _fitting_number,
    T.GEOLOCATION: _fitting_number,
    T.DATE: _day,
    T.DATETIME: _moment,
    T.CHOICE: _choice,
    T.CHOICES: _choices,
    T.RICH_TEXT: _rich,
}


def _looks_equal(number: float | int, text: str) -> bool:
    try:
        return _read_number(text) == number
    except ValueError:
        return False
