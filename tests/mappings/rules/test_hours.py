"""The hours of the day in which automatic updates run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mappings.rules import hours


def at(hour: int) -> datetime:
    return datetime(2026, 11, 30, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        ("", range(24)),
        ("8-18", range(8, 18)),
        ("22-6", [*range(22, 24), *range(6)]),
        ("0-24", range(24)),
        ("18-24", range(18, 24)),
    ],
)
def test_an_hour_lies_in_them_or_not_also_over_midnight(written: str, opened: range) -> None:
    assert [hour for hour in range(24) if hours.are_open(written, at(hour))] == sorted(opened)


def test_they_begin_again_today_or_tomorrow() -> None:
    assert hours.next_opening("8-18", at(6)) == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert hours.next_opening("8-18", at(20)) == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert hours.next_opening("22-6", at(12)) == datetime(2026, 11, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize("written", ["8", "8-8", "24-3", "8-25", "8:00-18:00", "-", "8-18 ", "a-b"])
def test_what_is_no_time_of_the_day_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="it looks like 8-18"):
        hours.parsed(written)
