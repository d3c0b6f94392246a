"""What somebody changes while a write waits for a limit is not overwritten: the look before the write is made again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from connectors.api.http import VendorSession
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Step
from tests.worlds.company import Company
from tests.worlds.faults import CHANGE, UPDATE
from tests.worlds.people import completed, steps_of
from tests.worlds.runs import counts, run

# Longer than a batch may be old; the wait that the vendor asks for is longer still, whatever the machine does.
FRESH, WAIT = 0.5, "1"
LIMIT = {"times": 1, "answer": {"status": 429, "headers": {"Retry-After": WAIT}, "body": {"error": "APIRateLimit"}}}
BOTH_WAYS = [{"left": "AnnualRevenue", "right": "annual_revenue", "direction": "both"}]


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.api.batches.FRESH_SECONDS", FRESH)


def meanwhile(edit: Callable[[], Any]) -> Any:
    """Somebody works while a write has been told to wait."""
    told_to_wait = VendorSession.hold

    def hold(self: VendorSession, seconds: float) -> None:
        told_to_wait(self, seconds)
        edit()

    return patch.object(VendorSession, "hold", hold)


def test_what_an_agent_types_during_the_wait_stays(company: Company) -> None:
    ids = [company.account(f"A{number:03}", Description="old") for number in range(150)]
    sync = company.configure(tags=[], domain_names="", mappings=[])
    completed(sync)
    for id in ids:
        company.edit_account(id, Description="planned")
    typed = [row["id"] for row in company.organizations().values()][::30]
    company.fault(company.zendesk, {**UPDATE, **LIMIT, "skip": 1})

    def edit() -> None:
        for id in typed:
            company.edit_organization(id, notes="typed by an agent")

    with meanwhile(edit):
        ended = run(sync)
    assert company.fired(company.zendesk) == 1
    notes = {row["id"]: row["notes"] for row in company.organizations().values()}
    written = set(Step.objects.filter(run=ended, state="done").values_list("right_id", flat=True))
    waited = [id for id in typed if str(id) not in written]
    assert waited, "some of them were in the batch that waited"
    assert {notes[id] for id in waited} == {"typed by an agent"}
    assert ended.status is RunState.REJECTIONS
    assert counts(ended) | {"conflicts": len(waited), "written": 150 - len(waited), "remaining": 0} == counts(ended)
    assert ended.calls["zendesk"] < 20, "only what waited is looked at again"


def test_and_what_somebody_types_in_salesforce(company: Company) -> None:
    ids = [company.account(f"A{number}", AnnualRevenue=1) for number in range(3)]
    sync = company.configure(tags=[], domain_names="", mappings=BOTH_WAYS)
    completed(sync)
    for row in company.organizations().values():
        company.edit_organization(row["id"], organization_fields={"annual_revenue": 5})
    limit = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "ConcurrentRequests (Concurrent API Requests) Limit"}]
    said = {"status": 503, "headers": {"Retry-After": WAIT}, "body": limit}
    company.fault(company.salesforce, {**CHANGE, "times": 1, "answer": said})
    with meanwhile(lambda: company.edit_account(ids[0], AnnualRevenue=7)):
        ended = run(sync)
    assert company.accounts()["A0"]["AnnualRevenue"] == 7
    assert [company.accounts()[name]["AnnualRevenue"] for name in ("A1", "A2")] == [5, 5], steps_of(ended)
    assert counts(ended) | {"conflicts": 1, "written": 2, "remaining": 0} == counts(ended)
