"""Resuming never writes what nobody approved."""

from __future__ import annotations

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company


def test_a_plan_that_was_cancelled_unapproved_waits_for_approval_again(company: Company) -> None:
    company.account("Acme", Industry="Banking")
    run = services.start(company.configure(), enqueue=False)
    jobs.advance_run(run.pk)
    run.refresh_from_db()
    services.cancel(run)
    services.resume(run, enqueue=False)
    jobs.advance_run(run.pk)
    run.refresh_from_db()
    assert run.status is RunState.PLANNED
    assert company.organizations() == {}
    services.approve(run, enqueue=False)
    jobs.advance_run(run.pk)
    assert set(company.organizations()) == {"Acme"}
