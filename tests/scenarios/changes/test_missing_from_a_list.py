"""What a full read leaves out is asked for by id before it counts as deleted, and comes back by itself."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready, steps_of
from tests.worlds.runs import advance, counts, run

PEOPLE = 25
STAMP = "2026-01-01T00:00:00.000+0000"
QUERY = {"method": "GET", "path": "*/query*", "times": 99}


@pytest.fixture
def staff(company: Company) -> Sync:
    """25 contacts of one account, all of them users and members of its organization."""
    acme = company.account("Acme")
    for number in range(PEOPLE):
        company.contact(f"P{number}", f"p{number}@test.com", acme, Title="t")
    sync = ready(company)
    completed(sync)
    quiet(sync)
    return sync


def memberships(company: Company) -> int:
    return len(company.api("GET", "organization_memberships?page[size]=100")["organization_memberships"])


def shown(company: Company, *ids: str) -> dict[str, Any]:
    """The query finds these contacts alone."""
    rows = [{"Id": id, "SystemModstamp": STAMP, **company.contacts()[id]} for id in ids]
    return {**QUERY, "answer": {"status": 200, "body": {"totalSize": len(rows), "done": True, "records": rows}}}


def first(company: Company) -> str:
    return next(iter(company.contacts()))


def unseen(company: Company, object: str, number: int) -> dict[str, Any]:
    """The integration user may not see records of this object by id, either."""
    path = f"*/composite/sobjects/{object}"
    return {"method": "POST", "path": path, "times": 99, "answer": {"status": 200, "body": [None] * number}}


def test_records_that_a_query_leaves_out_are_there_if_they_are_there_by_id(company: Company, staff: Sync) -> None:
    before = memberships(company)
    company.fault(company.salesforce, shown(company, first(company)))
    ended = run(staff, full=True)
    assert (ended.status, counts(ended)["written"]) == (RunState.COMPLETED, 0), steps_of(ended)
    assert not MirrorRecord.objects.filter(sync=staff, deleted=True).exists()
    company.fault(company.salesforce)
    quiet(staff)
    assert memberships(company) == before


def test_so_are_users_that_a_list_leaves_out(company: Company, staff: Sync) -> None:
    agents = [row for row in company.api("GET", "users?page[size]=100")["users"] if row["role"] != "end-user"]
    body = {"users": agents, "meta": {"has_more": False}, "links": {}}
    rule = {"method": "GET", "path": "/api/v2/users", "times": 99, "answer": {"status": 200, "body": body}}
    company.fault(company.zendesk, rule)
    ended = run(staff, full=True)
    assert (ended.status, counts(ended)["written"]) == (RunState.COMPLETED, 0), steps_of(ended)
    company.fault(company.zendesk)
    completed(staff)
    quiet(staff)


def test_a_read_that_loses_many_holds_the_run_and_they_come_back_by_themselves(company: Company, staff: Sync) -> None:
    """Sharing was made private: neither the query nor a look by id shows anybody."""
    before = memberships(company)
    company.fault(company.salesforce, shown(company, first(company)), unseen(company, "Contact", PEOPLE - 1))
    held = run(staff, full=True)
    assert held.status is RunState.PLANNED
    assert held.message.startswith("24 of 25 linked Salesforce records were not found")
    assert memberships(company) == before
    services.discard(held)
    company.fault(company.salesforce)
    completed(staff)
    quiet(staff)
    assert memberships(company) == before


def test_a_read_that_lost_many_does_not_hold_an_undo(company: Company, staff: Sync) -> None:
    """An undo reads no list: it looks at each of its records by id."""
    for id in company.contacts():
        company.edit(id, Title="new")
    changed = completed(staff)
    company.fault(company.salesforce, shown(company, first(company)), unseen(company, "Contact", PEOPLE - 1))
    services.discard(run(staff, full=True))
    taken_back = advance(services.undo(changed, write=True, enqueue=False))
    assert (taken_back.status, counts(taken_back)["written"]) == (RunState.COMPLETED, PEOPLE), taken_back.message
    assert {row["details"] for row in company.users().values()} == {"t"}


def test_an_approval_lifts_it_for_that_plan(company: Company, staff: Sync) -> None:
    company.fault(company.salesforce, shown(company, first(company)), unseen(company, "Contact", PEOPLE - 1))
    held = run(staff, full=True)
    ended = advance(services.approve(held, enqueue=False))
    assert counts(ended) | {"rejected": 0, "conflicts": 0, "remaining": 0} == counts(ended)
    assert memberships(company) == 1
    company.fault(company.salesforce)
    completed(staff)
    assert memberships(company) == PEOPLE, "and who is seen again has its membership again"
    quiet(staff)


def test_one_that_is_not_seen_for_a_while_needs_nobody(company: Company, staff: Sync) -> None:
    lost = next(iter(company.contacts()))
    seen = [id for id in company.contacts() if id != lost]
    company.fault(company.salesforce, shown(company, *seen), unseen(company, "Contact", 1))
    run(staff, full=True)
    assert MirrorRecord.objects.get(sync=staff, remote_id=lost).deleted
    company.fault(company.salesforce)
    run(staff)
    assert not MirrorRecord.objects.get(sync=staff, remote_id=lost).deleted
    quiet(staff)


def test_what_was_really_deleted_counts_as_deleted(company: Company, staff: Sync) -> None:
    lost = next(iter(company.contacts()))
    company.remove(lost)
    ended = run(staff, full=True)
    assert MirrorRecord.objects.get(sync=staff, remote_id=lost).deleted
    assert counts(ended) | {"rejected": 0, "conflicts": 0, "remaining": 0} == counts(ended)
    assert memberships(company) == PEOPLE - 1
