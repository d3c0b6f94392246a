"""Random worlds of people: accounts, contacts and leads in turn, while both systems and the configuration change.

Whatever happens, nothing that people did is lost, nobody is created twice, and in the end both sides agree and stay
quiet.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, suppress
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from connectors.api.zendesk import client
from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import running
from mappings.models import Sync
from syncadmin.engine.lifecycle import TERMINAL, RunState, StepState, WrongMove
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import Run, Step, StepOutcome
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import decisions
from syncadmin.runs.services import runs as services
from syncadmin.runs.services.report import report
from tests.scenarios.faults.test_random_worlds import forget_everything, kill, let_time_pass
from tests.worlds.company import Company
from tests.worlds.interruptions import Killed, at_statement, killed_at_write
from tests.worlds.people_assertions import (
    assert_memberships_are_right,
    assert_one_fills_each_user,
    assert_people_agree,
    assert_the_elected_fill,
)
from tests.worlds.people_edits import Populace
from tests.worlds.people_strategies import (
    ANY_SYNC,
    CONFIGURATIONS,
    CONTACT,
    EDITS,
    FAULTS,
    LEAD,
    SLUGS,
    USER,
    WRITES,
)
from tests.worlds.rules import how_many, only_if

pytestmark = [pytest.mark.chaos, pytest.mark.postgres]
# Any statement of a small run; each as likely as the others.
STATEMENT = st.sampled_from(range(2, 240))
BY_HAND: dict[str, Any] = {"write": True, "enqueue": False}
ROUNDS = 9


class RandomPeople(RuleBasedStateMachine):
    """One world, from empty systems to both sides at rest."""

    company: Company

    def __init__(self) -> None:
        super().__init__()
        forget_everything(self.company)
        self.company.set_up(agent_created_welcome_emails=True)
        self.people = Populace(self.company)
        self.runs: dict[str, Run] = {}
        self.chosen: dict[str, str] = {}
        self.kept = False

    @initialize(
        several=st.booleans(),
        contacts=st.lists(st.fixed_dictionaries(CONTACT), min_size=2, max_size=5),
        leads=st.lists(st.fixed_dictionaries(LEAD), max_size=2),
        users=st.lists(st.fixed_dictionaries(USER), max_size=3),
        configuration=st.sampled_from(sorted(CONFIGURATIONS["contacts"])),
    )
    def start(self, several: bool, contacts: list[Any], leads: list[Any], users: list[Any], configuration: str) -> None:
        self.people.turn(several)
        for name in ("Acme", "Beta", "Gamma"):
            self.people.make_account(name, Type="Customer")
        for slug, name in zip(SLUGS, ("usual", configuration, "plain"), strict=True):
            self.change_configuration(slug, name)
        self.plan_or_run("accounts", RunDirection.BOTH, write=True, approve_all=True, full=False)
        for values in contacts:
            self.people.make_contact(**values)
        for values in leads:
            self.people.make_lead(**values)
        for values in users:
            self.people.make_user(**values)

    @rule(edits=EDITS)
    @only_if(lambda self: self.those() or self.those(RunState.PLANNED))
    def people_work(self, edits: list[tuple[str, dict[str, Any]]]) -> None:
        self.edit(edits)

    def edit(self, edits: list[tuple[str, dict[str, Any]]]) -> None:
        for verb, values in edits:
            ours = {"decide": self.decide, "configure": self.change_configuration}
            (ours.get(verb) or getattr(self.people, verb))(**values)

    def change_configuration(self, slug: str, name: str) -> None:
        values = CONFIGURATIONS[slug][name]
        configure = (
            self.company.configure if slug == "accounts" else functools.partial(self.company.configure_people, slug)
        )
        configure(**values)
        self.chosen[slug] = name
        self.kept |= values.get("membership_end") == "keep"

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3), skip=st.integers(0, 1))
    def weather_turns_bad(self, faults: list[tuple[str, dict[str, Any]]], skip: int) -> None:
        for vendor in ("salesforce", "zendesk"):
            rules = [{**said, "times": 1, "skip": skip} for where, said in faults if where == vendor]
            self.company.fault(getattr(self.company, vendor), *rules)

    def decide(self, slug: str, what: str, left: int, right: int) -> None:
        sync = self.sync(slug)
        kind = {"accounts": "Account", "contacts": "Contact", "leads": "Lead"}[slug]
        lefts = sorted(self.people.people_rows(kind))
        rights = sorted(self.people.organizations() if slug == "accounts" else self.people.users())
        if not lefts or not rights:
            return
        left_id, right_id = lefts[left % len(lefts)], str(rights[right % len(rights)])
        verb, _, where = what.partition(" ")
        side, id = (Side.LEFT, left_id) if where == "left" else (Side.RIGHT, right_id)
        with suppress(decisions.Refused):
            match verb:
                case "link":
                    decisions.link(sync, left_id=left_id, right_id=right_id, by=None)
                case "ignore":
                    decisions.ignore(sync, side=side, remote_id=id, by=None)
                case "create" if slug != "accounts":
                    decisions.create(sync, side=side, remote_id=id, by=None)
                case "pin" if slug != "accounts":
                    decisions.pin(sync, left_id=left_id, by=None)
                case "unpin" if slug != "accounts":
                    decisions.unpin(sync, key="ann@one.example", by=None)
                case "take":
                    decisions.take_back(sync, side=Side.LEFT, remote_id=left_id, by=None)

    # What runs do.

    @staticmethod
    def sync(slug: str) -> Sync:
        return Sync.objects.get(slug=slug)

    def resting(self, slug: str) -> bool:
        run = self.runs.get(slug)
        return run is None or run.status in TERMINAL or run.status is RunState.PLANNED

    def those(self, *states: RunState) -> list[Run]:
        """The latest runs that are in one of these states, or at work."""
        return [run for slug, run in self.runs.items() if (run.status in states if states else not self.resting(slug))]

    @rule(edits=EDITS, slug=ANY_SYNC, write=st.booleans(), approve_all=st.booleans(), full=st.booleans(),
          direction=st.sampled_from((RunDirection.BOTH, *RunDirection)))  # fmt: skip
    def start_run(
        self, edits: list[tuple[str, dict[str, Any]]], slug: str, direction: RunDirection, **choices: bool
    ) -> None:
        self.edit(edits)
        if self.resting(slug):
            self.plan_or_run(slug, direction, **choices)

    def plan_or_run(self, slug: str, direction: RunDirection, **choices: bool) -> Run:
        desk, crm = self.people.snapshot(), self.people.crm()
        run = self.advance(
            services.start(self.sync(slug), direction=direction, out_of_order=True, enqueue=False, **choices)
        )
        assert direction is not RunDirection.TO_LEFT or self.people.snapshot() == desk
        assert direction is not RunDirection.TO_RIGHT or self.people.crm() == crm
        return run

    @rule(slug=ANY_SYNC, statement=STATEMENT, undoes=st.booleans())
    def worker_dies(self, slug: str, statement: int, undoes: bool) -> None:
        if run := self.begun(slug, undoes):
            self.die(run, at_statement(statement, kill, again=True))

    @rule(slug=ANY_SYNC, path=st.sampled_from(WRITES), arrived=st.booleans(), undoes=st.booleans())
    def worker_dies_writing(self, slug: str, path: str, arrived: bool, undoes: bool) -> None:
        if run := self.begun(slug, undoes):
            self.die(run, killed_at_write(path, arrived=arrived))

    def begun(self, slug: str, undoes: bool) -> Run | None:
        """A run that is about to work: one that takes another back, if that is wished and possible."""
        if not self.resting(slug):
            return None
        return (self.begin_undo(slug) if undoes else None) or services.start(
            self.sync(slug), approve_all=True, out_of_order=True, **BY_HAND
        )

    @rule(which=st.integers(0, 2), statement=STATEMENT)
    @only_if(lambda self: self.those())
    def next_worker_dies_too(self, which: int, statement: int) -> None:
        working = self.those()
        self.die(working[which % len(working)], at_statement(statement, kill, again=True))

    @rule(which=st.integers(0, 2))
    @only_if(lambda self: self.those())
    def go_on(self, which: int) -> None:
        working = self.those()
        self.advance(working[which % len(working)])

    @rule(which=st.integers(0, 2))
    @only_if(lambda self: self.those(RunState.PLANNED))
    def approve(self, which: int) -> None:
        waiting = self.those(RunState.PLANNED)
        with suppress(services.Stale):
            self.advance(services.approve(waiting[which % len(waiting)], enqueue=False))

    @rule(which=st.integers(0, 9), out=st.booleans())
    @only_if(lambda self: self.those(RunState.PLANNED))
    def change_the_plan(self, which: int, out: bool) -> None:
        waiting = self.those(RunState.PLANNED)
        run = waiting[which % len(waiting)]
        steps = list(run.steps.order_by("pk").values_list("pk", flat=True))
        (services.exclude if out else services.include)(run, steps[which : which + 2])

    @rule(which=st.integers(0, 2))
    @only_if(lambda self: self.those() or self.those(RunState.PLANNED))
    def cancel(self, which: int) -> None:
        stoppable = self.those() + self.those(RunState.PLANNED)
        run = services.cancel(stoppable[which % len(stoppable)])
        if not self.resting(run.sync.slug):
            self.advance(run)

    @rule(which=st.integers(0, 2))
    @only_if(lambda self: self.those(RunState.CANCELLED, RunState.FAILED))
    def resume(self, which: int) -> None:
        stopped = self.those(RunState.CANCELLED, RunState.FAILED)
        with suppress(services.Stale):
            self.advance(services.resume(stopped[which % len(stopped)], enqueue=False))

    @rule(slug=ANY_SYNC, statement=STATEMENT)
    def cancel_half_way(self, slug: str, statement: int) -> None:
        if run := self.begun(slug, undoes=False):
            ask = functools.partial(Run.objects.filter(pk=run.pk).update, cancel_requested=True)
            with at_statement(statement, ask, again=False):
                self.advance(run)

    @rule(slug=ANY_SYNC)
    @only_if(lambda self: Step.objects.filter(state=StepState.DONE).exists())
    def undo(self, slug: str) -> None:
        if self.resting(slug) and (run := self.begin_undo(slug)):
            self.advance(run)

    # How it is done.

    def begin_undo(self, slug: str) -> Run | None:
        done = Run.objects.filter(sync__slug=slug, steps__state=StepState.DONE, undo_of=None)
        with suppress(WrongMove):
            if latest := done.exclude(state=RunState.PLANNED).order_by("-pk").first():
                return services.undo(latest, write=True, enqueue=False)
        return None

    def die(self, run: Run, death: AbstractContextManager[None]) -> None:
        let_time_pass(run)
        with suppress(Killed), death:
            jobs.advance_run(run.pk)
        self.people.let_jobs_end()
        self.check(Run.objects.select_related("sync").get(pk=run.pk))

    def advance(self, run: Run) -> Run:
        before = self.people.snapshot(), self.people.crm()
        let_time_pass(run)
        jobs.advance_run(run.pk)
        run = Run.objects.select_related("sync").get(pk=run.pk)
        if run.status is RunState.PLANNED:
            assert before == (self.people.snapshot(), self.people.crm()), "a plan writes nothing"
        self.check(run)
        return run

    def check(self, run: Run) -> None:
        self.runs[run.sync.slug] = run
        assert not run.message.startswith("Unexpected error"), run.message
        found = report(run)["counts"]
        assert found["planned"] == sum(number for word, number in found.items() if word != "planned") or not (
            run.planned_at
        ), found
        assert run.status is not RunState.INCONSISTENT
        self.people.assert_nothing_of_theirs_is_lost()
        self.assert_nobody_was_made_twice()

    def assert_nobody_was_made_twice(self) -> None:
        """Nobody is there that neither a person nor the journal knows, and no source has two living records."""
        here: dict[Side, set[str]] = {
            Side.LEFT: {*self.people.people_rows("Contact"), *self.people.people_rows("Lead")},
            Side.RIGHT: {str(id) for id in self.people.users()},
        }
        theirs = {Side.LEFT: self.people.made, Side.RIGHT: {str(id) for id in self.people.made_users}}
        creations = Step.objects.exclude(run__sync__slug="accounts")
        for side, source in ((Side.LEFT, "right_id"), (Side.RIGHT, "left_id")):
            steps = creations.doing(Verb.CREATE.on(side))
            made = list(
                StepOutcome.objects.filter(step__in=steps, state=StepState.DONE).values_list(
                    f"step__{source}", "remote_id"
                )
            )
            needs_planning = steps.filter(
                Q(state__in=[StepState.SENDING, StepState.UNKNOWN]) | Q(state=StepState.REJECTED)
            )
            strangers = here[side] - theirs[side] - {remote for _, remote in made}
            assert len(strangers) <= needs_planning.count(), f"{strangers} are ours, and the journal does not know them"
            alive = Counter(id for id, remote in made if remote in here[side])
            assert all(count == 1 for count in alive.values()), alive

    def teardown(self) -> None:
        """Good weather: what is left is finished, and then nothing moves any more."""
        if not self.chosen:
            return
        for endpoint in (self.company.zendesk, self.company.salesforce):
            self.company.fault(endpoint)
        for _ in range(3):
            for run in self.those():
                self.advance(run)
        assert not self.those()
        for _ in range(ROUNDS):
            last = [
                self.plan_or_run(slug, RunDirection.BOTH, write=True, approve_all=True, full=False) for slug in SLUGS
            ]
            if not any(run.planned for run in last):
                break
        self.assert_at_rest(last)

    def assert_at_rest(self, last: list[Run]) -> None:
        for run in last:
            told = list(
                run.steps.values_list("verb", "side", "label", "left_id", "right_id", "reason_code", "reason", "state")
            )
            assert run.planned == 0, (run.sync.slug, told)
            assert run.status is (RunState.REJECTIONS if run.unresolved else RunState.COMPLETED)
            assert sum(run.calls.values()) <= 10, run.calls
        syncs = [self.sync("contacts"), self.sync("leads")]
        assert_one_fills_each_user(syncs)
        assert_the_elected_fill(syncs)
        for sync in syncs:
            assert_people_agree(self.people, sync)
        several = self.company.zendesk.store.settings["multiple_organizations"]
        assert_memberships_are_right(self.people, syncs[0], several=several, kept=self.kept)


@pytest.fixture
def hurried(short_pauses: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses: the limits of the vendors are not what is tested here."""
    monkeypatch.setattr(client, "SECONDS_BETWEEN_UPDATES", 0.0)


@pytest.fixture
def patient_company(transactional_db: None) -> Iterator[Company]:
    """Two systems without limits of the rate: a world changes faster than any real one."""
    options = Options(seed=Seed.EMPTY, job_ms=5, zendesk_rpm=1_000_000, endpoint_limits=False)
    with running(options) as servers, closing(Company(servers)) as both:
        yield both


@pytest.mark.usefixtures("hurried")
def test_whatever_happens_to_people_nobody_is_lost_or_doubled_and_both_sides_come_to_rest(
    patient_company: Company,
) -> None:
    """S1.5-S1.22, S3.C13, S3.C15, S3.19, S3.C12, A7, A8."""
    world = type("RandomPeople", (RandomPeople,), {"company": patient_company})
    worlds = 4 if connection.vendor == "postgresql" else 8
    run_state_machine_as_test(world, settings=how_many(worlds, steps=16))
