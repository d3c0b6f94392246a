"""What the Check page says of people after a real plan over both systems (S3.2, S3.4, S1.1)."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client

from connectors import services
from syncadmin.engine.checks.assessment import Mark
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.pages.checks.people import take_people
from syncadmin.runs.pages.checks.selectors import checked_syncs, doctor
from tests.worlds.company import Company
from tests.worlds.runs import plan, run


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["memo"].clear()


def test_a_plan_tells_what_stands_in_the_way_of_people(company: Company) -> None:
    synced, other = company.account("Synced"), company.account("Other", Type="Competitor")
    assert (
        run(company.configure(picklist_filter={"field": "Type", "values": ["Customer"]})).status is RunState.COMPLETED
    )
    company.edit_account(synced, Type="Customer")
    assert (
        run(company.configure(picklist_filter={"field": "Type", "values": ["Customer"]})).status is RunState.COMPLETED
    )
    company.contact("Twin", "twin@x.example", synced)
    company.contact("Twin", "twin@x.example", other)
    company.contact("Mute", None, synced)
    company.contact("Alone", "alone@x.example")
    me = company.api("GET", "users/me")["user"]
    company.contact("Agent", me["email"], synced)
    company.api("POST", "users", {"user": {"name": "Stranger", "email": "stranger@x.example"}})
    sync = company.configure_people(create_left="contacts")
    assert plan(sync).status is RunState.PLANNED
    sync.refresh_from_db()

    found = take_people(sync)
    assert (found.left, found.without_email.examples) == (4, ("Mute",))
    assert (found.shared.emails, found.shared.records, found.shared.across) == (1, 2, 1)
    assert found.staff.examples == ("Agent",)
    assert found.staff_users >= 1
    assert found.no_account is not None
    assert found.no_account.examples == ("Alone",)
    assert found.no_organization is not None
    assert found.no_organization.examples == ("Twin",)
    assert found.unlinked_right == 1
    assert found.no_first_name is not None
    assert found.no_first_name.examples == ("Stranger",)

    first = doctor(checked_syncs().get(pk=sync.pk)).sections[0]
    assert first.title == "Before users are created"
    assert Mark.BLOCKS not in {line.check.mark for line in first.lines}


def test_a_sandbox_org_is_seen_by_the_test_and_warned_about_on_the_check_page(
    company: Company, as_vera: Client
) -> None:
    """S3.47, acceptance test 20: from what Salesforce says of itself to the page."""
    sync = company.configure()
    assert services.check(sync.left).ok
    text = as_vera.get(f"/runs/check/{sync.slug}/").content.decode()
    assert "This org is a sandbox." in text
    assert "under Deliverability" in text
