"""Contacts as people have them: many emails and phones, no names, long notes, folders and categories that change."""

from __future__ import annotations

import pytest

from connectors.sandbox.salesforce.org import INTEGRATION_USER
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Link
from tests.worlds import outlook
from tests.worlds.company import Company
from tests.worlds.outlook import BEN, OLIVIA, OWNER, Mailbox
from tests.worlds.runs import counts, run

NOTES = {"left": "Description", "right": "personalNotes", "direction": "both", "conflict": "newest"}


@pytest.fixture
def sync(company: Company) -> Sync:
    return outlook.store(company)


@pytest.fixture
def box(company: Company) -> Mailbox:
    return Mailbox(company)


def settled(sync: Sync) -> None:
    """Two runs later nothing is planned."""
    done = run(sync)
    assert done.status is RunState.COMPLETED, (done.message, [(s.label, s.reason) for s in done.steps.all()])
    run(sync)
    assert counts(again := run(sync))["planned"] == 0, [(s.operation.word, s.changes) for s in again.steps.all()]


def test_lists_of_a_contact_keep_what_has_no_place_in_salesforce(company: Company, sync: Sync, box: Mailbox) -> None:
    emails = [{"address": f"{name}@x.example", "name": name} for name in ("work", "home", "old")]
    id = box.add(
        givenName="Ann", surname="Lee", emailAddresses=emails, businessPhones=["+1 1", "+1 2"],
        homePhones=["+1 3", "+1 4"], imAddresses=["sip:ann"], children=["Tim"], personalNotes="Private " * 4_000,
        birthday="1980-02-29T00:00:00Z", homeAddress={"street": "High St 1\nBack door", "city": "Ulm"},
        categories=["Friends"],
    )  # fmt: skip
    settled(sync)
    (ann,) = company.contacts().values()
    assert (ann["Email"], ann["Phone"], ann["OtherPhone"]) == ("work@x.example", "+1 1", "+1 2")
    assert (ann["HomePhone"], ann["Birthdate"]) == ("+1 3", "1980-02-29")
    assert not ann.get("Description"), "notes are private until somebody maps them"
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(ann["Id"], Phone="+1 9", HomePhone=None, Birthdate="1980-03-01", MailingCity="Bonn")
    settled(sync)
    copy = box.call("GET", f"contacts/{id}")
    assert [one["address"] for one in copy["emailAddresses"]] == ["work@x.example", "home@x.example", "old@x.example"]
    assert (copy["businessPhones"], copy["homePhones"]) == (["+1 9", "+1 2"], ["", "+1 4"])
    assert (copy["birthday"][:10], copy["businessAddress"]["city"]) == ("1980-03-01", "Bonn")
    assert (copy["homeAddress"]["street"], copy["imAddresses"]) == ("High St 1\nBack door", ["sip:ann"])
    assert (len(copy["personalNotes"]), copy["categories"]) == (32_000, ["Friends", "Salesforce"])


def test_contacts_without_names_and_with_odd_ones(company: Company, sync: Sync, box: Mailbox) -> None:
    box.add(emailAddresses=[{"address": "only@x.example"}])
    box.add(companyName="Only a company")
    box.add(givenName="Only first")
    box.add(surname="O'Neil \U0001f600 <b>& Söhne", emailAddresses=[{"address": "odd@x.example"}])
    company.contact("ΟΔΥΣΣΕΥΣ", "greek@x.example", FirstName="\u202eTrick")
    settled(sync)
    names = {row["LastName"] for row in company.contacts().values()}
    assert {"only@x.example", "O'Neil \U0001f600 <b>& Söhne", "Only first"} <= names
    assert len(company.contacts()) == 5, names
    assert Link.objects.active_of(sync).count() == 5


