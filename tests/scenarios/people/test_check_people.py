"""What the Check page says of people after a real plan over both systems (S3.2, S3.4, S1.1)."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client

from connectors import services
from mappings.kinds.findings import Severity
from mappings.kinds.subject import Found
from syncadmin.engine.checks.assessment import checks_of
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.pages.checks.counts import counts_of, read_at
from syncadmin.runs.pages.checks.selectors import check_page, checked_syncs
from syncadmin.runs.pages.checks.subject import subject_of
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

    read, subject = read_at(sync), subject_of(sync)
    assert read is not None
    found = counts_of(sync, subject.options, checks_of(subject), read)
    assert found["size"].left == 4
    shared = found["left_keys"]
    assert (shared.count, shared.records, shared.across) == (1, 2, 1)
    names = {slug: one.examples for slug, one in found.items() if isinstance(one, Found)}
    assert names["left_without_key"] == ("Mute",)
    assert names["staff"] == ("Agent",)
    assert names["without_parent"] == ("Alone",)
    assert names["unlinked_parent"] == ("Twin",)
    assert names["one_part_names"] == ("Stranger",)
    assert found["staff"].total >= 1
    assert found["right_to_create"].count == 1

    sections = check_page(checked_syncs().get(pk=sync.pk)).sections
    assert next(iter(sections)) == "Before users are created"
    first = sections["Before users are created"]
    assert Severity.BLOCKS not in {line.finding.severity for line in first}


def test_a_sandbox_org_is_seen_by_the_test_and_warned_about_on_the_check_page(
    company: Company, as_vera: Client
) -> None:
    """S3.47, acceptance test 20: from what Salesforce says of itself to the page."""
    sync = company.configure()
    assert services.check(sync.left).ok
    text = as_vera.get(f"/runs/check/{sync.slug}/").content.decode()
    assert "This org is a sandbox." in text
    assert "under Deliverability" in text
