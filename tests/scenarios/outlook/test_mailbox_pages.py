"""The table of mailboxes, and adding many of them by pasting or from a CSV file."""

from __future__ import annotations

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from connectors.sandbox.salesforce.org import OWNER, STAFF
from mappings.config import store as config_store
from mappings.models import Sync
from tests.worlds import outlook
from tests.worlds.company import Company
from tests.worlds.outlook import BEN, OLIVIA, Mailbox
from tests.worlds.runs import advance, run

LIST, ADD = "/kinds/contacts_outlook/", "/kinds/contacts_outlook/add-many/"


@pytest.mark.redis
def test_mailboxes_are_listed_with_state_counts_errors_and_a_switch(company: Company, as_ada: Client) -> None:
    outlook.apply(company, {"mailboxes": [{"address": OLIVIA, "salesforce_user": OWNER}, {"address": BEN}]})
    mine, other = Sync.objects.order_by("pk")
    company.contact("Lee", "ann@acme.example")
    run(mine)
    company.control(company.graph, "PUT", "settings", {"outside_policy": [BEN]})
    run(other)
    page = as_ada.get(LIST).content.decode()
    for words in (
        OLIVIA,
        OWNER,
        ">Olivia",
        "application access policy does not allow this mailbox",
        "Switch off",
        "Add mailboxes",
    ):
        assert words in page, words
    overview = as_ada.get("/").content.decode()
    assert "outlook: 2 mailboxes" in overview
    assert f"/syncs/{mine.slug}/" not in overview, "one card for all of them"
    csv = as_ada.get(f"{LIST}?format=csv").getvalue().decode()
    assert [line.split(",")[0] for line in csv.splitlines()[1:]] == [OLIVIA, BEN]
    assert as_ada.post(f"/syncs/{other.slug}/switch/", {"on": "0", "back": "list"})["Location"] == LIST
    assert "Switched off" in as_ada.get(LIST).content.decode()
    other.refresh_from_db()
    assert not other.enabled


def test_many_mailboxes_are_added_at_once(company: Company, as_ada: Client) -> None:
    outlook.apply(company, {"mailboxes": [{"address": OLIVIA, "salesforce_user": OWNER}], "scope": "all"})
    like = Sync.objects.get()
    pasted = f"address;user\n{BEN}\ncarla@outlook.example;{OWNER}\n{BEN}\nno address\n{OLIVIA}\n"
    file = SimpleUploadedFile("more.csv", b"\xef\xbb\xbfdario@outlook.example\n")
    looked = as_ada.post(ADD, {"like": like.pk, "lines": pasted, "file": file}).content.decode()
    for words in (
        "Ben Seller",
        STAFF[1],
        "It is named twice",
        "not an email address",
        "It is there already",
        "Dario",
    ):
        assert words in looked, words
    assert Sync.objects.count() == 1

    wrong = {"like": like.pk, "part": [BEN, "nobody"], "owner": [STAFF[1], ""]}
    assert as_ada.post(ADD, wrong).status_code == 422
    assert Sync.objects.count() == 1
    good = {"like": like.pk, "part": [BEN, "carla@outlook.example"], "owner": [STAFF[1], STAFF[2]]}
    assert as_ada.post(ADD, good)["Location"] == LIST
    made = Sync.objects.get(slug="outlook-ben-outlook-example")
    assert (made.option("salesforce_user"), made.option("scope"), made.group) == (STAFF[1], "all", "outlook")
    assert (made.enabled, made.automatic_updates, made.mappings.count()) == (True, False, like.mappings.count())
    (said,) = yaml.safe_load(config_store.export("outlook"))["syncs"]
    assert [one["address"] for one in said["mailboxes"]] == [OLIVIA, BEN, "carla@outlook.example"]
    config_store.apply(yaml.safe_dump({"syncs": [said]}))
    assert Sync.objects.filter(enabled=True).count() == 3


@pytest.mark.redis
def test_a_mailbox_is_taken_off_the_list_with_what_was_made_in_it(company: Company, as_ada: Client) -> None:
    outlook.apply(company, {"mailboxes": [{"address": OLIVIA, "salesforce_user": OWNER}, {"address": BEN}]})
    mine, other = Sync.objects.order_by("pk")
    company.contact("Lee", "ann@acme.example")
    run(mine)
    asked = as_ada.get(f"/syncs/{mine.slug}/take-off/").content.decode()
    assert "that were made in it: 1" in asked
    started = mine.runs.model.objects.get(
        pk=as_ada.post(f"/syncs/{mine.slug}/take-off/", {"made": "remove"})["Location"].strip("/").rpartition("/")[2]
    )
    assert "Leaving" in as_ada.get(LIST).content.decode()
    advance(started)
    assert as_ada.post(f"/syncs/{other.slug}/take-off/", {"made": "remove"})["Location"] == LIST
    page = as_ada.get(LIST).content.decode()
    assert page.count("Off the list") == 2
    assert as_ada.post(f"/syncs/{mine.slug}/switch/", {"on": "1", "back": "list"})["Location"] == LIST
    mine.refresh_from_db()
    assert (mine.leaving, mine.enabled, Mailbox(company).shared()) == (False, True, {})
