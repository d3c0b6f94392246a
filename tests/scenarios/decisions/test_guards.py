"""Guards hold a plan that changes much at once, until one person approves that plan (S3.46, S3.C16)."""

from __future__ import annotations

import orjson
import pytest
from django.contrib.auth.models import User

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.logs.models import LogEntry
from syncadmin.runs.choices import RunDirection, Trigger
from syncadmin.runs.models import Run, Step
from syncadmin.runs.services import runs as services
from syncadmin.runs.services.report import report
from tests.worlds.commands import manage
from tests.worlds.company import Company
from tests.worlds.people import completed, ready
from tests.worlds.runs import advance, counts, plan, run

MANY = 24


def accounts(company: Company, **values: object) -> list[str]:
    return [company.account(f"Company {number:02}", **values) for number in range(MANY)]


def automatic(sync: Sync) -> Run:
    return run(sync, direction=RunDirection.TO_RIGHT, trigger=Trigger.AUTOMATIC)


def guards_of(held: Run) -> list[tuple[str, int, int]]:
    return [(trip["guard"], trip["count"], trip["of"]) for trip in held.tripped]


def assert_held(held: Run, *guards: tuple[str, int, int]) -> None:
    assert held.status is RunState.PLANNED, held.message
    assert guards_of(held) == list(guards)
    assert held.message.startswith("The guard “"), held.message
    assert not Step.objects.filter(run=held, state="done").exists()


def test_an_emptied_column_and_renamed_accounts_wait_for_one_approval_of_that_plan(company: Company) -> None:
    """Neither an automatic run nor a command writes it; each later plan is held again."""
    ids = accounts(company, Description="Important")
    sync = company.configure()
    completed(sync)
    for number, id in enumerate(ids):
        company.edit_account(id, Description=None, Name=f"Renamed {number:02}")
    held = automatic(sync)
    assert_held(held, ("blanked", MANY, MANY), ("renamed", MANY, MANY))
    assert f"it would empty Notes of {MANY} of {MANY} organizations in Zendesk" in held.message
    assert LogEntry.objects.filter(run_id=held.pk, message__contains="fields blanked").exists()
    steps_of = manage("sync", "run", "accounts", "--inline", "--json")
    assert steps_of.code == 2
    assert "fields blanked" in steps_of.err
    assert "records renamed" in steps_of.err
    assert all(row["notes"] == "Important" for row in company.organizations().values())
    assert [entry["lifted_by"] for entry in orjson.loads(steps_of.out)["guards"]] == [None, None]
    ada = User.objects.create_user("ada")
    approved = advance(services.approve(Run.objects.latest("pk"), by=ada, enqueue=False))
    assert approved.status is RunState.COMPLETED
    assert counts(approved)["written"] == MANY
    assert all(row["notes"] in (None, "") for row in company.organizations().values())
    for id in ids:
        company.edit_account(id, Industry="Energy", Name=f"{id} again")
    assert_held(run(sync), ("renamed", MANY, MANY))
    lifting = LogEntry.objects.get(run_id=approved.pk, code=ReasonCode.GUARDS_LIFTED)
    assert lifting.message.startswith("2 guards lifted by ada on 20")
    assert "The guard “fields blanked” was lifted for this plan, which was to empty Notes of 24" in lifting.message
    assert [(entry["guard"], entry["lifted_by"]) for entry in report(approved)["guards"]] == [
        ("blanked", "ada"), ("renamed", "ada"),
    ]  # fmt: skip
    unasked = run(sync, approve_all=True)
    assert unasked.status is RunState.COMPLETED
    assert LogEntry.objects.get(run_id=unasked.pk, code=ReasonCode.GUARDS_LIFTED).message.startswith(
        "1 guard lifted by the command line with --approve-all on 20"
    )


def test_a_plan_that_a_worker_dies_over_stays_held(company: Company) -> None:
    """The guard is stored with the plan, so that whoever takes the run over finds it."""
    ids = accounts(company, Description="Important")
    sync = company.configure()
    completed(sync)
    for id in ids:
        company.edit_account(id, Description=None)
    held = plan(sync)
    Run.objects.filter(pk=held.pk).update(
        state=RunState.PLANNING, write=True
    )  # as after a death at the end of planning
    assert_held(advance(held), ("blanked", MANY, MANY))


@pytest.mark.postgres
def test_what_few_records_have_is_measured_by_those_that_have_it(company: Company) -> None:
    """A field that is filled in a tenth of the records can be emptied everywhere."""
    ids = accounts(company, Description="Important")
    for number in range(10 * MANY):
        company.account(f"Plain {number:03}")
    sync = company.configure()
    completed(sync)
    for id in ids:
        company.edit_account(id, Description=None)
    assert_held(automatic(sync), ("blanked", MANY, MANY))


@pytest.mark.postgres
def test_memberships_that_would_end_are_held(company: Company) -> None:
    sync = ready(company)
    acme = company.account("Acme")
    completed(Sync.objects.get(slug="accounts"))
    people = [company.contact(f"Person {n:02}", f"p{n:02}@test.com", acme) for n in range(MANY)]
    completed(sync)
    for id in people:
        company.edit(id, AccountId=None)
    assert_held(automatic(sync), ("memberships_removed", MANY, MANY))


def test_a_first_load_creates_on_the_right_unless_nobody_started_it(company: Company) -> None:
    accounts(company)
    for number in range(MANY):
        company.organization(f"Stranger {number:02}")
    sync = company.configure(create_left=True)
    assert_held(run(sync), ("created", MANY, 0))
    assert [trip["side"] for trip in Run.objects.latest("pk").tripped] == ["left"], "creating in Zendesk was asked for"
    sync = company.configure()
    assert_held(automatic(sync), ("created", MANY, 0))
    completed(sync)
    for number in range(MANY):
        company.account(f"Imported {number:02}")
    assert_held(automatic(sync), ("created", MANY, MANY))
    completed(company.configure(guards={"created": False}))


def test_what_people_wrote_is_counted_and_held_on_a_first_link(company: Company) -> None:
    """Later on only where somebody has edited since; what a run wrote itself is not theirs."""
    ids = accounts(company, Description="From Salesforce")
    for number in range(12):
        company.organization(f"Company {number:02}", notes="Typed by an agent")
    sync = company.configure()
    held = run(sync)
    assert_held(held, ("replaced", 12, 0))
    assert held.replaced == {"right": {"notes": 12}}
    assert "replace 12 values that people wrote in Zendesk (Notes 12)" in held.message
    completed(sync, approve_all=True)
    for id in ids:
        company.edit_account(id, Description="Changed in Salesforce")
    again = completed(sync)
    assert again.replaced == {}
    company.edit_organization(company.organizations()["Company 03"]["id"], notes="Edited by an agent")
    assert completed(sync).replaced == {"right": {"notes": 1}}


@pytest.mark.parametrize("approve", [False, True])
def test_an_undo_that_deletes_much_is_held_too(company: Company, approve: bool) -> None:
    accounts(company)
    done = completed(company.configure())
    said = manage("sync", "undo", str(done.pk), *(["--approve-all"] if approve else []))
    assert said.code == (0 if approve else 2)
    assert ("records deleted" in said.out) is not approve
    assert len(company.organizations()) == (0 if approve else MANY)
