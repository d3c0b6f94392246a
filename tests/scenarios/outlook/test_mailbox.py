"""Contacts of Salesforce and of one mailbox in step, over HTTP (S2.4-S2.28)."""

from __future__ import annotations

import pytest

from connectors.sandbox.salesforce.org import INTEGRATION_USER
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.services import runs as services
from syncadmin.runs.storage.unresolved import unresolved
from tests.worlds import outlook
from tests.worlds.company import Company
from tests.worlds.outlook import Mailbox
from tests.worlds.runs import advance, counts, plan, run


@pytest.fixture
def sync(company: Company) -> Sync:
    return outlook.store(company)


@pytest.fixture
def box(company: Company) -> Mailbox:
    return Mailbox(company)


def finished(sync: Sync) -> dict[str, int]:
    """What a run counted, that nothing is left for another one, and that the mailbox's private contacts stayed."""
    done = run(sync)
    assert done.status is RunState.COMPLETED, (done.message, [(s.operation.word, s.reason) for s in done.steps.all()])
    found = counts(done)
    again = run(sync)
    assert counts(again)["planned"] == 0, [(s.operation.word, s.label, s.changes) for s in again.steps.all()]
    return found


def test_my_contacts_appear_and_edits_go_both_ways(company: Company, sync: Sync, box: Mailbox) -> None:
    """S2.4, S2.6, S2.17, S2.20, S2.21, S2.24."""
    before = box.private()
    acme = company.account("Acme")
    ann = company.contact("Lee", "ann@acme.example", acme, FirstName="Ann", Title="Buyer", Phone="+1 1")
    company.contact("Other", "other@acme.example", acme, OwnerId=INTEGRATION_USER)
    assert finished(sync)["written"] == 1
    shared = box.shared()
    assert set(shared) == {"Ann Lee"}
    copy = shared["Ann Lee"]
    assert copy["companyName"] == "Acme"
    assert (copy["categories"], copy["businessPhones"]) == (["Salesforce"], ["+1 1"])
    assert copy["emailAddresses"][0]["address"] == "ann@acme.example"

    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    box.edit(copy["id"], jobTitle="Head of Buying", businessPhones=["+1 1", "+1 2"], categories=["Salesforce", "VIP"])
    company.edit(ann, MobilePhone="+1 9", LastName="Li")
    finished(sync)
    assert company.contacts()[ann]["Title"] == "Head of Buying"
    assert company.contacts()[ann]["OtherPhone"] == "+1 2"
    copy = box.shared()["Ann Li"]
    assert (copy["mobilePhone"], copy["surname"], copy["categories"]) == ("+1 9", "Li", ["Salesforce", "VIP"])
    assert box.private() == before


def test_a_contact_is_shared_in_three_ways(company: Company, sync: Sync, box: Mailbox) -> None:
    """S2.7-S2.11, S2.24: made in the folder, moved into it, or given the category anywhere."""
    private = box.private()
    box.add(givenName="Made", surname="Here", emailAddresses=[{"address": "made@x.example"}])
    moved = box.add(shared=False, givenName="Moved", surname="Here", emailAddresses=[{"address": "moved@x.example"}])
    box.move(moved, box.folder)
    box.add(shared=False, givenName="Marked", surname="There", categories=["Salesforce"])
    finished(sync)
    made = {row["FirstName"]: row for row in company.contacts().values()}
    assert set(made) == {"Made", "Moved", "Marked"}
    assert {row["OwnerId"] for row in made.values()} == {outlook.OWNER}
    assert {name: row["categories"] for name, row in box.shared().items()} == {
        name: ["Salesforce"] for name in ("Made Here", "Moved Here", "Marked There")
    }
    assert box.private() == private
    stored = set(MirrorRecord.objects.right_of(sync).values_list("label", flat=True))
    assert stored == set(box.shared()), "nothing is kept of a private contact (S2.8)"


def test_a_known_email_is_linked_and_several_are_held(company: Company, sync: Sync, box: Mailbox) -> None:
    """S2.27."""
    company.contact("Lee", "ann@acme.example", FirstName="Ann")
    box.add(givenName="Ann", surname="Lee", emailAddresses=[{"address": "ANN@acme.example"}], nickName="Annie")
    for _ in range(2):
        box.add(givenName="Twin", surname="One", emailAddresses=[{"address": "twin@acme.example"}])
    company.contact("One", "twin@acme.example", FirstName="Twin")
    run(sync)
    assert len(company.contacts()) == 2
    assert len(box.call("GET", f"contactFolders/{box.folder}/contacts")["value"]) == 3
    assert box.shared()["Ann Lee"]["nickName"] == "Annie"
    assert Link.objects.active_of(sync).count() == 1
    held = MirrorRecord.objects.left_of(sync).exclude(status="in_sync").values_list("label", "status")
    assert list(held) == [("Twin One", "ambiguous")]


