"""When running jobs are looked at: few looks, little delay."""

import heapq
import random

import pytest

from connectors.api.zendesk.poll_schedule import PollSchedule


def simulate(jobs: int, in_flight: int, duration: float, spread: float = 0.0) -> tuple[int, float]:
    """Looks taken and seconds passed for ``jobs`` jobs, with simulated time."""
    chance = random.Random(5)
    looks, now, seen = PollSchedule(), 0.0, 0
    running: list[tuple[float, float]] = []
    left = jobs
    while left or running:
        while left and len(running) < in_flight:
            heapq.heappush(running, (now + duration * (1 + chance.uniform(-spread, spread)), now))
            left -= 1
        now = max(now, looks.next([started for _, started in running]))
        seen += 1
        ended = [started for end, started in running if end <= now]
        looks.learn(now, [started for _, started in running], ended)
        running = [(end, started) for end, started in running if end > now]
        heapq.heapify(running)
    return seen, now


@pytest.mark.parametrize("duration", [0.05, 1.5, 8.0])
def test_jobs_of_one_duration_cost_few_looks_and_little_time(duration: float) -> None:
    seen, passed = simulate(1000, 30, duration)
    waves = -(-1000 // 30)
    assert seen <= waves * 1.3 + 10
    assert passed <= max(waves * duration * 1.15, waves * 0.3)


def test_jobs_of_different_durations_cost_an_eighth_of_their_number_at_most() -> None:
    seen, passed = simulate(1000, 30, 10.0, spread=0.3)
    assert seen <= 125
    assert passed <= 1000 / 30 * 10.0 * 1.35


def test_a_single_slow_job_is_not_asked_for_every_moment() -> None:
    seen, passed = simulate(1, 30, 60.0)
    assert seen <= 16
    assert passed <= 60 * 1.4


def test_a_single_quick_job_is_seen_at_once() -> None:
    assert simulate(1, 30, 0.05)[1] <= 0.3


def test_a_change_of_pace_is_noticed() -> None:
    looks = PollSchedule()
    now = 0.0
    for duration in [1.0] * 20 + [4.0] * 20 + [1.0] * 200:
        started, ended = now, []
        while not ended:
            now = looks.next([started])
            ended = [started] if now - started >= duration else []
            looks.learn(now, [started], ended)
    assert looks.duration == pytest.approx(1.0, rel=0.5)
