"""A database that another process keeps, and a run that is gone: no traceback, and what to do stands in the message."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.db import OperationalError
from django.db.models import F
from django.test import RequestFactory

from connectors.sandbox.server import Sandbox
from syncadmin.runs.choices import RunDirection, Trigger
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import runs as services
from syncadmin.web.errors import broken
from tests.timeouts import HANG_SECONDS
from tests.worlds.company import SYNC, Company
from tests.worlds.interruptions import at_statement
from tests.worlds.laptop import Laptop, configuration, wait_for
from tests.worlds.runs import run

pytestmark = pytest.mark.chaos

STRIDE = 13


def start_automatic(company: Company) -> Run:
    return services.start(
        company.sync, write=True, direction=RunDirection.TO_RIGHT, trigger=Trigger.AUTOMATIC, enqueue=False
    )


def ended_by_somebody_else(number: int) -> None:
    """Another worker took the run over, found nothing, and the run removed itself."""
    Run.objects.filter(pk=number).update(lease=F("lease") + 1)
    Run.objects.filter(pk=number).delete()


def test_a_run_that_removes_itself_meanwhile_is_no_error_wherever_its_first_worker_stands(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    company.account("Acme")
    company.sync = company.configure(automatic_updates=True)
    run(company.sync)
    number, reached = 0, True
    while reached:
        number += STRIDE
        automatic = start_automatic(company)
        with at_statement(number, lambda pk=automatic.pk: ended_by_somebody_else(pk), again=False):
            jobs.advance_run(automatic.pk)
        reached = any("taken over" in record.message for record in caplog.records)
        assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
        assert not Run.objects.filter(pk=automatic.pk).exists()
        caplog.clear()
    assert number > 4 * STRIDE


@pytest.fixture
def laptop(empty_sandbox: Sandbox, company: Company, tmp_path: Path) -> Iterator[Laptop]:
    """Its processes wait a moment for the database, not half a minute."""
    with Laptop(tmp_path) as own:
        own.environment["DATABASE_URL"] = f"sqlite:///{tmp_path}/syncadmin.sqlite3?timeout=1"
        file = tmp_path / "config.yaml"
        known = yaml.safe_load(configuration(empty_sandbox))
        file.write_text(yaml.safe_dump({**known, "syncs": [SYNC]}))
        applied = own.manage("config", "apply", str(file))
        assert applied.returncode == 0, applied.stderr
        yield own


def test_a_command_that_finds_the_database_locked_ends_with_what_to_do(company: Company, laptop: Laptop) -> None:
    """As where somebody stopped a process in the middle of a write."""
    company.account("Acme")
    company.fault(company.salesforce, {"method": "GET", "path": "*query*", "times": 1, "delay_ms": 1_000})
    person = laptop.start("sync", "run", "accounts", "--inline")
    wait_for(lambda: company.fired(company.salesforce))
    with laptop.nobody_writes():
        _, said = person.communicate(timeout=HANG_SECONDS)
        late = laptop.manage("sync", "run", "accounts", "--inline")
        worker = laptop.manage("shell", "-c", "from syncadmin.runs.pipeline import jobs; jobs.advance_run(1)")
    for code, text in ((person.returncode, said), (late.returncode, late.stderr)):
        assert code == 1
        assert "The database is locked" in text
        assert "Traceback" not in text
    assert worker.returncode == 0
    assert "run 1 waits for the next sweep" in worker.stderr
    assert "Traceback" not in worker.stderr
    laptop.wait_until_the_lease_is_over()
    assert laptop.manage("sync", "resume", "1", "--inline").returncode == 0
    assert "Acme" in company.organizations()


def test_a_page_that_finds_the_database_locked_says_so() -> None:
    try:
        raise OperationalError("database is locked")
    except OperationalError:
        answer = broken(RequestFactory().get("/"))
    assert answer.status_code == 503
    assert "The database is locked" in answer.content.decode()


def test_going_on_with_a_run_that_finds_nothing_says_so_and_is_no_error(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    company.account("Acme")
    company.sync = company.configure(automatic_updates=True)
    run(company.sync)
    automatic = start_automatic(company)
    call_command("sync", "resume", str(automatic.pk))
    assert "found nothing to do" in capsys.readouterr().err
