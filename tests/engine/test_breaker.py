"""S3.C1: one alert as the trouble starts, one notice when it is over, and nothing in between."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncadmin.engine.breaker import (
    TRIES_AGAIN_AFTER,
    TRIPS_AFTER,
    Breaker,
    Notice,
    after_failure,
    after_success,
)

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def failed(times: int) -> tuple[Breaker, list[Notice]]:
    breaker, notices = Breaker(), []
    for number in range(times):
        breaker, notice = after_failure(breaker, NOW + timedelta(minutes=number))
        notices.append(notice)
    return breaker, notices


def test_the_breaker_opens_with_the_third_failure_in_a_row_and_alerts_then() -> None:
    breaker, notices = failed(TRIPS_AFTER)
    assert breaker.open_since is not None
    assert notices == [Notice.NONE, Notice.NONE, Notice.ALERT]


def test_a_success_closes_it_and_says_so_only_after_an_alert() -> None:
    opened, _ = failed(TRIPS_AFTER)
    assert after_success(opened) == (Breaker(), Notice.RECOVERY)
    bothered, _ = failed(1)
    assert after_success(bothered) == (Breaker(), Notice.NONE)


def test_an_open_breaker_lets_one_attempt_through_after_an_hour() -> None:
    breaker, _ = failed(TRIPS_AFTER)
    assert breaker.last_failure is not None
    assert not breaker.may_try(breaker.last_failure + timedelta(minutes=59))
    assert breaker.may_try(breaker.last_failure + TRIES_AGAIN_AFTER)


@given(st.lists(st.booleans(), max_size=60))
def test_alerts_and_recoveries_alternate_whatever_happens(outcomes: list[bool]) -> None:
    breaker, told = Breaker(), []
    for worked in outcomes:
        breaker, notice = after_success(breaker) if worked else after_failure(breaker, NOW)
        if notice is not Notice.NONE:
            told.append(notice)
    expected = [Notice.ALERT if number % 2 == 0 else Notice.RECOVERY for number in range(len(told))]
    assert told == expected
