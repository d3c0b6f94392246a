"""A sync with records that need somebody is never green: the state, the lists, the exit code and the JSON say so."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client

from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Side
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import MirrorRecord, Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import decisions, field_choices
from syncadmin.runs.services import runs as services
from syncadmin.runs.storage.unresolved import unresolved
from tests.worlds.commands import manage
from tests.worlds.company import Company
from tests.worlds.runs import counts, plan, run

BOTH_WAYS = [{"left": "AnnualRevenue", "right": "annual_revenue", "direction": "both", "conflict": "ask"}]
CREATE = {"method": "POST", "path": "/api/v2/organizations/create_many"}


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_records_of_earlier_runs_keep_the_next_one_from_being_green(
    company: Company, as_vera: Client, olaf: User
) -> None:
    """Two are ambiguous, one is in conflict; the next runs find nothing new to do."""
    company.account("Twin")
    company.account("Twin")
    beta = company.account("Beta", AnnualRevenue=1)
    sync = company.configure(mappings=BOTH_WAYS)
    run(sync)
    company.edit_account(beta, AnnualRevenue=2)
    company.edit_organization(company.organizations()["Beta"]["id"], organization_fields={"annual_revenue": 3})
    first = manage("sync", "run", "accounts", "--inline", "--json")
    assert (first.code, first.json["unresolved"]) == (3, unresolved(sync))
    assert first.json["unresolved"] == 3
    again = manage("sync", "run", "accounts", "--inline", "--json")
    assert (again.code, again.json["state"]) == (3, "completed_with_rejections")
    assert again.json["counts"]["planned"] == 0
    assert again.json["unresolved"] == first.json["unresolved"]
    asked = manage("sync", "plan", "accounts", "--json")
    assert (asked.code, asked.json["unresolved"]) == (0, unresolved(sync))
    listed = manage("sync", "list", "--json").json["syncs"][0]
    assert (listed["unresolved"], listed["last_run"]["state"]) == (again.json["unresolved"], again.json["state"])
    assert manage("sync", "show", "accounts", "--json").json["unresolved"] == again.json["unresolved"]
    assert "records need a person" in manage("sync", "run", "accounts", "--inline").out
    assert "Completed, records need a person" in text(as_vera, "/runs/")
    assert f"{again.json['unresolved']} records need you." in text(as_vera, "/")
    for record in MirrorRecord.objects.filter(sync=sync, status="ambiguous"):
        decisions.ignore(sync, side=Side(record.side), remote_id=record.remote_id, by=olaf)
    field_choices.choose(sync, left_id=beta, field="fields.annual_revenue", wins=Side.LEFT, by=olaf)
    assert unresolved(sync) == 0, "what somebody decided about needs nobody any more"
    card = text(as_vera, "/").partition("sync-card-head")[2].partition("</nav>")[2]
    assert "need a person" not in card
    solved = manage("sync", "run", "accounts", "--inline", "--json")
    assert (solved.code, solved.json["state"], solved.json["unresolved"]) == (0, "completed", 0)


def test_a_refused_row_needs_somebody_until_it_is_written_also_while_a_plan_waits(company: Company) -> None:
    company.account("Acme")
    sync = company.configure()
    company.fault(company.zendesk, {**CREATE, "times": 9, "job": {"fail_rows": [0], "error": "RecordInvalid"}})
    assert run(sync).status is RunState.REJECTIONS
    waiting = plan(sync)
    assert (waiting.status, unresolved(sync)) == (RunState.PLANNED, 1)
    services.discard(waiting)
    assert unresolved(sync) == 1
    company.fault(company.zendesk)
    assert (run(sync).status, unresolved(sync)) == (RunState.COMPLETED, 0)


def test_a_step_that_a_guard_holds_and_nobody_approves_needs_somebody(company: Company) -> None:
    """A look-alike is created only if somebody says so (S3.C16)."""
    company.account("ACME, Inc.")
    company.organization("Acme Inc")
    sync = company.configure(create_left="accounts", create_right=False)
    for _ in range(2):
        held = run(sync)
        assert counts(held)["skipped"] == counts(held)["planned"]
        assert (held.status, unresolved(sync)) == (RunState.REJECTIONS, 1)
    assert run(sync, approve_all=True).status is RunState.COMPLETED


def test_an_automatic_run_that_finds_the_same_as_before_is_not_kept(company: Company) -> None:
    company.account("Twin")
    company.account("Twin")
    sync = company.configure()
    run(sync)
    before = Run.objects.count()
    jobs.advance_run(services.start(sync, write=True, trigger=Trigger.AUTOMATIC, enqueue=False).pk)
    assert Run.objects.count() == before