def test_a_contact_that_leaves_the_folder_is_no_longer_shared(company: Company, sync: Sync, box: Mailbox) -> None:
    """S2.26: nothing is deleted in Salesforce, nothing is made again, nothing goes either way until it is back."""
    ann = company.contact("Lee", "ann@acme.example", FirstName="Ann", Title="Buyer")
    bob = company.contact("Ray", "bob@acme.example", FirstName="Bob", Title="Clerk")
    finished(sync)
    shared = box.shared()
    box.move(shared["Ann Lee"]["id"], "contacts")
    box.edit(shared["Bob Ray"]["id"], categories=[])
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(ann, Title="Boss")
    company.edit(bob, Title="Boss")
    run(sync)
    assert counts(run(sync))["planned"] == 0
    assert {row["LastName"] for row in company.contacts().values()} == {"Lee", "Ray"}
    assert {name: row["jobTitle"] for name, row in box.shared().items()} == {"Bob Ray": "Clerk"}
    assert box.private()["Ann Lee"]["jobTitle"] == "Buyer"
    box.move(shared["Ann Lee"]["id"], box.folder)
    finished(sync)
    assert box.shared()["Ann Lee"]["jobTitle"] == "Boss"


def test_an_expired_link_is_a_full_comparison_that_doubles_and_deletes_nothing(
    company: Company, sync: Sync, box: Mailbox
) -> None:
    company.contact("Lee", "ann@acme.example", FirstName="Ann")
    finished(sync)
    company.control(company.graph, "POST", "expire-delta-tokens")
    assert counts(run(sync))["planned"] == 0
    assert plan(sync).status is RunState.COMPLETED
    assert set(box.shared()) == {"Ann Lee"}
    assert len(company.contacts()) == 1


def test_deletions_follow_the_policies(company: Company, box: Mailbox) -> None:
    """S2.18, S2.19, S2.22, A16, acceptance test 12."""
    sync = outlook.store(company)
    ann, bob, eve = (
        company.contact(name, f"{name.lower()}@acme.example", FirstName="X") for name in ("Lee", "Ray", "Orr")
    )
    finished(sync)
    box.edit(box.shared()["X Lee"]["id"], nickName="Annie")
    company.remove(ann)
    box.remove(box.shared()["X Ray"]["id"])
    found = finished(sync)
    assert found["written"] == 2
    assert set(box.shared()) == {"X Ray", "X Orr"}, "deleted with its contact; put back, since nothing is deleted there"
    assert set(company.contacts()) == {bob, eve}
    assert Link.objects.active_of(sync).count() == 2

    sync = outlook.store(company, deletes={"salesforce": "allowed", "outlook": "never"})
    box.remove(box.shared()["X Ray"]["id"])
    company.remove(eve)
    run(sync)
    assert counts(run(sync))["planned"] == 0
    assert company.contacts() == {}
    assert set(box.shared()) == {"X Orr"}
    assert unresolved(sync) == 0, "what is kept by choice needs nobody"


def test_a_plan_that_deletes_many_is_held(company: Company, sync: Sync, box: Mailbox) -> None:
    contacts = [company.contact(f"Nr {n}", f"n{n}@acme.example") for n in range(25)]
    finished(sync)
    for id in contacts[:22]:
        company.remove(id)
    held = run(sync)
    assert held.status is RunState.PLANNED
    assert [trip["guard"] for trip in held.tripped] == ["deleted"]
    assert len(box.shared()) == 25


def test_a_contact_that_leaves_the_filter_is_kept_or_removed(company: Company, sync: Sync, box: Mailbox) -> None:
    """S2.23, A6."""
    ann = company.contact("Lee", "ann@acme.example", FirstName="Ann")
    finished(sync)
    company.edit(ann, OwnerId=INTEGRATION_USER)
    run(sync)
    assert set(box.shared()) == {"Ann Lee"}
    assert unresolved(sync) == 0, "what is kept by choice needs nobody"

    sync = outlook.store(company, leaving_view="unmark")
    assert finished(sync)["written"] == 1
    copy = box.shared()["Ann Lee"]
    assert copy["categories"] == []
    box.edit(copy["id"], jobTitle="Of her own")
    company.edit(ann, OwnerId=outlook.OWNER, Phone="+1 5")
    finished(sync)
    copy = box.shared()["Ann Lee"]
    assert (copy["categories"], copy["businessPhones"], copy["id"]) == (["Salesforce"], ["+1 5"], copy["id"])
    assert company.contacts()[ann]["Title"] == "Of her own"
    company.edit(ann, OwnerId=INTEGRATION_USER)

    sync = outlook.store(company, leaving_view="remove")
    finished(sync)
    assert box.shared() == {}
    assert set(company.contacts()) == {ann}
    company.edit(ann, OwnerId=outlook.OWNER)
    finished(sync)
    assert set(box.shared()) == {"Ann Lee"}


