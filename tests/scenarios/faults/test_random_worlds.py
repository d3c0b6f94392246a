"""Random worlds: people edit both systems, the configuration changes, calls fail and workers die, in any order.

Whatever happens, the promises of the product hold after every run, and in the end both sides agree and stay quiet.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, suppress
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from connectors.models import Connection
from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import running
from mappings.models import Sync
from mappings.rules.texts import fold
from syncadmin.engine.lifecycle import TERMINAL, RunState, StepState, WrongMove
from syncadmin.engine.steps import Side, Verb
from syncadmin.logs.models import LogEntry
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import Decision, Link, MirrorRecord, Run, SideState, Step, StepOutcome
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import decisions
from syncadmin.runs.services import runs as services
from syncadmin.runs.services.report import report
from tests.worlds.company import SYNC, Company
from tests.worlds.edits import People
from tests.worlds.interruptions import Killed, at_statement, killed_at_write
from tests.worlds.rules import how_many, only_if
from tests.worlds.strategies import (
    ACCOUNT,
    CONFIGURATIONS,
    DECISIONS,
    FAULTS,
    HELPDESK_EDITS,
    ORGANIZATION,
    SALESFORCE_EDITS,
    SCOPE,
    WRITES,
)

pytestmark = [pytest.mark.chaos, pytest.mark.postgres]


# Any statement of a small run, the lease's own left out; each as likely as the others.
STATEMENT = st.sampled_from(range(2, 160))


class RandomWorld(RuleBasedStateMachine):
    """One world, from empty systems to both sides at rest."""

    company: Company

    def __init__(self) -> None:
        super().__init__()
        forget_everything(self.company)
        self.people = People(self.company)
        self.run: Run | None = None
        self.in_scope: dict[int, set[str]] = {}
        self.ignored: dict[int, set[str]] = {}
        self.sync: Sync

    @initialize(
        name=st.sampled_from(sorted(CONFIGURATIONS)),
        accounts=st.lists(ACCOUNT, min_size=2, max_size=6),
        organizations=st.lists(ORGANIZATION, min_size=1, max_size=4),
    )
    def start(self, name: str, accounts: list[dict[str, Any]], organizations: list[dict[str, Any]]) -> None:
        self.change_configuration(name)
        for values in accounts:
            self.people.make_account(**values)
        for values in organizations:
            self.people.make_organization(**values)

    @rule(edits=st.lists(SALESFORCE_EDITS | HELPDESK_EDITS | DECISIONS, min_size=1, max_size=4))
    def people_work(self, edits: list[tuple[str, dict[str, Any]]]) -> None:
        for verb, values in edits:
            (self.decide if verb == "decide" else getattr(self.people, verb))(**values)

    @rule(name=st.sampled_from(sorted(CONFIGURATIONS)))
    def change_configuration(self, name: str) -> None:
        self.configuration = name
        self.sync = self.company.configure(**CONFIGURATIONS[name])

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3), skip=st.integers(0, 1))
    def weather_turns_bad(self, faults: list[tuple[str, dict[str, Any]]], skip: int) -> None:
        for vendor in ("salesforce", "zendesk"):
            rules = [{**said, "times": 1, "skip": skip} for where, said in faults if where == vendor]
            self.company.fault(getattr(self.company, vendor), *rules)

    # What runs do.

    @property
    def resting(self) -> bool:
        return self.run is None or self.run.status in TERMINAL or self.run.status is RunState.PLANNED

    @rule(write=st.booleans(), approve_all=st.booleans(), full=st.booleans(), direction=st.sampled_from(RunDirection))
    @only_if(lambda self: self.resting)
    def plan_or_run(self, direction: RunDirection, **choices: bool) -> None:
        before = self.people.organizations(), self.people.account_rows()
        self.run = services.start(self.sync, direction=direction, enqueue=False, **choices)
        self.advance(self.run)
        assert direction is not RunDirection.TO_LEFT or self.people.organizations() == before[0]
        assert direction is not RunDirection.TO_RIGHT or self.people.account_rows() == before[1]

    @rule(statement=STATEMENT, undoes=st.booleans())
    @only_if(lambda self: self.resting)
    def worker_dies(self, statement: int, undoes: bool) -> None:
        if not (undoes and self.begin_undo()):
            self.run = services.start(self.sync, write=True, enqueue=False)
        self.die(self.run, at_statement(statement, kill, again=True))

    @rule(path=st.sampled_from(WRITES), arrived=st.booleans(), undoes=st.booleans())
    @only_if(lambda self: self.resting)
    def worker_dies_writing(self, path: str, arrived: bool, undoes: bool) -> None:
        if not (undoes and self.begin_undo()):
            self.run = services.start(self.sync, write=True, approve_all=True, enqueue=False)
        self.die(self.run, killed_at_write(path, arrived=arrived))

    @rule(statement=STATEMENT)
    @only_if(lambda self: self.resting and CONFIGURATIONS[self.configuration].get("create_left") != "accounts")
    def worker_stalls(self, statement: int) -> None:
        """It wakes up when another has taken its run to the end. What it then sends to Zendesk, Zendesk sorts out."""
        run = services.start(self.sync, write=True, enqueue=False)
        left: list[dict[str, set[str]]] = []

        def take_over() -> None:
            self.advance(run)
            left.append(rows_of_runs())

        self.note_scope(run)
        with at_statement(statement, take_over, again=False):
            jobs.advance_run(run.pk)
        self.run = Run.objects.get(pk=run.pk)
        for before in left:
            changed = {name: rows ^ before[name] for name, rows in rows_of_runs().items()}
            assert not any(changed.values()), f"a late writer has written {changed}"
        self.check(self.run)

    @rule(statement=STATEMENT)
    @only_if(lambda self: not self.resting)
    def next_worker_dies_too(self, statement: int) -> None:
        self.die(self.run, at_statement(statement, kill, again=True))

    @rule()
    @only_if(lambda self: self.run and self.run.status is RunState.PLANNED)
    def approve(self) -> None:
        with suppress(services.Stale):
            self.advance(services.approve(self.run, enqueue=False))

    @rule(which=st.integers(0, 9), out=st.booleans())
    @only_if(lambda self: self.run and self.run.status is RunState.PLANNED)
    def change_the_plan(self, which: int, out: bool) -> None:
        steps = list(self.run.steps.order_by("pk").values_list("pk", flat=True))
        (services.exclude if out else services.include)(self.run, steps[which : which + 2])

    def decide(self, left: int, right: int) -> None:
        """Link the two, or leave one of them alone, if that is possible."""
        accounts, organizations = sorted(self.people.account_rows()), sorted(self.people.organizations())
        if not accounts or not organizations:
            return
        left_id, right_id = accounts[left % len(accounts)], str(organizations[right % len(organizations)])
        with suppress(decisions.Refused):
            if right == -1:
                decisions.ignore(self.sync, side=Side.LEFT, remote_id=left_id, by=None)
            elif right == -2:
                decisions.ignore(self.sync, side=Side.RIGHT, remote_id=right_id, by=None)
            elif right == -3:
                decisions.take_back(self.sync, side=Side.LEFT, remote_id=left_id, by=None)
            else:
                decisions.link(self.sync, left_id=left_id, right_id=right_id, by=None)

    @rule()
    @only_if(lambda self: not self.resting)
    def go_on(self) -> None:
        self.advance(self.run)

    @rule()
    @only_if(lambda self: not self.resting or (self.run and self.run.status is RunState.PLANNED))
    def cancel(self) -> None:
        services.cancel(self.run)
        if not self.resting:
            self.advance(self.run)

    @rule()
    @only_if(lambda self: self.run and self.run.status in (RunState.CANCELLED, RunState.FAILED))
    def resume(self) -> None:
        with suppress(services.Stale):  # the mapping was changed since
            self.advance(services.resume(self.run, enqueue=False))

    @rule(statement=STATEMENT)
    @only_if(lambda self: self.resting)
    def cancel_half_way(self, statement: int) -> None:
        run = services.start(self.sync, write=True, enqueue=False)
        ask = functools.partial(Run.objects.filter(pk=run.pk).update, cancel_requested=True)
        self.run = run
        with at_statement(statement, ask, again=False):
            self.advance(run)

    @rule()
    @only_if(lambda self: self.resting and Step.objects.filter(state=StepState.DONE).exists())
    def undo(self) -> None:
        if self.begin_undo():
            self.advance(self.run)

    # How it is done.

    def begin_undo(self) -> bool:
        done = Run.objects.filter(sync=self.sync, steps__state=StepState.DONE).exclude(state=RunState.PLANNED)
        with suppress(WrongMove):
            if latest := done.order_by("-pk").first():
                self.run = services.undo(latest, write=True, enqueue=False)
                return True
        return False

    def die(self, run: Run, death: AbstractContextManager[None]) -> None:
        self.note_scope(run)
        let_time_pass(run)
        with suppress(Killed), death:
            jobs.advance_run(run.pk)
        self.run = Run.objects.get(pk=run.pk)
        self.check(self.run)

    def advance(self, run: Run) -> None:
        before = self.people.organizations(), self.people.account_rows()
        self.note_scope(run)
        let_time_pass(run)
        jobs.advance_run(run.pk)
        self.run = Run.objects.get(pk=run.pk)
        assert not self.run.message.startswith("Unexpected error"), self.run.message
        if self.run.status is RunState.PLANNED:
            assert before == (self.people.organizations(), self.people.account_rows()), "a plan writes nothing"
        self.check(self.run)

    def note_scope(self, run: Run) -> None:
        if run.planned_at is None:
            filtered = "picklist_filter" in CONFIGURATIONS[self.configuration]
            rows = self.people.account_rows()
            self.ignored[run.pk] = {
                left_id or right_id
                for left_id, right_id in Decision.objects.filter(sync=self.sync).values_list("left_id", "right_id")
                if not (left_id and right_id)
            }
            self.in_scope[run.pk] = {id for id, row in rows.items() if not filtered or row.get("Type") in SCOPE}

    def check(self, run: Run) -> None:
        found = report(run)["counts"]
        assert found["planned"] == sum(number for word, number in found.items() if word != "planned") or not (
            run.planned_at
        ), found
        assert run.status is not RunState.INCONSISTENT
        self.people.assert_nothing_of_theirs_is_lost()
        self.assert_nothing_was_made_twice()
        self.assert_scope_was_kept(run)

    def assert_nothing_was_made_twice(self) -> None:
        made = StepOutcome.objects.filter(state=StepState.DONE, step__verb="create", step__side="left")
        ours = set(made.values_list("remote_id", flat=True))
        accounts = self.people.account_rows()
        strangers = accounts.keys() - ours - set(self.people.accounts)
        creations = Step.objects.doing(Verb.CREATE.on(Side.LEFT))
        needs_planning = creations.filter(state__in=[StepState.SENDING, StepState.UNKNOWN])
        assert len(strangers) <= needs_planning.count(), "an account of ours is not in the journal"
        sources = Counter(made.values_list("step__right_id", flat=True))
        alive = Counter(
            step.right_id
            for step in creations.filter(state=StepState.DONE).select_related("outcome")
            if step.outcome.remote_id in accounts
        )
        assert all(count == 1 for count in alive.values()), (sources, alive)

    def assert_scope_was_kept(self, run: Run) -> None:
        if run.undo_of_id:
            return
        written = Step.objects.filter(run=run, state=StepState.DONE)
        touched = set(written.exclude(verb="create", side="left").values_list("left_id", flat=True))
        made = StepOutcome.objects.filter(step__run=run, step__verb="create", step__side="left")
        assert touched <= self.in_scope[run.pk] | set(made.values_list("remote_id", flat=True))
        created = written.filter(verb="create", relation="").values_list("left_id", "right_id")
        assert not self.ignored[run.pk] & {left_id or right_id for left_id, right_id in created}

    def teardown(self) -> None:
        """Good weather: what is left is finished, and then nothing moves any more."""
        if not hasattr(self, "sync"):
            return
        for endpoint in (self.company.zendesk, self.company.salesforce):
            self.company.fault(endpoint)
        for _ in range(3):
            if not self.resting:
                self.advance(self.run)
        assert self.resting, (self.run.status, self.run.message, self.run.hint)
        for _ in range(9):
            self.plan_or_run(direction=RunDirection.BOTH, write=True, approve_all=True, full=False)
            if not self.run.planned:
                break
        self.assert_at_rest()

    def assert_at_rest(self) -> None:
        assert self.run
        assert self.run.planned == 0, list(
            self.run.steps.values("verb", "side", "label", "reason_code", "reason", "changes")
        )
        assert self.run.status is (RunState.REJECTIONS if self.run.unresolved else RunState.COMPLETED)
        assert sum(self.run.calls.values()) <= 10, self.run.calls
        self.assert_pairs_agree()

    def assert_pairs_agree(self) -> None:
        """What is called in sync is: Salesforce leads each mapped field, and its tags are there."""
        config = {**SYNC, **CONFIGURATIONS[self.configuration]}
        accounts, organizations = self.people.account_rows(), self.people.organizations()
        agreeing = MirrorRecord.objects.filter(sync=self.sync, side="left", status="in_sync", in_scope=True)
        for left_id, right_id in Link.objects.filter(
            sync=self.sync, active=True, left_id__in=agreeing.values("remote_id")
        ).values_list("left_id", "right_id"):
            account, organization = accounts[left_id], organizations[int(right_id)]
            assert fold(account["Name"]) == fold(organization["name"])
            if config["notes"] and (text := account.get("Description")):
                assert organization["notes"] == text
            if "Industry" in config["tags"] and (industry := account.get("Industry")):
                assert industry.lower() in organization["tags"]
            if config["domain_names"] and (domains := account.get("Domains__c")):
                assert set(domains.split()) <= set(organization["domain_names"])


def kill() -> None:
    raise Killed


def rows_of_runs() -> dict[str, set[str]]:
    """Everything that runs leave behind, by table."""
    models = (Run, Step, StepOutcome, Link, MirrorRecord, SideState, LogEntry)
    return {model.__name__: {str(row) for row in model.objects.values_list()} for model in models}


def let_time_pass(run: Run) -> None:
    """Leases run out, also those of other runs that a dead worker was looking up; pauses end."""
    run.refresh_from_db()
    if run.status is RunState.PAUSED:
        services.resume(run, enqueue=False)
    Run.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now())


def forget_everything(company: Company) -> None:
    for endpoint in (company.salesforce, company.zendesk):
        company.control(endpoint, "POST", "reset")
    for model in (LogEntry, Sync, Connection):
        model.objects.all().delete()


@pytest.fixture
def patient_company(transactional_db: None) -> Iterator[Company]:
    """Two systems without limits of the rate: a world changes faster than any real one."""
    options = Options(seed=Seed.EMPTY, job_ms=5, zendesk_rpm=1_000_000, endpoint_limits=False)
    with running(options) as servers, closing(Company(servers)) as both:
        yield both


@pytest.mark.usefixtures("short_pauses")
def test_whatever_happens_nothing_is_lost_and_both_sides_come_to_rest(patient_company: Company) -> None:
    """S3.C13, S3.C16, S3.19, S3.20, S3.C12, S3.15, S3.17."""
    world = type("RandomWorld", (RandomWorld,), {"company": patient_company})
    worlds = 4 if connection.vendor == "postgresql" else 15
    run_state_machine_as_test(world, settings=how_many(worlds, steps=24))
