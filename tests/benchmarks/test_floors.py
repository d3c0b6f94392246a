"""The floors that measurements are divided by."""

from __future__ import annotations

import pytest

from benchmarks.floors import floor, floor_of_tickets
from benchmarks.profiles import P1, ZERO


def test_ten_thousand_new_records_take_a_hundred_jobs_in_four_waves():
    found = floor(P1, read=10_000, written=10_000)
    assert found.calls == 3 + 1 + 100 + 4
    assert found.seconds == pytest.approx(0.4 + 4 * 1.5 + 2 * 0.12)


def test_a_run_without_changes_asks_each_side_once():
    found = floor(P1, read=0, written=0)
    assert found.calls == 2
    assert found.seconds == pytest.approx(0.12)


def test_large_answers_are_read_in_bulk():
    found = floor(P1, read=1_000_000, written=0)
    assert found.calls == 3 + 1
    assert found.seconds == pytest.approx(3 * 0.08 + 3.0)


def test_the_plan_limit_counts_once_the_first_minute_is_used_up():
    """700 calls are there at the start, the others come in at 700 a minute."""
    found = floor(P1, read=100_000, written=100_000)
    assert found.seconds == pytest.approx((3 * 0.08 + 3.0) + 34 * 1.5 + 2 * 0.12)
    slow = floor(P1, read=400_000, written=400_000)
    calls_to_zendesk = 1 + 4_000 + 134
    assert slow.seconds == pytest.approx((3 * 0.08 + 3.0) + 60 * (calls_to_zendesk - 700) / 700 + 2 * 0.12)


def test_where_nothing_takes_time_there_is_no_floor_in_time():
    assert floor(ZERO, read=10, written=10).seconds is None


def test_further_memberships_are_jobs_of_their_own_in_the_places_that_users_leave():
    """9,500 users and 500 memberships fill the same four waves as 10,000 organizations."""
    found = floor(P1, read=10_000, written=9_500, followers=500)
    assert found.calls == 3 + 1 + 95 + 5 + 4
    assert found.seconds == pytest.approx(0.4 + 4 * 1.5 + 2 * 0.12)


def test_memberships_wait_for_the_users_that_they_are_of():
    found = floor(P1, read=1_000, written=940, followers=42)
    assert found.calls == 1 + 1 + 10 + 1 + 2
    assert found.seconds == pytest.approx(0.12 + 1.5 + (1 + 42 * 0.005) + 2 * 0.12)


def test_ten_thousand_tickets_take_ten_exports_and_fifty_collections():
    found = floor_of_tickets(P1, read=10_000, written=10_000)
    assert found.calls == 10 + 1 + 50
    assert found.seconds == pytest.approx(10 * 0.12 + 0.08)
    assert floor_of_tickets(P1, read=11_000, written=0).seconds == pytest.approx(11 * 0.12 + 60)
    assert floor_of_tickets(ZERO, read=0, written=0).calls == 2
