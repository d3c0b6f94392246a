"""What the pages say before a decision is what the next plan does: pins, and counterparts that are asked for."""

from __future__ import annotations

import pytest

from mappings.models import Sync
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import MirrorRecord, Run, Step
from syncadmin.runs.pages.emails.selectors import group_page
from syncadmin.runs.pages.emails.simulation import Simulation, simulate
from syncadmin.runs.services import decisions
from syncadmin.runs.storage.steps import changes_of
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready
from tests.worlds.runs import plan

EMAIL = "a@test.com"


@pytest.fixture
def shared(company: Company) -> Sync:
    """S1.15: two contacts of two accounts, one email, one user."""
    sync = ready(company, tags=["Department"])
    for name in ("Alpha", "Beta"):
        company.contact(f"Ann {name}", EMAIL, company.account(name), Title=f"Head of {name}", Department=name)
    completed(company.configure())
    completed(sync)
    return sync


def simulated(sync: Sync, name: str | None) -> Simulation:
    page = group_page(sync, EMAIL)
    assert page is not None
    chosen = MirrorRecord.objects.get(sync=sync, side="left", label=name) if name else None
    found = simulate(page, pin=(sync.pk, chosen.remote_id) if chosen else None)
    assert found is not None
    return found


def planned(run: Run) -> tuple[dict[str, object], list[str]]:
    """What a plan would write to users' fields, lists by what comes and goes; and what it warns of."""
    steps = Step.objects.doing(Verb.UPDATE.on(Side.RIGHT)).filter(run=run)
    changes = [change for step in steps for change in changes_of(step.changes)]
    return {c.field: (c.after, c.add, c.remove) for c in changes}, [text for step in steps for text in step.warnings]


def told_of(simulation: Simulation) -> tuple[dict[str, object], list[str]]:
    return {f.name: (f.after, f.add, f.remove) for f in simulation.fields}, simulation.warnings


def test_a_pin_changes_exactly_the_fields_that_were_simulated(company: Company, shared: Sync) -> None:
    """A8, and back again: the rules decide as before, since the other one is a duplicate by then."""
    syncing = group_page(shared, EMAIL).syncing.record
    other = MirrorRecord.objects.filter(sync=shared, side="left", match_key=EMAIL).exclude(pk=syncing.pk).get()
    steps_of = simulated(shared, str(other))
    assert (steps_of.chosen.record, steps_of.former.record) == (other, syncing)
    decisions.pin(shared, left_id=other.remote_id, by=None)
    assert planned(plan(shared)) == told_of(steps_of)
    assert {"name", "tags", "external_id"} <= {field.name for field in steps_of.fields}
    completed(shared)
    assert company.users()[EMAIL]["name"] == str(other)
    assert group_page(shared, EMAIL).syncing.record == other
    quiet(shared)


def test_without_the_pin_whoever_fills_the_user_goes_on_filling_it(company: Company, shared: Sync) -> None:
    """A8: the stored syncing record comes before the dates, so taking a pin back moves nothing."""
    other = MirrorRecord.objects.get(sync=shared, side="left", label="Ann Beta")
    decisions.pin(shared, left_id=other.remote_id, by=None)
    completed(shared)
    assert simulated(shared, None).changes_nothing
    decisions.unpin(shared, key=EMAIL, by=None)
    completed(shared)
    assert company.users()[EMAIL]["name"] == "Ann Beta"


def test_a_contact_is_made_of_one_user_by_a_persons_word(company: Company) -> None:
    """S3.C11: creating in Salesforce is off, and stays off for everybody else."""
    sync = ready(company, create_left="nothing")
    company.user("Zoe Wanted", "zoe@test.com")
    company.user("Max Stranger", "max@test.com")
    completed(sync)
    wanted = MirrorRecord.objects.get(sync=sync, side="right", match_key="zoe@test.com")
    assert wanted.status == "unmatched"
    decisions.create(sync, side=Side.RIGHT, remote_id=wanted.remote_id, by=None)
    ended = completed(sync)
    assert list(Step.objects.doing(Verb.CREATE.on(Side.LEFT)).filter(run=ended).values_list("label", flat=True)) == [
        "Zoe Wanted"
    ]
    quiet(sync)
