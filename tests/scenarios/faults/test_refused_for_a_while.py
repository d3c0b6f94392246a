"""Rows that are refused for a passing reason are tried again until they are written; five equal refusals make a rest,
which ends by itself once the cause is mended.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from connectors.models import Connection
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import MirrorRecord, Run
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready, steps_of
from tests.worlds.runs import counts, run

WRITES = ("users/create_many", "users/update_many", "organization_memberships/create_many")
PEOPLE = 6


def refuse(company: Company, why: str, *paths: str) -> None:
    """Zendesk refuses every row of these calls."""
    said = {"status": 422, "body": {"error": "RecordInvalid", "description": why}}
    rules = [{"path": f"/api/v2/{path}", "times": 999, "answer": said} for path in paths]
    company.fault(company.zendesk, *({**rule, "method": method} for rule in rules for method in ("POST", "PUT")))


@pytest.fixture
def staff(company: Company) -> Sync:
    """Contacts of two accounts; two of them share an email, and half of them have a user already."""
    ids = [company.account(name) for name in ("Acme", "Beta")]
    for number in range(PEOPLE):
        company.contact(f"P{number}", f"p{number % (PEOPLE - 1)}@test.com", ids[number % 2], Title="t")
    for number in range(3):
        company.user(f"P{number}", f"p{number}@test.com")
    return ready(company)


def outcome(company: Company) -> Any:
    users = company.users()
    return {email: (row["details"], company.member_of(row["id"])) for email, row in users.items()}


@pytest.mark.parametrize("paths", [WRITES[:1], WRITES[1:]])
def test_each_later_run_tries_again_until_it_is_written(company: Company, staff: Sync, paths: tuple[str, ...]) -> None:
    """However many steps of a record are refused: a refusal counts once a run, and only equal ones add up."""
    for attempt, why in enumerate(("Busy", "Locked", "Down", "Late", "Full", "Slow")):
        refuse(company, why, *paths)
        ended = run(staff)
        assert ended.status is RunState.REJECTIONS
        assert counts(ended)["rejected"] > 0, (attempt, steps_of(ended))
    company.fault(company.zendesk)
    for _ in range(3):
        ended = run(staff)
    assert ended.status is RunState.COMPLETED, steps_of(ended)
    quiet(staff)
    found = outcome(company)
    assert len(found) == PEOPLE - 1
    assert {details for details, _ in found.values()} == {"t"}
    assert sorted(len(member) for _, member in found.values()) == [1, 1, 1, 1, 2]


def test_a_rest_ends_by_itself_when_its_cause_may_be_mended(company: Company) -> None:
    """An account whose organization was refused five times for the same reason is tried once more after each of these.
    A validation rule or an account's setting shows nowhere: one try a day costs little.
    """
    account = company.account("Acme")
    sync = company.configure()
    company.check_connections()
    refuse(company, "Name is not allowed", "organizations/create_many")
    refused(company, sync, 5)
    row = MirrorRecord.objects.get(sync=sync, side="left")
    assert (row.remote_id, row.status, row.failures) == (account, "rejected", 5)

    company.check_connections()
    refused(company, sync, 1)
    assert Connection.objects.filter(last_check_ok=True).count() == 2
    options = [{"name": "Name of an option", "value": "new_option"}]
    field = {"key": "extra", "title": "Extra", "type": "dropdown", "custom_field_options": options}
    company.api("POST", "organization_fields", {"organization_field": field})
    refused(company, sync, 1)
    Run.objects.update(finished_at=timezone.now() - timedelta(days=1, minutes=1))
    refused(company, sync, 1)
    company.configure(notes="")
    refused(company, sync, 5)  # a change of the mapping has them counted anew

    company.fault(company.zendesk)
    resting(sync)
    company.check_connections()
    completed(sync)
    assert "Acme" in company.organizations()


def refused(company: Company, sync: Sync, times: int) -> None:
    """So many runs try the account, then it rests."""
    for _ in range(times):
        assert counts(run(sync))["rejected"] == 1
    resting(sync)
    company.control(company.zendesk, "POST", "clock", {"advance": 61})  # ten reads of changes a minute


def resting(sync: Sync) -> None:
    """Nothing says that the cause is mended; meanwhile the sync is not green."""
    ended = run(sync)
    assert counts(ended)["planned"] == 0
    assert ended.status is RunState.REJECTIONS
