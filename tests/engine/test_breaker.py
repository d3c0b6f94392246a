"""S3.C1: one alert as the trouble starts, and no other until a run could talk to both systems."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncadmin.engine.breaker import (
    LASTS_TOO_LONG,
    TRIES_AGAIN_AFTER,
    TRIPS_AFTER,
    Breaker,
    after_failure,
    after_pause,
    after_test,
)

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def failed(times: int) -> tuple[Breaker, list[bool]]:
    breaker, alerts = Breaker(), []
    for number in range(times):
        breaker, alert = after_failure(breaker, NOW + timedelta(minutes=number))
        alerts.append(alert)
    return breaker, alerts


def test_the_breaker_opens_with_the_third_failure_in_a_row_and_alerts_then() -> None:
    breaker, alerts = failed(TRIPS_AFTER)
    assert breaker.open_since is not None
    assert alerts == [False, False, True]


def test_a_run_that_waits_for_a_system_alerts_after_a_quarter_of_an_hour_and_once() -> None:
    breaker, alerts = Breaker(), []
    for minutes in range(0, 40, 2):
        breaker, alert = after_pause(breaker, NOW + timedelta(minutes=minutes), worked_before=False)
        alerts.append(alert)
    first = alerts.index(True)
    assert timedelta(minutes=2 * first) - LASTS_TOO_LONG < timedelta(minutes=2)
    assert alerts.count(True) == 1


def test_pauses_of_a_run_that_gets_on_between_them_are_no_outage() -> None:
    breaker = Breaker()
    for minutes in range(0, 120, 10):
        breaker, alert = after_pause(breaker, NOW + timedelta(minutes=minutes), worked_before=True)
        assert not alert


def test_two_failed_runs_far_apart_alert_as_well() -> None:
    breaker, _ = after_failure(Breaker(), NOW)
    assert after_failure(breaker, NOW + LASTS_TOO_LONG)[1]


def test_an_open_breaker_lets_one_attempt_through_after_an_hour_or_a_passed_test() -> None:
    breaker, _ = failed(TRIPS_AFTER)
    assert breaker.last_failure is not None
    before = breaker.last_failure + timedelta(minutes=59)
    assert not breaker.may_try(before)
    assert breaker.may_try(breaker.last_failure + TRIES_AGAIN_AFTER)
    tested = after_test(breaker)
    assert tested.may_try(before)
    again, alert = after_failure(tested, before)
    assert (again.may_try(before), alert) == (False, False)


@given(st.lists(st.sampled_from(["works", "fails", "waits"]), max_size=60), st.integers(0, 30))
def test_whatever_happens_the_breaker_is_open_from_its_one_alert_to_the_next_success(
    outcomes: list[str], minutes: int
) -> None:
    breaker, alerts = Breaker(), 0
    for number, outcome in enumerate(outcomes):
        now = NOW + timedelta(minutes=minutes * number)
        if outcome == "works":
            breaker, alerts = Breaker(), 0
            continue
        if outcome == "fails":
            breaker, alert = after_failure(breaker, now)
        else:
            breaker, alert = after_pause(breaker, now, worked_before=False)
        alerts += alert
        assert alerts == (breaker.open_since is not None)
