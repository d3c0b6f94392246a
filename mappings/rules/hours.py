"""The hours in which automatic updates run: "8-18", over midnight "22-6", "" for the whole day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_FORM = re.compile(r"(\d{1,2})-(\d{1,2})")


def parsed(hours: str) -> tuple[int, int] | None:
    """The first hour and the hour after the last; None for all day. Raises ValueError for an invalid text."""
    if not hours:
        return None
    found = _FORM.fullmatch(hours)
    first, end = (int(part) for part in found.groups()) if found else (0, 0)
    if not found or first == end or first > 23 or end > 24:
        raise ValueError(f"{hours!r} is no time of the day; it looks like 8-18, or 22-6 over midnight.")
    return first, end


def are_open(hours: str, moment: datetime) -> bool:
    """Whether a local time is within these hours."""
    both = parsed(hours)
    if both is None:
        return True
    first, end = both
    return first <= moment.hour < end if first < end else not end <= moment.hour < first


def next_opening(hours: str, moment: datetime) -> datetime:
    """The next start of these hours after a local time outside them."""
    both = parsed(hours)
    if both is None:
        return moment
    today = moment.replace(hour=both[0], minute=0, second=0, microsecond=0)
    return today if today > moment else today + timedelta(days=1)


def in_words(hours: str) -> str:
    """Hours in words: "from 8:00 to 18:00", "" for all day."""
    both = parsed(hours)
    return f"from {both[0]}:00 to {both[1]}:00" if both else ""
