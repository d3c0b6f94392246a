"""What a system fills into a record that a run has created is no edit: not after a small run, nor after a large one."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Link, Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.pipeline.extract import stage as extract
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.interruptions import Killed, killed_at_write
from tests.worlds.people import completed, quiet, ready
from tests.worlds.runs import advance, counts, run
from tests.worlds.tickets import cases, edit_ticket, exported, ticket, tickets_sync


@pytest.fixture(params=["small", "large"])
def _size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "large":
        monkeypatch.setattr(extract, "OWN_WRITES_TO_SKIP", 0)


@pytest.mark.usefixtures("_size")
@pytest.mark.parametrize("both_ways", [False, True])
def test_a_default_of_salesforce_is_known_and_the_next_edits_are_written(company: Company, both_ways: bool) -> None:
    priority: dict[str, Any] = {"left": "priority", "right": "Priority"}
    priority |= {"direction": "both", "conflict": "ask"} if both_ways else {}
    mapped = [{"left": "subject", "right": "Subject"}, priority, {"left": "type", "right": "Type"}]
    default = {"object": "Case", "field": "Type", "default": "Structural", "defaulted": True}
    company.control(company.salesforce, "PUT", "schema", default)
    ids = {name: ticket(company, subject=name) for name in ("Untouched", "Zendesk", "Salesforce", "Undone")}
    exported(company)
    sync = tickets_sync(company, mappings=mapped)
    first = run(sync)
    assert first.status is RunState.COMPLETED, first.message
    made = cases(company)
    assert {(row["Priority"], row["Type"]) for row in made.values()} == {("Medium", "Structural")}

    edit_ticket(company, ids["Zendesk"], priority="urgent")
    company.edit(made[ids["Salesforce"]]["Id"], Priority="Low")
    exported(company, 600)
    second = run(sync)
    assert second.status is RunState.COMPLETED, [step.reason for step in second.steps.all()]
    assert second.actions == ({"update_right": 1, "update_left": 1} if both_ways else {"update_right": 1})
    assert cases(company)[ids["Zendesk"]]["Priority"] == "High"
    exported(company, 600)
    assert counts(run(sync))["planned"] == 0
    link = Link.objects.get(sync=sync, left_id=ids["Untouched"])
    assert (link.last_synced["Type"], link.field_notes["Type"]) == ("Structural", {"left": None})

    advance(services.undo(first, write=True, enqueue=False))
    left = {row["Subject"] for row in company.salesforce.store.rows("Case")}
    assert left == {"Zendesk", "Salesforce"}, "what is as it was created is taken back"


@pytest.mark.usefixtures("_size")
def test_a_default_of_zendesk_is_no_conflict_when_the_field_is_first_written(company: Company) -> None:
    sync = ready(company, mappings=[{"left": "Title", "right": "time_zone"}], details="")
    contact = company.contact("Bell", "ann@test.com")
    company.contact("Cox", "cox@test.com")
    completed(sync)
    assert {row["time_zone"] for row in company.users().values()} == {"Berlin"}
    exported(company, 600)
    quiet(sync)
    company.edit(contact, Title="Paris")
    completed(sync)
    assert company.users()["ann@test.com"]["time_zone"] == "Paris"
    exported(company, 600)
    quiet(sync)


def test_a_worker_that_is_killed_before_it_has_read_back_does_so_when_it_goes_on(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "OWN_WRITES_TO_SKIP", 0)
    id = ticket(company, subject="Without a priority")
    exported(company)
    sync = tickets_sync(company)
    started = services.start(sync, write=True, enqueue=False)
    with pytest.raises(Killed), killed_at_write("composite/sobjects/Case", arrived=False):
        jobs.advance_run(started.pk)
    assert set(cases(company)) == {id}
    Run.objects.filter(pk=started.pk).update(lease_until=timezone.now())
    assert advance(started).status is RunState.COMPLETED
    assert Link.objects.get(sync=sync).last_synced["Priority"] == "Medium"
    edit_ticket(company, id, priority="urgent")
    exported(company, 600)
    assert run(sync).status is RunState.COMPLETED
    assert cases(company)[id]["Priority"] == "High"
