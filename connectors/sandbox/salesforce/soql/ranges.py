"""Relative date literals: TODAY, LAST_WEEK, NEXT_N_MONTHS:2 ... as a half-open range of days in UTC.

Weeks begin on Sunday, the default of the vendor's en_US locale."""

from __future__ import annotations

from datetime import date, timedelta

DAY = timedelta(days=1)


def days(literal: str, today: date) -> tuple[date, date]:
    """First day of the range and the first day after it."""
    name, _, count = literal.partition(":")
    if count:
        return _counted(name, int(count), today)
    fixed = {"TODAY": 0, "YESTERDAY": -1, "TOMORROW": 1}
    if name in fixed:
        start = today + fixed[name] * DAY
        return start, start + DAY
    if name == "LAST_90_DAYS":
        return today - 90 * DAY, today + DAY
    if name == "NEXT_90_DAYS":
        return today + DAY, today + 91 * DAY
    which, unit = name.split("_", 1)
    shift = {"LAST": -1, "THIS": 0, "NEXT": 1}[which]
    start = _start(unit.removeprefix("FISCAL_"), today)
    return _moved(unit, start, shift), _moved(unit, start, shift + 1)


def _counted(name: str, count: int, today: date) -> tuple[date, date]:
    if name.startswith("N_"):
        unit = name.removeprefix("N_").removesuffix("S_AGO")
        start = _moved(unit, _start(unit, today), -count)
        return start, _moved(unit, start, 1)
    which, _, unit = name.split("_", 2)
    unit = unit.removesuffix("S")
    start = _start(unit.removeprefix("FISCAL_"), today)
    if which == "NEXT":
        return _moved(unit, start, 1), _moved(unit, start, count + 1)
    # LAST_N_DAYS reaches to the end of today; the longer units end before the current one began.
    return _moved(unit, start, -count), today + DAY if unit == "DAY" else start


def _start(unit: str, day: date) -> date:
    if unit == "WEEK":
        return day - (day.weekday() + 1) % 7 * DAY
    if unit == "MONTH":
        return day.replace(day=1)
    if unit == "QUARTER":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day if unit == "DAY" else day.replace(month=1, day=1)


def _moved(unit: str, start: date, count: int) -> date:
    unit = unit.removeprefix("FISCAL_")
    if unit in ("DAY", "WEEK"):
        return start + count * (DAY if unit == "DAY" else 7 * DAY)
    months = start.year * 12 + start.month - 1 + count * {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit]
    return date(months // 12, months % 12 + 1, 1)
