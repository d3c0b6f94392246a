"""Fields that go back from cases to tickets: priority and custom fields, merged three ways, never on closed tickets."""

from __future__ import annotations

from typing import Any

import pytest

from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.runs import advance, counts, plan, run
from tests.worlds.tickets import cases, edit_ticket, exported, ticket, tickets_sync


def shown(company: Company, id: str) -> dict[str, Any]:
    return company.api("GET", f"tickets/{id}")["ticket"]


def field(company: Company, title: str) -> str:
    rows = company.api("GET", "ticket_fields")["ticket_fields"]
    return str(next(row["id"] for row in rows if row["title"] == title))


@pytest.fixture
def refund(company: Company) -> str:
    return field(company, "Refund")


def both_ways(company: Company, refund: str, conflict: str = "left") -> Any:
    both = {"direction": "both", "conflict": conflict}
    mapped = [
        {"left": "subject", "right": "Subject"},
        {"left": "priority", "right": "Priority", **both},
        {"left": f"fields.{refund}", "right": "Refund__c", **both},
    ]
    return tickets_sync(company, mappings=mapped)


def test_edits_of_cases_go_back_to_open_tickets_and_not_to_closed_ones(company: Company, refund: str) -> None:
    names = ("Edited", "Both", "Empty", "Closed", "Left")
    ids = {name: ticket(company, subject=name, priority=None if name == "Empty" else "normal") for name in names}
    exported(company)
    sync = both_ways(company, refund)
    assert run(sync).status is RunState.COMPLETED
    exported(company)
    assert counts(run(sync))["planned"] == 0
    made = {name: cases(company)[id]["Id"] for name, id in ids.items()}
    assert cases(company)[ids["Empty"]]["Priority"] == "Medium", "Salesforce's own default does not go back"
    assert shown(company, ids["Empty"])["priority"] is None

    for name in ("Edited", "Both", "Empty", "Closed"):
        company.edit(made[name], Priority="High", Refund__c=12.5)
    edit_ticket(company, ids["Both"], priority="low")
    edit_ticket(company, ids["Left"], priority="urgent")
    edit_ticket(company, ids["Closed"], status="closed")
    exported(company)
    done = run(sync)
    assert done.status is RunState.COMPLETED, done.message
    found = {name: shown(company, id) for name, id in ids.items()}
    assert {name: row["priority"] for name, row in found.items()} == {
        "Edited": "high",
        "Both": "low",
        "Empty": "high",
        "Closed": "normal",
        "Left": "urgent",
    }
    money = {
        name: next(f["value"] for f in row["custom_fields"] if str(f["id"]) == refund) for name, row in found.items()
    }
    assert {name for name, value in money.items() if value and float(value) == 12.5} == {"Edited", "Both", "Empty"}
    assert cases(company)[ids["Both"]]["Priority"] == "Low"
    [told] = done.steps.filter(reason_code=ReasonCode.FROZEN)
    assert told.left_id == ids["Closed"]
    assert "The ticket is closed." in told.reason
    exported(company)
    assert counts(run(sync))["planned"] == 0

    advance(services.undo(done, write=True, enqueue=False))
    assert shown(company, ids["Edited"])["priority"] == "normal"


def test_a_ticket_that_is_closed_while_a_plan_waits_is_left_alone(company: Company, refund: str) -> None:
    id = ticket(company, priority="normal")
    exported(company)
    sync = both_ways(company, refund)
    run(sync)
    company.edit(cases(company)[id]["Id"], Priority="High")
    exported(company)
    waiting = plan(sync)
    assert waiting.actions == {"update_left": 1}
    edit_ticket(company, id, status="closed")
    done = advance(services.approve(waiting, enqueue=False))
    assert counts(done)["conflicts"] == 1
    assert shown(company, id)["priority"] == "normal"


def test_one_way_nothing_goes_back_and_a_field_of_agents_alone_cannot(company: Company) -> None:
    id = ticket(company, priority="normal")
    exported(company)
    sync = tickets_sync(company)
    run(sync)
    company.edit(cases(company)[id]["Id"], Priority="High")
    exported(company)
    run(sync)
    assert shown(company, id)["priority"] == "normal"
    assert cases(company)[id]["Priority"] == "Medium"
    refused = run(tickets_sync(company, mappings=[{"left": "subject", "right": "Subject", "direction": "both"}]))
    assert refused.status is RunState.FAILED
    assert "cannot go back to Zendesk" in refused.message
