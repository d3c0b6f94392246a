"""S3.C1: one alert as the trouble starts, one notice when it is over, and nothing in between."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncadmin.engine.breaker import (
    LASTS_TOO_LONG,
    TRIES_AGAIN_AFTER,
    TRIPS_AFTER,
    Breaker,
    Notice,
    after_failure,
    after_pause,
    after_success,
    after_test,
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


def test_a_run_that_waits_for_a_system_alerts_after_a_quarter_of_an_hour_and_once() -> None:
    breaker, notices = Breaker(), []
    for minutes in range(0, 40, 2):
        breaker, notice = after_pause(breaker, NOW + timedelta(minutes=minutes), worked_before=False)
        notices.append(notice)
    first = notices.index(Notice.ALERT)
    assert timedelta(minutes=2 * first) - LASTS_TOO_LONG < timedelta(minutes=2)
    assert notices.count(Notice.ALERT) == 1


def test_pauses_of_a_run_that_gets_on_between_them_are_no_outage() -> None:
    breaker = Breaker()
    for minutes in range(0, 120, 10):
        breaker, notice = after_pause(breaker, NOW + timedelta(minutes=minutes), worked_before=True)
        assert notice is Notice.NONE


def test_two_failed_runs_far_apart_alert_as_well() -> None:
    breaker, _ = after_failure(Breaker(), NOW)
    assert after_failure(breaker, NOW + LASTS_TOO_LONG)[1] is Notice.ALERT


def test_an_open_breaker_lets_one_attempt_through_after_an_hour_or_a_passed_test() -> None:
    breaker, _ = failed(TRIPS_AFTER)
    assert breaker.last_failure is not None
    before = breaker.last_failure + timedelta(minutes=59)
    assert not breaker.may_try(before)
    assert breaker.may_try(breaker.last_failure + TRIES_AGAIN_AFTER)
    tested = after_test(breaker)
    assert tested.may_try(before)
    again, notice = after_failure(tested, before)
    assert (again.may_try(before), notice) == (False, Notice.NONE)


@given(st.lists(st.sampled_from(["works", "fails", "waits"]), max_size=60), st.integers(0, 30))
def test_alerts_and_recoveries_alternate_whatever_happens(outcomes: list[str], minutes: int) -> None:
    breaker, told = Breaker(), []
    for number, outcome in enumerate(outcomes):
        now = NOW + timedelta(minutes=minutes * number)
        if outcome == "works":
            breaker, notice = after_success(breaker)
        elif outcome == "fails":
            breaker, notice = after_failure(breaker, now)
        else:
            breaker, notice = after_pause(breaker, now, worked_before=False)
        if notice is not Notice.NONE:
            told.append(notice)
    expected = [Notice.ALERT if number % 2 == 0 else Notice.RECOVERY for number in range(len(told))]
    assert told == expected
