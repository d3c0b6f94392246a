"""One configuration, several mailboxes: each is a sync of its own, and a broken one holds up no other."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.test import Client

from connectors.sandbox.salesforce.org import INTEGRATION_USER, OWNER
from mappings.config import store as config_store
from mappings.config.file import ConfigFileError
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.services import runs as services
from tests.worlds import outlook
from tests.worlds.commands import manage
from tests.worlds.company import Company
from tests.worlds.outlook import BEN, OLIVIA, Mailbox
from tests.worlds.runs import advance, run

BOTH = [{"address": OLIVIA, "salesforce_user": OWNER}, {"address": BEN, "salesforce_user": INTEGRATION_USER}]


def command(verb: str, slug: str) -> tuple[int, Any]:
    """Exit code and JSON of a command on all mailboxes."""
    inline = ("--inline",) if verb == "run" else ()
    said = manage("sync", verb, slug, "--json", *inline)
    return said.code, said.json


def stored(company: Company, mailboxes: list[dict[str, str]], **options: object) -> None:
    outlook.apply(company, {"slug": "outlook", "mailboxes": mailboxes, **options})


def test_each_mailbox_has_its_users_contacts_and_a_broken_one_holds_up_nobody(company: Company) -> None:
    stored(company, BOTH, deletes={"salesforce": "allowed"})
    company.contact("Lee", "ann@acme.example")
    company.contact("Ray", "bob@acme.example", OwnerId=INTEGRATION_USER)
    code, done = command("run", "outlook")
    assert (code, done["sync"], done["state"], done["counts"]["written"]) == (0, "outlook", "completed", 2)
    assert [run["sync"] for run in done["runs"]] == ["outlook-olivia-outlook-example", "outlook-ben-outlook-example"]
    assert set(Mailbox(company).shared()) == {"Lee"}
    assert set(Mailbox(company, BEN).shared()) == {"Ray"}

    company.control(company.graph, "PUT", "settings", {"outside_policy": [OLIVIA]})
    company.contact("New", "new@acme.example", OwnerId=INTEGRATION_USER)
    code, done = command("run", "outlook")
    assert (code, done["state"]) == (1, "failed")
    assert set(Mailbox(company, BEN).shared()) == {"Ray", "New"}


def test_a_contact_of_all_may_be_in_several_mailboxes(company: Company) -> None:
    stored(company, BOTH, scope="all")
    ann = company.contact("Lee", "ann@acme.example", Title="Buyer")
    assert command("run", "outlook")[0] == 0
    boxes = [Mailbox(company), Mailbox(company, BEN)]
    assert [set(box.shared()) for box in boxes] == [{"Lee"}, {"Lee"}]
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    boxes[1].edit(boxes[1].shared()["Lee"]["id"], jobTitle="Boss")
    command("run", "outlook")
    command("run", "outlook")
    assert company.contacts()[ann]["Title"] == "Boss"
    assert [box.shared()["Lee"]["jobTitle"] for box in boxes] == ["Boss", "Boss"]
    assert command("plan", "outlook")[0] == 0
    assert len(company.contacts()) == 1


def test_the_file_lists_mailboxes_and_gets_them_back(company: Company) -> None:
    stored(company, BOTH, leaving_view="remove")
    said = yaml.safe_load(config_store.export())["syncs"]
    assert [(one["slug"], one["mailboxes"], one["leaving_view"]) for one in said] == [("outlook", BOTH, "remove")]
    before = list(Sync.objects.values_list("slug", "revision"))
    config_store.apply(yaml.safe_dump({"syncs": said}))
    assert list(Sync.objects.values_list("slug", "revision")) == before

    stored(company, BOTH[:1])
    assert list(Sync.objects.values_list("slug", "enabled")) == [
        ("outlook-olivia-outlook-example", True),
        ("outlook-ben-outlook-example", False),
    ]
    for wrong, why in (
        ({"mailboxes": [BOTH[0], BOTH[0]]}, "twice"),
        ({"mailboxes": [{"salesforce_user": OWNER}]}, "needs address"),
        ({"mailboxes": [{"address": "ann", "salesforce_user": OWNER}]}, "not an email address"),
        ({"mailboxes": [{"address": OLIVIA, "salesforce_user": "003"}]}, "not the id of a Salesforce user"),
        ({}, "needs mailboxes"),
        ({"mailboxes": []}, "mailboxes names none"),
        ({"mailboxes": [BOTH[0], {"address": OLIVIA.upper()}]}, "twice"),
        ({"mailboxes": [{"address": BEN}, {"address": OLIVIA.title()}]}, "would write the same records"),
    ):
        with pytest.raises(ConfigFileError, match=why):
            outlook.apply(company, {"slug": "other", **wrong})


@pytest.mark.redis
def test_a_person_is_shown_with_all_its_places(company: Company, as_ada: Client) -> None:
    """Salesforce, Zendesk, and each mailbox that has a copy."""
    acme = company.account("Acme")
    ann = company.contact("Lee", "ann@acme.example", acme, FirstName="Ann")
    run(company.configure())
    contacts = company.configure_people()
    run(contacts)
    stored(company, BOTH, scope="all")
    assert command("run", "outlook")[0] == 0
    user = contacts.links.get(left_id=ann).right_id
    copies = [sync.links.get(left_id=ann).right_id for sync in Sync.objects.filter(kind="contacts_outlook")]
    page = as_ada.get(f"/records/contacts/left/{ann}/").content.decode()
    assert [page.count(f"/records/outlook-{name}-outlook-example/right/") for name in ("olivia", "ben")] == [1, 1]
    for page in (
        as_ada.get(f"/records/outlook-olivia-outlook-example/right/{copies[0]}/").content.decode(),
        as_ada.get(f"/records/outlook-olivia-outlook-example/left/{ann}/").content.decode(),
    ):
        assert f"/records/contacts/right/{user}/" in page
        assert "/records/outlook-ben-outlook-example/right/" in page
        assert "Also in" in page


@pytest.mark.parametrize("policy", ["keep", "remove"])
def test_a_mailbox_that_leaves_keeps_its_contacts_or_loses_those_that_were_made_in_it(
    company: Company, policy: str
) -> None:
    """As a plan, with guard and undo; what its user has made or changed elsewhere stays in any case."""
    stored(company, BOTH, scope="all")
    company.contact("Lee", "ann@acme.example")
    company.contact("Ray", "bob@acme.example")
    box, other = Mailbox(company), Mailbox(company, BEN)
    box.add(surname="Own", emailAddresses=[{"address": "own@x.example"}])
    known = box.add(surname="Ray", emailAddresses=[{"address": "bob@acme.example"}])
    assert command("run", "outlook")[0] == 0
    assert command("run", "outlook")[0] == 0
    assert set(box.shared()) == {"Lee", "Own", "Ray"}
    stored(company, BOTH[1:], scope="all", leaving_mailbox=policy)
    (said,) = yaml.safe_load(config_store.export())["syncs"]
    assert said["mailboxes"] == BOTH[1:]
    sync = Sync.objects.get(name=OLIVIA)
    assert (sync.leaving, sync.enabled) == (True, policy == "remove")
    contacts = company.contacts()
    assert command("run", "outlook")[0] == 0
    sync.refresh_from_db()
    assert not sync.enabled
    assert set(box.shared()) == ({"Own", "Ray"} if policy == "remove" else {"Lee", "Own", "Ray"})
    assert box.shared()["Ray"]["id"] == known
    assert (company.contacts(), set(other.shared())) == (contacts, {"Lee", "Own", "Ray"})

    if policy == "remove":
        removal = sync.runs.latest("pk")
        assert {step.reason for step in removal.steps.all()} == {"The mailbox was removed from the list"}
        advance(services.undo(removal, write=True, enqueue=False))
        assert set(box.shared()) == {"Lee", "Own", "Ray"}
    stored(company, BOTH, scope="all")
    assert command("run", "outlook")[0] == 0
    assert set(box.shared()) == {"Lee", "Own", "Ray"}
    assert (set(other.shared()), len(company.contacts())) == ({"Lee", "Own", "Ray"}, 3)
    code, planned = command("plan", "outlook")
    assert (code, planned["counts"]["planned"]) == (0, 0)


def test_a_mailbox_that_leaves_waits_where_the_guard_holds_its_plan(company: Company) -> None:
    stored(company, BOTH, scope="all")
    for number in range(25):
        company.contact(f"Nr {number}", f"n{number}@acme.example")
    assert command("run", "outlook")[0] == 0
    stored(company, BOTH[1:], scope="all", leaving_mailbox="remove")
    sync, box = Sync.objects.get(name=OLIVIA), Mailbox(company)
    held = run(sync)
    assert (held.status, len(box.shared())) == (RunState.PLANNED, 25)
    sync.refresh_from_db()
    assert sync.enabled, "it goes on until somebody has decided"
    assert advance(services.approve(held, enqueue=False)).status is RunState.COMPLETED
    sync.refresh_from_db()
    assert (sync.enabled, box.shared()) == (False, {})


def test_mailboxes_of_one_org_share_its_reads(company: Company) -> None:
    """A run without changes: a call for each folder, one for each list of folders, and four to Salesforce in all: the
    fields of both objects, the contacts, and the accounts whose names they show.
    """
    mailboxes = [{"address": address, "salesforce_user": OWNER} for address in company.graph.credentials["mailboxes"]]
    stored(company, mailboxes, scope="all")
    acme = company.account("Acme")
    for number in range(30):
        company.contact(f"Nr {number}", f"n{number}@acme.example", acme)

    def calls() -> tuple[int, int]:
        before = [sum(company.calls(one).values()) for one in (company.salesforce, company.graph)]
        assert command("run", "outlook")[0] == 0
        after = [sum(company.calls(one).values()) for one in (company.salesforce, company.graph)]
        return after[0] - before[0], after[1] - before[1]

    assert calls()[0] <= 5, "everything is read once for all of them"
    calls()
    number = len(mailboxes)
    folders = sum(len(Mailbox(company, one["address"]).folders()) for one in mailboxes)
    salesforce, graph = calls()
    assert (salesforce, graph) == (4, folders + number)

    ann = company.contact("Lee", "ann@acme.example", acme)
    company.edit_account(acme, Name="Acme Europe")
    assert calls()[0] <= 5
    boxes = [Mailbox(company, one["address"]) for one in mailboxes]
    assert {row["companyName"] for box in boxes for row in box.shared().values()} == {"Acme Europe"}
    run(last := Sync.objects.latest("pk"))
    company.edit(ann, Title="Boss")
    run(last)
    assert boxes[-1].shared()["Lee"]["jobTitle"] == "Boss", "a run that was asked for later reads by itself"
    assert command("run", "outlook")[0] == 0
    assert {box.shared()["Lee"]["jobTitle"] for box in boxes} == {"Boss"}


@pytest.mark.redis
def test_a_mailbox_that_is_over_its_limits_holds_up_no_other(company: Company, valkey: object) -> None:
    """429 for ten minutes: its run goes on by itself later, in whatever process; the others are not asked to wait."""
    stored(company, BOTH, scope="all")
    assert command("run", "outlook")[0] == 0
    company.contact("Lee", "ann@acme.example")
    first, second = Sync.objects.order_by("pk")
    body = {"error": {"code": "ApplicationThrottled", "message": "Application is over its request quota."}}
    limited = {"status": 429, "headers": {"Retry-After": "600"}, "body": body}
    company.fault(company.graph, {"method": "GET", "path": f"*/users/{OLIVIA}/*", "answer": limited})
    held = run(first)
    assert (held.status, company.fired(company.graph)) == (RunState.PAUSED, 1)
    done = run(second)
    assert (done.status, set(Mailbox(company, BEN).shared())) == (RunState.COMPLETED, {"Lee"})
