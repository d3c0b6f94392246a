"""The Check page of contacts and leads over stored rows: what it counts, says and costs (S3.4, S1.1, S3.C4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import caches
from django.db import connection
from django.forms.models import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connectors import services
from connectors.models import Connection, RemoteField
from connectors.sandbox.server import Sandbox
from mappings.kinds.findings import Finding, Severity
from mappings.kinds.registry import kind_of
from mappings.kinds.subject import Found
from mappings.models import Sync
from mappings.rules.texts import fold
from mappings.schemas import Schemas
from mappings.services import schemas
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord, Run, SideState
from syncadmin.runs.pages.checks.counts import MirrorCounts
from syncadmin.runs.pages.checks.selectors import check_page, checked_syncs
from tests.options import choose

PAGE = "/runs/check/people/"
Person = Callable[..., MirrorRecord]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["memo"].clear()


@pytest.fixture
def contacts(sync: Sync) -> Sync:
    """A sync of contacts beside that of accounts, between the same two systems."""
    return Sync.objects.create(slug="people", kind="contacts_users", left=sync.left, right=sync.right)


@pytest.fixture
def leads(sync: Sync) -> Sync:
    return Sync.objects.create(slug="prospects", kind="leads_users", left=sync.left, right=sync.right)


@pytest.fixture
def person() -> Person:
    """``person(sync, side, id, name, email)`` stores somebody who was read and settled."""

    def store(sync: Sync, side: Side, remote_id: str, name: str, email: str = "", **values: object) -> MirrorRecord:
        defaults = {"digest": "-", "needs_planning": False, "label": name, "values": {}, "match_key": fold(email)}
        return MirrorRecord.objects.create(sync=sync, side=side, remote_id=remote_id, **defaults | values)

    return store


@pytest.fixture
def read(contacts: Sync) -> Sync:
    for side in Side:
        SideState.objects.create(sync=contacts, side=side, read_at=timezone.now())
    return contacts


def _about(title: str, sync: Sync) -> Finding:
    found = check_page(checked_syncs().get(pk=sync.pk)).findings
    return next(finding for finding in found if finding.title == title)


def counts(sync: Sync) -> MirrorCounts:
    return MirrorCounts(sync, model_to_dict(sync))


def counted(sync: Sync, slug: str) -> Found:
    """What the kind's own check of this name counts."""
    (check,) = (check for check in kind_of(sync.kind).checks if check.slug == slug)
    found: Found = check.count(counts(sync))
    return found


def _text(client: Client, page: str = PAGE) -> str:
    response = client.get(page)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def _facts(sync: Sync, **facts: object) -> None:
    Connection.objects.filter(pk=sync.right_id).update(facts={**sync.right.facts, **facts})


def test_shared_emails_are_groups_of_contacts_and_leads(contacts: Sync, leads: Sync, person: Person) -> None:
    """S1.1, S1.9: case makes no other email; who is out of scope or deleted is in no group."""
    person(contacts, Side.LEFT, "003A", "Ann", "ann@x.example", parent_key="001A")
    person(contacts, Side.LEFT, "003B", "Ann B", "ANN@x.example", parent_key="001B")
    person(contacts, Side.LEFT, "003C", "Bob", "bob@x.example", parent_key="001A")
    person(leads, Side.LEFT, "00QB", "Bob", "bob@x.example")
    person(contacts, Side.LEFT, "003D", "Cat", "cat@x.example")
    person(contacts, Side.LEFT, "003E", "Cat", "cat@x.example", in_scope=False, status="out_of_scope")
    person(contacts, Side.LEFT, "003F", "Cat", "cat@x.example", deleted=True, status="deleted")
    for place in (1, 2):
        person(leads, Side.LEFT, f"00Q{place}", "Dan", "dan@x.example")
    shared = counts(contacts).shared_keys()
    assert (shared.count, shared.records, shared.percent) == (2, 4, 75)
    assert (shared.across, shared.mixed) == (1, 1)
    assert shared.examples == ("ann@x.example (2 records)", "bob@x.example (2 records)")
    assert counts(leads).shared_keys().count == 2


def test_people_without_an_email_are_counted_whatever_the_policy(contacts: Sync, person: Person) -> None:
    """S3.4."""
    person(contacts, Side.LEFT, "003A", "Ann", "ann@x.example")
    person(contacts, Side.LEFT, "003B", "Bob", in_scope=False, status="no_email")
    person(contacts, Side.LEFT, "003C", "Cat")
    person(contacts, Side.LEFT, "003D", "Dan", in_scope=False, status="out_of_scope")
    found = counts(contacts).without_key("left")
    assert (found.count, counts(contacts).size().left) == (2, 2)
    assert set(found.examples) == {"Bob", "Cat"}
    assert round(found.percent) == 67