def test_a_new_contact_stands_at_the_account_of_its_company(company: Company, sync: Sync, box: Mailbox) -> None:
    """S2.12-S2.15, S2.25, acceptance test 11; each decision stands in the plan."""
    oldest, corp = company.account("Acme"), company.account("Globex Corporation")
    company.control(company.salesforce, "POST", "clock", {"advance": 60})
    company.account("Acme")
    for name in ("Umbrella One", "Umbrella Two"):
        company.account(name)
    for given, firm in (("A", "acme"), ("B", "Globex"), ("C", "Umbrella"), ("D", "Initech"), ("E", None)):
        box.add(givenName=given, surname="New", companyName=firm)
    waiting = plan(sync)
    reasons = {
        step.label: next(change["reason"] for change in step.changes if change["field"] == "AccountId")
        for step in waiting.steps.all()
    }
    assert "oldest of 2" in reasons["A New"]
    assert "Several accounts" in reasons["C New"]
    run(sync)
    at = {row["FirstName"]: row.get("AccountId") for row in company.contacts().values()}
    assert at == {"A": oldest, "B": corp, "C": None, "D": None, "E": None}
    run(sync)
    assert counts(run(sync))["planned"] == 0
    assert box.shared()["B New"]["companyName"] == "Globex Corporation"
    assert box.shared()["D New"]["companyName"] == "Initech"


def test_an_undo_takes_back_what_nobody_has_touched(company: Company, sync: Sync, box: Mailbox) -> None:
    company.contact("Lee", "ann@acme.example", FirstName="Ann")
    company.contact("Ray", "bob@acme.example", FirstName="Bob")
    first = run(sync)
    box.edit(box.shared()["Bob Ray"]["id"], nickName="Bobby")
    advance(services.undo(first, write=True, enqueue=False))
    assert set(box.shared()) == {"Bob Ray"}, "somebody has added to it"
    assert len(company.contacts()) == 2


def test_a_creation_without_an_answer_is_found_again_and_made_once(company: Company, sync: Sync, box: Mailbox) -> None:
    for name in ("Lee", "Ray", "Orr"):
        company.contact(name, f"{name.lower()}@acme.example")
    assert box.folder
    company.fault(company.graph, {"method": "POST", "path": "*/$batch", "reset": "after", "times": 1})
    run(sync)
    finished(sync)
    assert sorted(row["surname"] for row in box.call("GET", f"contactFolders/{box.folder}/contacts")["value"]) == [
        "Lee",
        "Orr",
        "Ray",
    ]
    assert Link.objects.active_of(sync).count() == 3


def test_a_full_comparison_keeps_nothing_of_a_contact_that_is_private_again(
    company: Company, sync: Sync, box: Mailbox
) -> None:
    """S2.8, S2.26."""
    company.contact("Lee", "ann@acme.example", FirstName="Ann")
    finished(sync)
    ann = box.shared()["Ann Lee"]["id"]
    box.move(ann, "contacts")
    run(sync)
    box.edit(ann, nickName="Private", categories=[], homePhones=["secret"])
    company.control(company.graph, "POST", "expire-delta-tokens")
    run(sync)
    row = MirrorRecord.objects.right_of(sync).get()
    assert not row.deleted
    assert "secret" not in str(row.values)
    assert len(company.contacts()) == 1
    assert box.shared() == {}


def test_an_edited_email_goes_both_ways_and_the_pair_stays(company: Company, sync: Sync, box: Mailbox) -> None:
    """S2.17, S2.28: the email is a field like the others; what is no email stays in Outlook alone."""
    ann = company.contact("Lee", "ann@acme.example", FirstName="Ann")
    bob = company.contact("Ray", "bob@acme.example", FirstName="Bob")
    finished(sync)
    copies = box.shared()
    second = [{"address": "ann@new.example", "name": "Ann"}, {"address": "ann@home.example", "name": "Ann"}]
    box.edit(copies["Ann Lee"]["id"], emailAddresses=second)
    company.edit(bob, Email="bob@new.example")
    finished(sync)
    assert {row["Email"] for row in company.contacts().values()} == {"ann@new.example", "bob@new.example"}
    assert [one["address"] for one in box.shared()["Ann Lee"]["emailAddresses"]] == [
        "ann@new.example",
        "ann@home.example",
    ]
    assert box.shared()["Bob Ray"]["emailAddresses"][0]["address"] == "bob@new.example"
    company.edit(bob, Email=None)
    box.edit(copies["Ann Lee"]["id"], emailAddresses=[{"address": "/o=Acme/cn=ann", "name": "Ann"}], jobTitle="Boss")
    finished(sync)
    assert company.contacts()[ann]["Email"] == "ann@new.example"
    assert company.contacts()[ann]["Title"] == "Boss", "a value that is no email holds back nothing else"
    assert box.shared()["Bob Ray"]["emailAddresses"] == []
