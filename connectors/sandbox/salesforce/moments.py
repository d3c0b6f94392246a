"""Dates and times as the vendor writes them. Rows keep them as text, which sorts as the time does."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

# 2024-10-23T04:13:57.000+0000 in JSON, 2024-10-23T04:13:57.000Z in bulk CSV.
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?$", re.IGNORECASE
)


FIRST_YEAR, LAST_YEAR = 1700, 4000  # what the vendor keeps


def stamp(seconds: float) -> str:
    """Seconds since 1970 as the stored text; whole seconds, as the vendor keeps its audit fields."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def from_datetime(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}+0000"


def parse_moment(text: str) -> str | None:
    """The stored text of an ISO 8601 moment (a missing offset is UTC); None when it is not one."""
    found = _MOMENT.match(text.strip())
    if found is None:
        plain = parse_date(text)
        return f"{plain}T00:00:00.000+0000" if plain else None
    day, clock, fraction, offset = found.groups()
    clock = clock if len(clock) == 8 else clock + ":00"
    zone = "+0000" if offset in (None, "Z", "z") else offset.replace(":", "")
    try:
        moment = datetime.strptime(f"{day}T{clock}{zone}", "%Y-%m-%dT%H:%M:%S%z")
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return from_datetime(moment.replace(microsecond=int((fraction or "0")[:3].ljust(3, "0")) * 1000))


def parse_date(text: str) -> str | None:
    """The day as YYYY-MM-DD, None when the text is not a calendar day."""
    try:
        day = date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
    return day.isoformat() if FIRST_YEAR <= day.year <= LAST_YEAR else None


def to_datetime(stored: str) -> datetime:
    return datetime.strptime(stored, "%Y-%m-%dT%H:%M:%S.%f%z")