def test_contacts_are_sorted_by_what_their_account_brings(sync: Sync, contacts: Sync, person: Person) -> None:
    """S1.4: an account is valid when it is linked."""
    Link.objects.create(sync=sync, left_id="001A", right_id="1")
    Link.objects.create(sync=sync, left_id="001B", right_id="2", active=False)
    person(contacts, Side.LEFT, "003A", "Ann", "a@x.example", parent_key="001A")
    person(contacts, Side.LEFT, "003B", "Bob", "b@x.example", parent_key="001B")
    person(contacts, Side.LEFT, "003C", "Cat", "c@x.example", parent_key="001C", in_scope=False)
    person(contacts, Side.LEFT, "003D", "Dan", "d@x.example")
    alone, unlinked = counts(contacts).without_parent(), counts(contacts).with_unlinked_parent()
    assert (alone.count, alone.examples) == (1, ("Dan",))
    assert (unlinked.count, unlinked.examples) == (1, ("Bob",))


def test_leads_may_be_converted(leads: Sync, person: Person) -> None:
    person(leads, Side.LEFT, "00Q1", "Ann", "a@x.example")
    person(leads, Side.LEFT, "00Q2", "Bob", "b@x.example", in_scope=False, status="converted")
    assert (counts(leads).size().left, counted(leads, "converted").count) == (1, 1)


def test_agents_are_no_users_and_their_emails_are_told(contacts: Sync, person: Person) -> None:
    """Before anything was written their role tells, afterwards the verdict does."""
    person(contacts, Side.LEFT, "003A", "Ann", "ann@x.example")
    person(contacts, Side.LEFT, "003B", "Bob", "bob@x.example")
    person(contacts, Side.RIGHT, "1", "Ann Agent", "ann@x.example", status="staff")
    person(contacts, Side.RIGHT, "2", "Bob", "bob@x.example", values={"role": "end-user"})
    person(contacts, Side.RIGHT, "3", "Caller")
    person(contacts, Side.RIGHT, "4", "Ada Admin", values={"role": "admin"})
    Link.objects.create(sync=contacts, left_id="003A", right_id="1", active=False)
    staff = counted(contacts, "staff")
    assert (counts(contacts).size().right, counts(contacts).unlinked_right().count) == (2, 2)
    assert (staff.count, staff.examples, staff.total) == (1, ("Ann",), 2)
    assert counts(contacts).without_key("right").examples == ("Caller",)


def test_emails_that_are_none_are_named_with_their_owner(contacts: Sync, person: Person) -> None:
    person(contacts, Side.LEFT, "003A", "Ann", "ann@x.example")
    person(contacts, Side.LEFT, "003B", "Bob", "bob at x.example")
    person(contacts, Side.LEFT, "003C", "Cat", "none", in_scope=False, status="out_of_scope")
    found = counted(contacts, "invalid_emails")
    assert (found.count, found.examples) == (1, ("Bob: bob at x.example",))


def test_users_without_a_counterpart_are_those_of_the_whole_family(contacts: Sync, leads: Sync, person: Person) -> None:
    """S3.51, S3.C14: a user whose lead is known is not made a second time."""
    choose(contacts, create_left="contacts")
    contacts.refresh_from_db()
    for number, name in enumerate(["Ann Example", "Bob", "Cat", "Dan Example"], 1):
        person(contacts, Side.RIGHT, str(number), name, f"{number}@x.example")
    Link.objects.create(sync=contacts, left_id="003A", right_id="1")
    Link.objects.create(sync=leads, left_id="00QB", right_id="2")
    assert counts(contacts).unlinked_right().count == 2
    assert counted(contacts, "one_part_names").examples == ("Cat",)


def test_person_accounts_are_found_whatever_the_policy(contacts: Sync, person: Person) -> None:
    """S3.6."""
    person(contacts, Side.LEFT, "003A", "Ann", "a@x.example", in_scope=False, status="person_account")
    person(contacts, Side.LEFT, "003B", "Bob", "b@x.example", values={"IsPersonAccount": True})
    assert counted(contacts, "person_account").examples == ("Bob", "Ann")


def test_external_ids_that_stand_twice_are_told(contacts: Sync, person: Person) -> None:
    """S3.C12."""
    for number in (1, 2):
        person(contacts, Side.RIGHT, str(number), "Ann", f"{number}@x.example", external_key="003000000000001AAA")
    assert counts(contacts).repeated_ids().records == 2


def test_a_welcome_mail_to_everybody_blocks_and_leads_to_zendesk(as_vera: Client, contacts: Sync) -> None:
    """S3.C4."""
    assert _about("Welcome mail to new users", contacts).severity is Severity.FINE
    choose(contacts, welcome_mail="zendesk")
    _facts(contacts, welcome_emails=True)
    assert _about("Welcome mail to new users", contacts).severity is Severity.BLOCKS
    assert f'href="{contacts.right.base_url}/admin/people/configuration/end_users"' in _text(as_vera)
    choose(contacts, welcome_confirmed=True)
    assert _about("Welcome mail to new users", contacts).severity is Severity.LOOK


