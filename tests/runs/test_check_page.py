"""The Check page over stored rows: what it says, who sees it, what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connectors.models import Connection, RemoteField
from connectors.sandbox.server import Sandbox
from mappings.kinds.accounts_organizations.checks import PARENTS, PERSON_ACCOUNTS
from mappings.kinds.findings import CheckLink, Finding, Severity
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.rules.texts import fold
from mappings.schemas import Schemas
from mappings.services import schemas
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.lookalike import skeleton
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord, Run, SideState
from syncadmin.runs.pages.checks.counts import MirrorCounts
from syncadmin.runs.pages.checks.links import addresses
from syncadmin.runs.pages.checks.selectors import check_page, checked_syncs
from tests.runs.stored import stored_run

PAGE = "/runs/check/accounts/"
Mirrored = Callable[..., MirrorRecord]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["memo"].clear()


@pytest.fixture
def mirrored(sync: Sync) -> Mirrored:
    """``mirrored(side, id, name)`` stores a record that was read and settled."""

    def store(side: Side, remote_id: str, name: str, **values: object) -> MirrorRecord:
        defaults = {"digest": "-", "needs_planning": False, "label": name, "values": {}}
        keys = {"match_key": fold(name), "lookalike_key": skeleton(name)}
        return MirrorRecord.objects.create(sync=sync, side=side, remote_id=remote_id, **defaults | keys | values)

    return store


@pytest.fixture
def read(sync: Sync) -> None:
    for side in Side:
        SideState.objects.create(sync=sync, side=side, read_at=timezone.now())


def _text(client: Client) -> str:
    response = client.get(PAGE)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("minutes, when", [(None, "at the last test"), (3, "3 minutes ago")])
def test_the_use_of_the_days_requests_is_told_with_its_age(
    as_olaf: Client, sync: Sync, known: Schemas, minutes: int | None, when: str
) -> None:
    told = {"daily_used_at": (timezone.now() - timedelta(minutes=minutes)).isoformat()} if minutes else {}
    Connection.objects.filter(pk=sync.left_id).update(facts={"daily_limit": 15_000, "daily_used": 1_240, **told})
    assert f"1,240 of 15,000 requests of 24 hours were used {when}." in _text(as_olaf)


def test_before_the_first_plan_it_says_how_to_find_out(as_olaf: Client, known: Schemas) -> None:
    text = _text(as_olaf)
    assert "Neither system was read yet" in text
    assert text.count('action="/runs/plan/accounts/"') == 2


def test_a_viewer_reads_it_and_has_no_buttons(as_vera: Client, sync: Sync) -> None:
    text = _text(as_vera)
    assert "Connection to Salesforce" in text
    assert "Test both connections</button>" not in text
    assert as_vera.post(f"{PAGE}test/").status_code == 403


def test_an_unknown_sync_is_no_page(as_vera: Client) -> None:
    assert as_vera.get("/runs/check/nothing/").status_code == 404


def test_looking_at_it_asks_no_remote_system(as_vera: Client, sync: Sync, known: Schemas) -> None:
    """The addresses lead nowhere now: a call would fail."""
    Connection.objects.update(base_url="http://127.0.0.1:9")
    assert "every filter and every tag fit" in _text(as_vera) or "No field is mapped yet" in _text(as_vera)


def blocking(sync: Sync) -> list[Finding]:
    return [finding for finding in check_page(sync).findings if finding.severity is Severity.BLOCKS]


def counts(sync: Sync) -> MirrorCounts:
    return MirrorCounts(sync, {})


def test_a_field_that_is_gone_blocks_writing_and_is_named(as_vera: Client, sync: Sync, known: Schemas) -> None:
    sync.mappings.create(position=0, left="Site", right="fields.industry")
    assert blocking(checked_syncs().get()) == []
    RemoteField.objects.filter(object__connection=sync.left, name="Site").delete()
    (check,) = blocking(checked_syncs().get())
    assert "Site does not exist in Salesforce any more" in check.sentence
    assert "1 thing blocks writing" in _text(as_vera)


def test_a_connection_that_is_off_or_failed_blocks_writing(sync: Sync) -> None:
    """S3.3."""
    Connection.objects.filter(pk=sync.left_id).update(enabled=False)
    Connection.objects.filter(pk=sync.right_id).update(last_check_ok=False)
    assert [check.title for check in blocking(checked_syncs().get())] == [
        "Connection to Salesforce",
        "Connection to Zendesk",
    ]


def test_a_connection_that_was_never_tested_does_not_block_a_command(sync: Sync) -> None:
    Connection.objects.update(last_check_ok=None, last_check_at=None)
    assert blocking(checked_syncs().get()) == []


def test_testing_both_brings_fresh_results(as_olaf: Client, sync: Sync, remote: Sandbox) -> None:
    Connection.objects.update(last_check_ok=None, last_check_at=None)
    assert as_olaf.post(f"{PAGE}test/")["Location"] == PAGE
    assert set(Connection.objects.values_list("last_check_ok", flat=True)) == {True}


def test_values_without_a_target_are_listed(as_vera: Client, sync: Sync, known: Schemas) -> None:
    """S3.25."""
    sync.mappings.create(position=0, left="Tier__c", right="fields.tier", value_map={"Gold": "tier_gold"})
    text = _text(as_vera)
    assert "have no target" in text
    assert "<li>Silver</li>" in text


def test_the_preparation_fields_are_good_to_know(as_vera: Client, sync: Sync, known: Schemas) -> None:
    """S3.8, S3.9."""
    assert "of 11 of Zendesk&#x27;s own preparation fields are on the Account object" in _text(as_vera)


def test_records_that_count_are_those_in_scope_that_exist(sync: Sync, mirrored: Mirrored) -> None:
    mirrored(Side.LEFT, "001A", "Acme")
    mirrored(Side.LEFT, "001B", "Out", in_scope=False, status="out_of_scope")
    mirrored(Side.LEFT, "001C", "Person", in_scope=False, status="person_account")
    mirrored(Side.LEFT, "001D", "", in_scope=False, status="no_name")
    mirrored(Side.LEFT, "001E", "Gone", deleted=True, status="deleted")
    mirrored(Side.LEFT, "001F", "Gone just now", deleted=True, needs_planning=True, status="in_sync")
    mirrored(Side.RIGHT, "1", "Acme")
    mirrored(Side.RIGHT, "2", "Gone", deleted=True, status="deleted")
    size, persons = counts(sync).size(), counts(sync).with_status("person_account")
    assert (size.left, size.outside, size.right, counts(sync).without_key("left").count) == (1, 1, 1, 1)
    assert (persons.count, persons.examples) == (1, ("Person",))


def test_names_that_stand_twice_are_counted_on_both_sides(sync: Sync, mirrored: Mirrored) -> None:
    """S3.5: case and blanks make no other name; what is out of scope or deleted is no rival."""
    for place, name in enumerate(["Acme", "ACME ", "Beta", "Beta"]):
        mirrored(Side.LEFT, f"001{place}", name, in_scope=place != 3)
    for place in range(3):
        mirrored(Side.RIGHT, str(place), "Gamma", deleted=place == 2)
    left, right = counts(sync).repeated_keys("left"), counts(sync).repeated_keys("right")
    assert (left.count, left.records, left.examples) == (1, 2, ("Acme (2 records)",))
    assert (right.count, right.records) == (1, 2)
    assert left.percent == 50


def test_natures_are_found_whatever_the_policy(sync: Sync, mirrored: Mirrored) -> None:
    """S3.6, S3.7."""
    mirrored(Side.LEFT, "001A", "Child", values={"ParentId": "001P"})
    mirrored(Side.LEFT, "001B", "Nobody", values={"ParentId": None, "IsPersonAccount": False})
    mirrored(Side.LEFT, "001C", "Ann", values={"IsPersonAccount": True})
    mirrored(Side.LEFT, "001D", "Bob", in_scope=False, status="person_account")
    parents, persons = PARENTS.count(counts(sync)), PERSON_ACCOUNTS.count(counts(sync))
    assert (parents.count, parents.examples) == (1, ("Child",))
    assert (persons.count, persons.examples) == (2, ("Ann", "Bob"))


def test_organizations_without_an_account_are_those_without_a_link(sync: Sync, mirrored: Mirrored) -> None:
    """S3.C11."""
    for place in range(4):
        mirrored(Side.RIGHT, str(place), f"Org {place}", deleted=place == 3, status="deleted" if place == 3 else "")
    Link.objects.create(sync=sync, left_id="001A", right_id="0")
    Link.objects.create(sync=sync, left_id="001B", right_id="0", role="duplicate")
    Link.objects.create(sync=sync, left_id="001C", right_id="3")
    assert counts(sync).unlinked_right().count == 2


def test_external_ids_of_somebody_else_are_found(sync: Sync, mirrored: Mirrored) -> None:
    """S3.C12."""
    mirrored(Side.RIGHT, "1", "Ours", external_key="001000000000001AAA")
    mirrored(Side.RIGHT, "2", "Theirs", external_key="erp-7")
    mirrored(Side.RIGHT, "3", "Nobody's")
    found = counts(sync).foreign_ids()
    assert (found.count, found.total, found.examples) == (1, 2, ("Theirs: erp-7",))


def test_lookalikes_are_unlinked_on_both_sides_and_not_the_same_name(sync: Sync, mirrored: Mirrored) -> None:
    """S3.C16."""
    mirrored(Side.LEFT, "001A", "Acme Inc.")
    mirrored(Side.RIGHT, "1", "ACME")
    mirrored(Side.LEFT, "001B", "Beta")
    mirrored(Side.RIGHT, "2", "Beta")
    mirrored(Side.LEFT, "001C", "Gamma GmbH")
    mirrored(Side.RIGHT, "3", "Gamma")
    Link.objects.create(sync=sync, left_id="001C", right_id="9")
    found = counts(sync).lookalikes()
    assert (found.count, found.examples) == (1, ("Acme Inc. – ACME",))


def test_the_waiting_plan_is_held_against_the_limits(as_vera: Client, sync: Sync, known: Schemas, read: None) -> None:
    group = ["create_right:name", "planned", False, 250]
    Run.objects.create(sync=sync, state="planned", planned=250, groups=[group])
    assert "The waiting plan takes about" in _text(as_vera)


def test_it_costs_the_same_queries_for_many_records_and_fewer_the_second_time(
    as_vera: Client, sync: Sync, known: Schemas, read: None, mirrored: Mirrored
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_vera.get(PAGE)
        return len(queries)

    def store(numbers: range) -> None:
        for number in numbers:
            mirrored(Side.LEFT, f"001{number}", f"Name {number // 2}", values={"ParentId": "001P"})
            mirrored(Side.RIGHT, f"{number}", f"Name {number // 2}", external_key=f"erp-{number}")
            sync.mappings.create(position=number, left="Tier__c", right=f"fields.tier{number}")

    store(range(2))
    few, again = cost(), cost()
    store(range(2, 40))
    caches["memo"].clear()
    assert cost() == few
    assert again < few <= 46


@pytest.mark.parametrize("kind", ["accounts_organizations", "contacts_users", "leads_users"])
def test_links_to_the_mapping_lead_to_sections_that_are_there(as_olaf: Client, sync: Sync, kind: str) -> None:
    """All that the checks of a kind may say of places on the page of the sync."""
    there = sync
    if kind != sync.kind:
        there = Sync.objects.create(slug="other", kind=kind, left=sync.left, right=sync.right)
    schemas(there)
    page = as_olaf.get(there.get_absolute_url()).content.decode()
    sections = ("scope", "fields", "store_external_id", "create_left", "match_on", "rank_field")
    links = addresses(tuple(CheckLink(name, detail=name) for name in sections), there, None)
    for link in links:
        assert f'id="{link.url.partition("#")[2]}"' in page, link.words
    assert len(links) == (6 if kind_of(kind).grouping else 4)


def test_what_was_reviewed_stays_reviewed_until_that_is_taken_back(as_olaf: Client, quiet_sync: Sync) -> None:
    """And after the first run nothing speaks of a first plan any more."""
    path, title = "/runs/check/accounts/", "Connection to Salesforce"
    before = as_olaf.get(path).content.decode()
    assert "Review it before you apply the first plan." in before
    number = int(re.search(r"(\d+) things? to look at", before)[1])
    as_olaf.post(f"{path}review/", {"title": title})
    stored_run(quiet_sync, RunState.COMPLETED, write=True)
    after = as_olaf.get(path).content.decode()
    assert f"{number - 1} thing" in after
    assert "Reviewed" in after
    assert "first plan" not in after.lower().replace("make a plan", "")
    as_olaf.post(f"{path}review/", {"title": title, "undo": "1"})
    assert f"{number} thing" in as_olaf.get(path).content.decode()
