"""Workers that are killed at the worst moments: whoever goes on finds everything there exactly once."""

from __future__ import annotations

import json
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import redis

from connectors.sandbox.server import Sandbox
from tests.timeouts import HANG_SECONDS
from tests.worlds.company import Company
from tests.worlds.laptop import Laptop, configuration, kill, printed, wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.redis]

ACCOUNTS, BATCHES = 120, 2
CREATE = {"method": "POST", "path": "/api/v2/organizations/create_many", "times": 9}
INSERT = {"method": "POST", "path": "*composite/sobjects", "times": 9}
QUERY = {"method": "GET", "path": "*query*", "times": 1}


@pytest.fixture(scope="session")
def installed(empty_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with everything set up, to be copied."""
    folder = tmp_path_factory.mktemp("installed")
    file = folder / "config.yaml"
    file.write_text(configuration(empty_sandbox))
    applied = Laptop(folder).manage("config", "apply", str(file))
    assert applied.returncode == 0, applied.stderr
    return folder


@pytest.fixture
def laptop(installed: Path, tmp_path: Path) -> Iterator[Laptop]:
    shutil.copytree(installed, tmp_path, dirs_exist_ok=True)
    with Laptop(tmp_path) as own:
        yield own


@pytest.fixture
def company(empty_sandbox: Sandbox) -> Iterator[Company]:
    """Without a database of this process: the workers have their own."""
    both = Company(empty_sandbox)
    for number in range(ACCOUNTS):
        both.account(f"Company {number:03d}", Industry="Energy")
    yield both
    both.close()


def finish(laptop: Laptop) -> None:
    """Somebody goes on with the run, once the dead worker's lease is over."""
    if laptop.ask("SELECT 1 FROM runs_run WHERE state = 'completed'"):
        return  # it was faster than its murderer
    laptop.wait_until_the_lease_is_over()
    ended = laptop.manage("sync", "resume", "1", "--inline", "--json")
    assert ended.returncode == 0, ended.stderr
    said = printed(ended)
    assert said["state"] == "completed"
    assert said["counts"]["planned"] == said["counts"]["written"]


def ask_the_queue(laptop: Laptop, command: str) -> None:
    """What cron, or a second click, would do."""
    imports = "from syncadmin.runs import models, queue; from syncadmin.runs.pipeline import jobs; Run = models.Run"
    assert laptop.manage("shell", "-c", f"{imports}; {command}").returncode == 0


def assert_all_there_once(company: Company, laptop: Laptop) -> None:
    made = company.organizations()
    assert len(made) == ACCOUNTS
    assert {row["external_id"] for row in made.values()} == {row["Id"] for row in company.accounts().values()}
    links = laptop.ask("SELECT left_id, right_id FROM runs_link WHERE active")
    assert len(links) == len({left for left, _ in links}) == len({right for _, right in links}) == ACCOUNTS
    assert laptop.ask("SELECT count(*) FROM runs_step WHERE NOT recorded") == [(0,)]


LONG_LEASE = "SELECT lease_until > datetime('now', '+16 seconds') FROM runs_run"
SIGNS = (
    "SELECT 1 FROM runs_run WHERE state NOT IN ('queued', 'reading')",
    "SELECT 1 FROM runs_step",
    "SELECT 1 FROM runs_link WHERE active",
)


def test_killed_in_one_stage_after_the_other(company: Company, laptop: Laptop) -> None:
    """In the middle of reading, then as soon as it matches, plans and records: it stands still and is killed there."""
    company.fault(company.salesforce, {**QUERY, "timeout": "before"})
    worker = laptop.start("sync", "run", "accounts", "--inline")
    wait_for(lambda: company.fired(company.salesforce))
    kill(worker)
    for sign in SIGNS:
        laptop.wait_until_the_lease_is_over()
        worker = laptop.start("sync", "resume", "1", "--inline")
        wait_for(lambda sign=sign: laptop.ask(sign))
        with laptop.nobody_writes():
            kill(worker)
    finish(laptop)
    assert_all_there_once(company, laptop)


def test_killed_with_writes_on_their_way_that_never_arrive_or_arrive_unanswered(
    company: Company, laptop: Laptop
) -> None:
    command = ("run", "accounts")
    for moment in ("before", "after"):
        company.fault(company.zendesk, {**CREATE, "timeout": moment})
        worker = laptop.start("sync", *command, "--inline")
        wait_for(lambda: company.fired(company.zendesk) == BATCHES)
        kill(worker)
        laptop.wait_until_the_lease_is_over()
        command = ("resume", "1")
    finish(laptop)
    assert_all_there_once(company, laptop)


def test_killed_with_a_write_on_its_way_that_arrives_when_somebody_else_has_gone_on(
    company: Company, laptop: Laptop
) -> None:
    company.fault(company.zendesk, {**CREATE, "delay_ms": 4_000})
    worker = laptop.start("sync", "run", "accounts", "--inline")
    wait_for(lambda: company.fired(company.zendesk) == BATCHES)
    kill(worker)
    company.fault(company.zendesk)
    finish(laptop)
    assert_all_there_once(company, laptop)


def test_killed_with_one_part_recorded_and_the_other_on_its_way(company: Company, laptop: Laptop) -> None:
    """Links are written before creations."""
    for number in range(20):
        company.organization(f"Company {number:03d}", tags=["vip"])
    company.fault(company.zendesk, {**CREATE, "timeout": "after"})
    worker = laptop.start("sync", "run", "accounts", "--inline")
    wait_for(lambda: company.fired(company.zendesk))
    kill(worker)
    assert laptop.ask("SELECT count(*) FROM runs_link WHERE active") == [(20,)]
    [(calls, phases)] = laptop.ask("SELECT calls, phases FROM runs_run")
    assert json.loads(calls)["zendesk"] > json.loads(phases)["plan"]["calls"]["zendesk"], "both are kept by now"
    finish(laptop)
    assert_all_there_once(company, laptop)
    assert Counter(tag for row in company.organizations().values() for tag in row["tags"])["vip"] == 20


def test_killed_while_zendesk_works_on_an_accepted_job(
    company: Company, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are not there when they are looked up; sent again, they are refused, and found then."""
    store = company.zendesk.store
    monkeypatch.setattr(store, "options", replace(store.options, job_ms=5_000))
    worker = laptop.start("sync", "run", "accounts", "--inline")
    wait_for(lambda: store.jobs.in_flight)
    kill(worker)
    finish(laptop)
    assert_all_there_once(company, laptop)


def test_killed_while_accounts_are_being_created(company: Company, laptop: Laptop) -> None:
    """Salesforce takes any name twice, so what may have been created is looked up by name."""
    for number in range(30):
        company.organization(f"Newcomer {number}")
    command = ("run", "accounts", "--approve-all")
    for moment in ("before", "after"):
        company.fault(company.salesforce, {**INSERT, "timeout": moment})
        worker = laptop.start("sync", *command, "--inline")
        wait_for(lambda: company.fired(company.salesforce))
        kill(worker)
        laptop.wait_until_the_lease_is_over()
        command = ("resume", "1")
    finish(laptop)
    names = Counter(row["Name"] for row in company.salesforce.store.rows("Account"))
    assert set(names.values()) == {1}
    assert len(names) == ACCOUNTS + 30
    ids = {row["Name"]: row["Id"] for row in company.accounts().values()}
    assert {name: row["external_id"] for name, row in company.organizations().items()} == ids


def test_a_frozen_worker_that_wakes_up_late_leaves_no_trace(company: Company, laptop: Laptop) -> None:
    company.fault(company.zendesk, {**CREATE, "delay_ms": 1_000})
    worker = laptop.start("sync", "run", "accounts", "--inline", "--json")
    wait_for(lambda: company.fired(company.zendesk))
    with laptop.nobody_writes():  # one that stops with the database locked keeps everybody out
        worker.send_signal(signal.SIGSTOP)
    finish(laptop)
    tables = ("run", "step", "outcome", "link", "mirrorrecord", "sidestate")
    before = {table: laptop.ask(f"SELECT * FROM runs_{table} ORDER BY id") for table in tables}
    worker.send_signal(signal.SIGCONT)
    assert worker.wait(timeout=HANG_SECONDS) == 0, "the run is completed, whoever has done it"
    assert {table: laptop.ask(f"SELECT * FROM runs_{table} ORDER BY id") for table in tables} == before
    assert_all_there_once(company, laptop)


def test_a_machine_goes_down_with_its_worker_and_the_queue_is_lost(
    company: Company, laptop: Laptop, valkey_url: str
) -> None:
    """Two workers, one job delivered twice; the one at work is killed, then the queue is emptied."""
    laptop.environment["REDIS_URL"] = valkey_url
    company.fault(company.zendesk, {**CREATE, "timeout": "after"})
    workers = [laptop.start("rqworker", "default", "--verbosity", "0") for _ in range(2)]
    person = laptop.start("sync", "run", "accounts", "--json")
    wait_for(lambda: company.fired(company.zendesk))
    ask_the_queue(laptop, "queue.enqueue(1)")
    busy = next(worker for worker in workers if psutil.Process(worker.pid).children())
    kill(busy)
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()
    laptop.wait_until_the_lease_is_over()
    ask_the_queue(laptop, "jobs.sweep()")
    said, _ = person.communicate(timeout=HANG_SECONDS)
    assert person.returncode == 0, said
    assert_all_there_once(company, laptop)


@pytest.mark.parametrize("how", ["the process of the job is killed", "the worker is told to stop"])
def test_a_run_whose_process_ends_early_is_taken_over_long_before_its_lease_runs_out(
    company: Company, laptop: Laptop, valkey_url: str, how: str
) -> None:
    laptop.environment |= {"REDIS_URL": valkey_url, "RUN_LEASE_SECONDS": "86400", "WORKER_STOP_SECONDS": "0"}
    company.fault(company.zendesk, {**CREATE, "timeout": "after"})
    worker = laptop.start("rqworker", "default", "--verbosity", "0")
    person = laptop.start("sync", "run", "accounts", "--json")
    wait_for(lambda: company.fired(company.zendesk) == BATCHES)
    assert laptop.ask(LONG_LEASE) == [(1,)]
    if how == "the worker is told to stop":
        worker.terminate()
        assert worker.wait(timeout=HANG_SECONDS) == 0
        laptop.start("rqworker", "default", "--verbosity", "0")
    else:
        [horse] = psutil.Process(worker.pid).children()
        horse.kill()
    wait_for(lambda: laptop.ask(LONG_LEASE) == [(0,)])
    assert laptop.ask("SELECT lease_until IS NOT NULL FROM runs_run") == [(1,)], "what was sent may still arrive"
    ask_the_queue(laptop, "Run.objects.update(lease_until='2026-01-01T00:00Z'); jobs.sweep()")
    company.fault(company.zendesk)
    said, _ = person.communicate(timeout=HANG_SECONDS)
    assert person.returncode == 0, said
    assert_all_there_once(company, laptop)