def test_zendesks_own_settings_are_those_of_its_last_test(contacts: Sync, remote: Sandbox) -> None:
    """S1.16, S3.C4: the sandbox allows several organizations and sends no welcome mail."""
    services.check(contacts.right)
    choose(contacts, welcome_mail="zendesk")
    assert "is off" in _about("Welcome mail to new users", contacts).sentence
    assert _about("Users in several organizations", contacts).severity is Severity.FINE


def test_the_page_waits_for_the_organizations_and_leads_there(as_vera: Client, sync: Sync, contacts: Sync) -> None:
    """S3.43."""
    check = _about("Organizations before users", contacts)
    assert check.severity is Severity.BLOCKS
    assert f'href="{sync.get_absolute_url()}"' in _text(as_vera)
    Run.objects.create(sync=sync, state="completed", write=True)
    Link.objects.create(sync=sync, left_id="001A", right_id="1")
    assert "1 account is linked" in _about("Organizations before users", contacts).sentence


def test_several_organizations_matter_for_the_emails_at_several_accounts(read: Sync, person: Person) -> None:
    """S1.16."""
    for place, account in enumerate(("001A", "001B")):
        person(read, Side.LEFT, f"003{place}", "Ann", "ann@x.example", parent_key=account)
    _facts(read, multiple_organizations=False)
    check = _about("Users in several organizations", read)
    assert check.severity is Severity.LOOK
    assert "1 email is used at more than one account" in check.sentence


def test_bulk_import_is_estimated_for_those_who_have_no_user(read: Sync, person: Person) -> None:
    for number in range(3):
        person(read, Side.LEFT, f"003{number}", "Ann", f"{number}@x.example")
    Link.objects.create(sync=read, left_id="0030", right_id="1")
    _facts(read, bulk_user_import=False)
    assert "for up to 2 users" in _about("Bulk import of users", read).sentence
    Run.objects.create(sync=read, state="planned", groups=[["create_right:new", "planned", False, 90_000]])
    assert "for up to 90,000 users, about 2 hours instead of" in _about("Bulk import of users", read).sentence


def test_required_fields_that_nothing_fills_are_named_before_leads_are_made(contacts: Sync) -> None:
    """S3.51: Salesforce wants a last name and, of a lead, a company: both are filled."""
    choose(contacts, create_left="leads")
    known: Schemas = schemas(contacts)
    assert known.left.name == "Contact"
    assert _about("New leads in Salesforce", contacts).severity is Severity.UNKNOWN
    services.schema(contacts.left, "Lead")
    assert _about("New leads in Salesforce", contacts).severity is Severity.FINE
    region = RemoteField.objects.get(object__connection=contacts.left, object__name="Lead", name="Region__c")
    region.attributes["required"] = True
    region.save()
    check = _about("New leads in Salesforce", contacts)
    assert (check.severity, check.examples) == (Severity.LOOK, ("Region (Region__c)",))


@pytest.mark.parametrize("kind, number", [("contacts", 9), ("leads", 10)])
def test_the_preparation_fields_are_those_of_the_object(kind: str, number: int, request: pytest.FixtureRequest) -> None:
    """S3.8."""
    people: Sync = request.getfixturevalue(kind)
    schemas(people)
    check = _about("Preparation fields", people)
    assert f"of {number} of Zendesk's own preparation fields" in check.sentence
    assert len(check.examples) == number


def test_before_the_first_plan_the_setup_is_judged_already(as_olaf: Client, contacts: Sync) -> None:
    text = _text(as_olaf)
    assert "Check of contacts and users" in text
    assert "Before users are created" in text
    assert "Neither system was read yet" in text


def test_what_was_found_is_kept_until_something_ran_between_the_two_systems(
    sync: Sync, leads: Sync, read: Sync, person: Person
) -> None:
    person(read, Side.LEFT, "003A", "Ann", "ann@x.example")
    assert _about("Emails in Salesforce", read).severity is Severity.FINE
    person(leads, Side.LEFT, "00QA", "Ann", "ann@x.example")
    assert _about("Emails in Salesforce", read).severity is Severity.FINE
    Run.objects.create(sync=leads, state="planned")
    assert _about("Emails in Salesforce", read).severity is Severity.LOOK


def test_it_costs_the_same_queries_for_many_people_and_fewer_the_second_time(
    as_vera: Client, read: Sync, person: Person
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_vera.get(PAGE)
        return len(queries)

    def store(numbers: range) -> None:
        for number in numbers:
            person(read, Side.LEFT, f"003{number}", "Ann", f"{number // 2}@x.example", parent_key=f"001{number}")
            person(read, Side.RIGHT, f"{number}", "Ann", f"{number}@x.example", external_key=f"erp-{number}")

    schemas(read)
    store(range(2))
    few, again = cost(), cost()
    store(range(2, 40))
    caches["memo"].clear()
    assert cost() == few
    assert again < few <= 60
