"""Bad weather over Salesforce, on reads and on writes: nothing lost, nothing twice."""

from __future__ import annotations

from typing import Any

import pytest

from syncadmin.engine.lifecycle import RunState
from tests.worlds.company import Company
from tests.worlds.faults import CHANGE, INSERT, QUERY, answer, assert_all_there_once, make, settled
from tests.worlds.runs import counts, plan, run, wake

pytestmark = [pytest.mark.chaos, pytest.mark.usefixtures("short_pauses")]

BROKEN = [answer(status) for status in (500, 503)]
ONCE = [*BROKEN, answer(503, Retry_After="0"), {"reset": "before"}, {"reset": "after"}]
STILL = [*BROKEN, {"reset": "before"}]
BOTH_WAYS = [{"left": "AnnualRevenue", "right": "annual_revenue", "direction": "both"}]


def test_a_read_that_fails_once_is_repeated_on_the_spot(company: Company) -> None:
    make(company, 3)
    sync = company.configure()
    for fault in ONCE:
        company.fault(company.salesforce, {**QUERY, "times": 1, **fault})
        ended = run(sync)
        assert (ended.status, ended.pauses) == (RunState.COMPLETED, 0), (fault, ended.message)
        assert company.fired(company.salesforce) == 1
    assert_all_there_once(company, 3)


def test_reads_that_keep_failing_pause_the_run_which_says_why(company: Company) -> None:
    sync = company.configure()
    for number, fault in enumerate(STILL):
        make(company, 3, after=3 * number)
        company.fault(company.salesforce, {**QUERY, "times": 99, **fault})
        waiting = run(sync)
        assert waiting.status is RunState.PAUSED
        closed = "Salesforce closed the connection before it answered"
        assert (closed if "reset" in fault else "Salesforce had an internal error") in waiting.message
        assert waiting.hint
        assert len(company.organizations()) == 3 * number
        company.fault(company.salesforce)
        assert wake(waiting).status is RunState.COMPLETED
        assert_all_there_once(company, 3 * (number + 1))


def test_accounts_are_created_once_whatever_happens_to_the_call(company: Company) -> None:
    sync, names = company.configure(create_left="accounts"), []
    for fault in (*ONCE, {"malformed": True}):
        new = [f"Newcomer {len(names) + number}" for number in range(10)]
        names += new
        for name in new:
            company.organization(name)
        company.fault(company.salesforce, {**INSERT, "times": 1, **fault})
        ended = run(sync, approve_all=True)
        assert (ended.status, ended.pauses) == (RunState.COMPLETED, 0), (fault, ended.message)
        assert company.fired(company.salesforce) == 1
        assert counts(ended)["written"] == 2 * len(new), "each account, and its id into the organization"
        assert sorted(row["Name"] for row in company.salesforce.store.rows("Account")) == sorted(names)
    assert counts(run(sync))["planned"] == 0


def test_accounts_are_updated_whatever_happens_to_the_call(company: Company) -> None:
    make(company, 10)
    sync = company.configure(mappings=BOTH_WAYS)
    run(sync)
    for attempt, fault in enumerate((*ONCE, {"malformed": True}), 1):
        company.control(company.zendesk, "POST", "clock", {"advance": 60})
        for number, found in enumerate(company.organizations().values()):
            company.edit_organization(found["id"], organization_fields={"annual_revenue": 100 * attempt + number})
        company.fault(company.salesforce, {**CHANGE, "times": 1, **fault})
        ended = run(sync)
        assert (ended.status, ended.pauses) == (RunState.COMPLETED, 0), (fault, ended.message)
        assert company.fired(company.salesforce) == 1
        assert counts(ended)["written"] == 10
        written = sorted(row["AnnualRevenue"] for row in company.salesforce.store.rows("Account"))
        assert written == [100 * attempt + number for number in range(10)]
    assert counts(run(sync))["planned"] == 0


@pytest.mark.parametrize("fault", [BROKEN[1], {"reset": "before"}, {"reset": "after"}])
def test_writes_that_keep_failing_pause_the_run_and_are_made_up_for(company: Company, fault: dict[str, Any]) -> None:
    """What got through before the answer was lost is found and not written again."""
    make(company, 3)
    sync = company.configure(mappings=BOTH_WAYS, create_left="accounts")
    run(sync)
    for found in company.organizations().values():
        company.edit_organization(found["id"], organization_fields={"annual_revenue": 7})
    company.organization("Newcomer")
    waiting = plan(sync)
    assert counts(waiting)["planned"] == 4
    company.fault(company.salesforce, *({**rule, "times": 99, **fault} for rule in (INSERT, CHANGE)))
    ended = run(sync)
    if fault == {"reset": "after"}:
        assert ended.status is RunState.COMPLETED, "they were written, only the answers were lost"
    else:
        assert ended.status is RunState.PAUSED
        assert counts(ended) | {"written": 0, "remaining": 4} == counts(ended)
    company.fault(company.salesforce)
    assert settled(ended).status is RunState.COMPLETED
    rows = company.salesforce.store.rows("Account")
    assert sorted(row["Name"] for row in rows) == ["Company 0000", "Company 0001", "Company 0002", "Newcomer"]
    assert [row["AnnualRevenue"] for row in rows if row["Name"] != "Newcomer"] == [7, 7, 7]
