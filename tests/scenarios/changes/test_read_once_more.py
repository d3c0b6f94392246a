"""A first read that is cut short starts again: what the earlier attempt has seen counts for nothing."""

from __future__ import annotations

import pytest

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import MirrorRecord
from tests.worlds.company import Company
from tests.worlds.faults import LIST, answer
from tests.worlds.people import steps_of
from tests.worlds.runs import run, wake

CUSTOMERS = {"field": "Type", "values": ["Customer"]}


@pytest.mark.usefixtures("short_pauses")
def test_what_left_the_filter_or_salesforce_between_two_attempts_is_not_synced(company: Company) -> None:
    """S3.17: Salesforce has been read, Zendesk does not answer; the run waits, and goes on by other rules."""
    company.account("Staying", Type="Customer")
    company.account("Outside", Type="Competitor")
    gone = company.account("Gone", Type="Customer")
    company.fault(company.zendesk, {**LIST, "times": 99, **answer(500)})
    waiting = run(company.configure())
    assert waiting.status is RunState.PAUSED
    company.remove(gone)
    sync = company.configure(picklist_filter=CUSTOMERS)
    company.fault(company.zendesk)
    ended = wake(waiting)
    assert [label for _, label, _ in steps_of(ended)] == ["Staying"]
    assert set(company.organizations()) == {"Staying"}
    assert ended.status is RunState.COMPLETED
    assert not MirrorRecord.objects.left_of(sync, remote_id=gone).alive().exists()