def test_a_round_with_moves_between_folders_a_deleted_folder_and_a_category_of_another_name(
    company: Company, sync: Sync, box: Mailbox
) -> None:
    for name in ("Lee", "Ray", "Orr"):
        company.contact(name, f"{name.lower()}@acme.example")
    settled(sync)
    copies, contacts = box.shared(), company.contacts()
    own = box.call("POST", "contactFolders", {"displayName": "Own"})["id"]
    box.move(copies["Lee"]["id"], own)
    box.move(copies["Lee"]["id"], box.folder)
    box.move(copies["Ray"]["id"], own)
    box.edit(copies["Orr"]["id"], categories=["Customers"])  # somebody has renamed the category
    run(sync)
    settled(sync)
    assert (company.contacts(), Link.objects.active_of(sync).count()) == (contacts, 3)
    assert box.call("GET", f"contacts/{copies['Lee']['id']}")["parentFolderId"] == box.folder
    assert box.call("GET", f"contacts/{copies['Ray']['id']}")["parentFolderId"] == own

    box.call("DELETE", f"contactFolders/{box.folder}")
    box.call("DELETE", f"contactFolders/{own}")
    run(sync)
    settled(sync)
    assert company.contacts() == contacts, "a folder that is deleted deletes nothing in Salesforce"
    assert set(box.shared()) == {"Lee", "Ray", "Orr"}, "what was deleted with it is put back (S2.19)"


def test_a_private_contact_with_the_same_email_stays_private(company: Company, sync: Sync, box: Mailbox) -> None:
    private = box.add(
        shared=False, givenName="Ann", surname="Private", emailAddresses=[{"address": "ann@acme.example"}]
    )
    before = box.call("GET", f"contacts/{private}")
    company.contact("Lee", "ann@acme.example", FirstName="Ann")
    settled(sync)
    assert box.call("GET", f"contacts/{private}") == before
    assert set(box.shared()) == {"Ann Lee"}
    box.edit(private, categories=["Salesforce"])
    run(sync)
    assert len(company.contacts()) == 1, "two of one email: held, not doubled"
    box.edit(private, categories=[])
    settled(sync)
    assert (len(company.contacts()), set(box.shared())) == (1, {"Ann Lee"})


def test_one_user_of_two_mailboxes_and_one_person_in_both(company: Company) -> None:
    both = [{"address": OLIVIA, "salesforce_user": OWNER}, {"address": BEN, "salesforce_user": OWNER}]
    outlook.apply(company, {"mailboxes": both})
    syncs, boxes = list(Sync.objects.order_by("pk")), (Mailbox(company), Mailbox(company, BEN))
    company.contact("Lee", "ann@acme.example", FirstName="Ann")
    for box in boxes:  # each user has made the same person
        box.add(givenName="New", surname="One", emailAddresses=[{"address": "new@x.example"}])
    for _ in range(2):
        for sync in syncs:
            run(sync)
    assert sorted(row["LastName"] for row in company.contacts().values()) == ["Lee", "One"]
    assert [set(box.shared()) for box in boxes] == [{"Ann Lee", "New One"}] * 2
    for sync in syncs:
        settled(sync)
    (ann,) = [id for id, row in company.contacts().items() if row["LastName"] == "Lee"]
    company.edit(ann, OwnerId=INTEGRATION_USER)
    company.remove(ann)
    for sync in syncs:
        settled(sync)
    assert [set(box.shared()) for box in boxes] == [{"New One"}] * 2


def test_notes_that_are_mapped_go_both_ways(company: Company, box: Mailbox) -> None:
    mappings = [NOTES, {"left": "LastName", "right": "surname", "direction": "both", "conflict": "newest"}]
    sync = outlook.store(company, mappings=mappings)
    ann = company.contact("Lee", "ann@acme.example", Description="Line 1\r\nLine 2")
    settled(sync)
    (copy,) = box.shared().values()
    assert copy["personalNotes"].splitlines() == ["Line 1", "Line 2"]
    box.edit(copy["id"], personalNotes="From Outlook\r\nas well\r\n")
    settled(sync)
    assert company.contacts()[ann]["Description"].splitlines() == ["From Outlook", "as well"]
