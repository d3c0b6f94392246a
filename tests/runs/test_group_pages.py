"""Email groups: who fills the user and why, what each record brings, and a person's word about it (S1.5-S1.14, A8)."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from connectors.models import Connection
from mappings.models import FieldMapping, Sync
from mappings.services import schemas
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import Decision, MirrorRecord
from syncadmin.runs.services import decisions
from tests.runs.stored import stored_record
from tests.runs.stored_people import EMAIL, multiple_organizations, shared_email

pytestmark = pytest.mark.postgres

PAGE = f"/people/emails/contacts/{EMAIL}/"


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    shown = re.sub(r'<a class="help-sign".*?</a>', "", response.content.decode())
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", shown)))


@pytest.fixture
def contacts(db: None) -> Sync:
    return shared_email()


def test_a_group_shows_its_syncing_record_its_duplicates_and_why(as_vera: Client, contacts: Sync) -> None:
    text = page(as_vera, PAGE)
    assert "3 records with this email, one user in Zendesk." in text
    assert "Ann Alpha Contact Syncing record Its id comes first." in text
    assert "Ann Beta Contact Duplicate record Ann Alpha comes first: its id comes first." in text
    assert "Ann Lead Lead Duplicate record Ann Alpha comes first: its account is synced." in text


def test_the_syncing_record_stays_though_another_was_created_first(as_vera: Client, contacts: Sync) -> None:
    """A8: who fills the user already is asked before the date of creation, and said only where it decides."""
    record = MirrorRecord.objects.get(remote_id="003B")
    record.values = {**record.values, "CreatedDate": "2025-01-01T00:00:00Z"}
    record.save(update_fields=["values"])
    assert "Ann Alpha comes first: it has been the syncing record." in page(as_vera, PAGE)


def test_the_page_of_a_record_shows_its_role_and_leads_to_its_group(as_vera: Client, contacts: Sync) -> None:
    html = as_vera.get("/records/contacts/left/003B/").content.decode()
    assert "Duplicate record" in html
    assert f'href="/people/emails/contacts/{EMAIL}/"' in html
    assert f'href="/people/emails/contacts/{EMAIL}/"' in as_vera.get("/records/contacts/right/71/").content.decode()
    assert "/people/emails/" not in as_vera.get("/records/accounts/left/001Alpha/").content.decode()


def test_the_fields_of_a_duplicate_are_shown_and_not_compared(as_vera: Client, contacts: Sync) -> None:
    text = page(as_vera, "/records/contacts/left/003B/")
    assert "Do both sides agree? Not compared Another record of its email fills the user" in text
    assert "Differs" not in text


def test_each_record_says_what_it_brings(as_vera: Client, contacts: Sync) -> None:
    """S1.14, multiple organizations on."""
    text = page(as_vera, PAGE)
    assert "Fills the user's fields, and brings the organization Alpha Org." in text
    assert "Changes no field, and brings the organization Beta Org." in text
    assert "Changes no field. It has no account, so it brings no organization." in text
    assert "Alpha Org Primary now" in text


def test_without_multiple_organizations_a_duplicate_brings_nothing(as_vera: Client, contacts: Sync) -> None:
    """S1.14, multiple organizations off."""
    multiple_organizations(contacts, on=False)
    text = page(as_vera, PAGE)
    assert "Changes no field, and brings no organization: multiple organizations are off in Zendesk." in text
    assert "Beta Org from Ann Beta" not in text


def test_the_log_of_the_email_stands_on_its_page(as_vera: Client, contacts: Sync) -> None:
    LogEntry.objects.create(
        at=timezone.now(), level="warning", email_group=EMAIL, message="No field of Ann Beta synced"
    )
    assert "No field of Ann Beta synced" in page(as_vera, PAGE)


def test_the_group_is_the_same_from_either_sync(as_vera: Client, contacts: Sync) -> None:
    assert "Ann Alpha Contact Syncing record" in page(as_vera, f"/people/emails/leads/{EMAIL.upper()}/")


def test_pinning_makes_one_record_the_syncing_one(contacts: Sync, olaf: User) -> None:
    """A8: exactly one of a group, across contacts and leads; the whole group is planned again."""
    leads = Sync.objects.get(slug="leads")
    decisions.pin(contacts, left_id="003B", by=olaf)
    decisions.pin(leads, left_id="00QL", by=olaf)
    assert [(row.sync, row.left_id, row.by) for row in Decision.objects.filter(pinned=True)] == [(leads, "00QL", olaf)]
    lefts = MirrorRecord.objects.filter(match_key=EMAIL, side="left")
    assert set(lefts.values_list("needs_planning", flat=True)) == {True}


def test_a_pin_keeps_what_else_was_decided_about_the_record(contacts: Sync, olaf: User) -> None:
    Decision.objects.create(sync=contacts, left_id="003B", right_id="71")
    decisions.pin(contacts, left_id="003B", by=olaf)
    assert decisions.unpin(contacts, key=EMAIL, by=olaf)
    kept = Decision.objects.get()
    assert (kept.right_id, kept.pinned) == ("71", False)
    assert not decisions.unpin(contacts, key=EMAIL, by=olaf)


def test_a_record_that_was_left_alone_is_not_pinned(contacts: Sync, olaf: User) -> None:
    Decision.objects.create(sync=contacts, left_id="003B")
    with pytest.raises(decisions.Refused, match="leave Ann Beta alone"):
        decisions.pin(contacts, left_id="003B", by=olaf)


def test_a_record_without_an_email_is_in_no_group(contacts: Sync, olaf: User) -> None:
    stored_record(contacts, "left", "003N", "Nobody", match_key="")
    with pytest.raises(decisions.Refused, match="has no email"):
        decisions.pin(contacts, left_id="003N", by=olaf)


def test_a_person_pins_on_the_page_and_takes_it_back(as_olaf: Client, contacts: Sync) -> None:
    as_olaf.post(PAGE, {"pin": "contacts 003B"})
    text = page(as_olaf, PAGE)
    assert "Ann Beta Contact Syncing record Pinned With the next plan" in text
    assert "Pinned by hand. olaf, " in text
    as_olaf.post(PAGE, {"pin": ""})
    assert "Ann Alpha Contact Syncing record" in page(as_olaf, PAGE)
    assert not Decision.objects.exists()


def test_a_viewer_pins_nothing(as_vera: Client, contacts: Sync) -> None:
    assert "Make this the syncing record" not in page(as_vera, PAGE)
    assert as_vera.post(PAGE, {"pin": "contacts 003B"}).status_code == 403


def test_a_pin_is_simulated_before_it_is_set(as_olaf: Client, contacts: Sync) -> None:
    text = page(as_olaf, f"{PAGE}?would=contacts 003B")
    assert "If Ann Beta is made the syncing record" in text
    assert "would fill the user instead of Ann Alpha (contact), which becomes a duplicate record" in text
    assert "The fields of both systems were not read yet" in text
    assert not Decision.objects.exists()


@pytest.mark.parametrize("would", ["contacts nobody", "nothing", "accounts 001Alpha"])
def test_nothing_is_simulated_for_a_stranger(as_olaf: Client, contacts: Sync, would: str) -> None:
    assert "syncing record …" in page(as_olaf, f"{PAGE}?would={would}")
    assert "Not now" not in page(as_olaf, f"{PAGE}?would={would}")


def test_the_simulation_shows_each_field_that_would_change(
    as_olaf: Client, salesforce: Connection, zendesk: Connection, contacts: Sync
) -> None:
    """What the planner would draft: fields with before and after, and another primary organization only if ours."""
    Sync.objects.update(left=salesforce, right=zendesk)
    zendesk.facts = {**zendesk.facts, "multiple_organizations": True}
    zendesk.save(update_fields=["facts"])
    sync = Sync.objects.get(slug="contacts")
    schemas(sync)
    FieldMapping.objects.filter(sync=sync).delete()
    text = page(as_olaf, f"{PAGE}?would=contacts 003B")
    assert re.search(r"Name Ann Alpha Ann Beta Filled by Ann Beta now", text)
    assert "Beta Org: " in text


def test_the_list_holds_emails_with_several_records_only(as_vera: Client, contacts: Sync) -> None:
    stored_record(contacts, "left", "003Z", "Zoe", match_key="zoe@test.com")
    text = page(as_vera, "/people/emails/contacts/")
    assert "1–1 of 1" in text
    assert "a@test.com 3 Ann Alpha (contact)" in text
    assert "Alpha Org, Beta Org" in text
    assert "zoe@test.com" not in text


@pytest.mark.parametrize(
    "query, found",
    [("q=A@", 1), ("q=b", 0), ("which=pinned", 0), ("which=mixed", 1), ("q=a&which=mixed", 1)],
)
def test_the_list_is_searched_and_filtered(as_vera: Client, contacts: Sync, query: str, found: int) -> None:
    assert page(as_vera, f"/people/emails/leads/?{query}").count(EMAIL) == found


def test_the_list_names_the_user_beside_its_id(as_vera: Client, contacts: Sync) -> None:
    assert "Ann Alpha 71" in page(as_vera, "/people/emails/contacts/")


def test_pinned_groups_have_a_list(as_vera: Client, contacts: Sync, olaf: User) -> None:
    decisions.pin(contacts, left_id="003B", by=olaf)
    assert "Ann Beta (contact) Pinned pinned by hand" in page(as_vera, "/people/emails/contacts/?which=pinned")


def test_the_list_is_a_csv_file_too(as_vera: Client, contacts: Sync) -> None:
    response = as_vera.get("/people/emails/contacts/?format=csv")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert rows[0][:3] == ["Email", "Records", "Syncing record"]
    assert rows[1][:3] == [EMAIL, "3", "Ann Alpha (contact)"]


@pytest.mark.parametrize("path", ["/people/emails/accounts/a@test.com/", "/people/emails/contacts/nobody@x.y/"])
def test_there_is_no_group_of_accounts_or_of_an_unknown_email(as_vera: Client, contacts: Sync, path: str) -> None:
    assert as_vera.get(path).status_code == 404


@pytest.mark.parametrize("emails", [1, 60])
def test_the_pages_cost_the_same_queries_whatever_the_size(
    as_olaf: Client, contacts: Sync, django_assert_max_num_queries, emails: int
) -> None:
    for number in range(emails):
        for twin in range(2):
            stored_record(
                contacts, "left", f"003-{number}-{twin}", "Twin", match_key=f"{number}@test.com", parent_key="001Beta",
                values={"Name": "Twin"},
            )  # fmt: skip
            stored_record(contacts, "left", f"003-a-{number}-{twin}", "Ann", match_key=EMAIL, values={"Name": "Ann"})
    for path, most in (("/people/emails/contacts/", 24), (PAGE, 25), (f"{PAGE}?would=contacts 003B", 26)):
        with django_assert_max_num_queries(most):
            as_olaf.get(path)
