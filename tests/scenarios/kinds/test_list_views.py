"""A list view of Salesforce as a filter, for accounts, people and mailboxes (S2.5): who is in it now takes part."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from django.test import Client

from connectors.sandbox.salesforce.org import INTEGRATION_USER as INTEGRATION
from mappings.config import store as config_store
from mappings.config.file import ConfigFileError
from mappings.models import Sync
from mappings.scope import list_views
from mappings.services import schemas
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import MirrorRecord
from tests.worlds import outlook
from tests.worlds.company import PEOPLE, SYNC, Company
from tests.worlds.outlook import OLIVIA, OWNER, Mailbox
from tests.worlds.runs import counts, run

VIEW = "Hot_Ones"


def view(company: Company, object: str, where: str) -> None:
    body = {"object": object, "developerName": VIEW, "label": "Hot ones", "where": where}
    company.control(company.salesforce, "POST", "listviews", body)


def change(company: Company, method: str, object: str, **changes: Any) -> None:
    company.control(company.salesforce, method, "listviews", {"object": object, "developerName": VIEW, **changes})


def at_rest(sync: Sync) -> int:
    """What a run wrote, after which a further one plans nothing."""
    done = run(sync)
    assert done.status in (RunState.COMPLETED, RunState.REJECTIONS), done.message
    assert counts(run(sync))["planned"] == 0
    return counts(done)["written"]


def test_accounts_of_a_list_view_take_part_and_its_loss_is_an_error(company: Company) -> None:
    view(company, "Account", "Rating = 'Hot'")
    sync = company.store(SYNC | {"list_view": VIEW})
    for name, rating in (("Acme", "Hot"), ("Globex", "Cold"), ("Initech", "Hot")):
        company.account(name, Rating=rating)
    assert at_rest(sync) == 2
    assert set(company.organizations()) == {"Acme", "Initech"}

    change(company, "PATCH", "Account", where="Name = 'Globex' OR Name = 'Acme'")
    assert at_rest(sync) == 1, "no record has changed, only what the list view shows"
    assert set(company.organizations()) == {"Acme", "Globex", "Initech"}
    company.edit_account(company.accounts()["Initech"]["Id"], Description="New")
    assert at_rest(sync) == 0
    assert not MirrorRecord.objects.left_of(sync).get(label="Initech").in_scope

    for method, changes in (("PATCH", {"visible": False}), ("DELETE", {})):
        change(company, method, "Account", **changes)
        lost = run(sync)
        assert lost.status is RunState.FAILED
        assert "has no list view Hot_Ones" in lost.message
        assert "Choose another list view" in lost.hint
        assert counts(lost)["planned"] == 0
        if method == "PATCH":
            change(company, "PATCH", "Account", visible=True)


@pytest.mark.parametrize(("slug", "object"), [("contacts", "Contact"), ("leads", "Lead")])
def test_people_of_a_list_view_take_part(company: Company, slug: str, object: str) -> None:
    view(company, object, "LastName LIKE 'L%'")
    run(company.configure())
    sync = company.store(PEOPLE[slug] | {"scope": {"list_view": VIEW}})
    make = company.contact if slug == "contacts" else company.lead
    make("Lee", "lee@acme.example")
    ray = make("Ray", "ray@acme.example")
    assert at_rest(sync) == 1
    company.edit(ray, LastName="Lot")
    assert at_rest(sync) == 1
    assert set(company.users()) == {"lee@acme.example", "ray@acme.example"}


def test_a_mailbox_has_the_contacts_of_a_list_view_whoever_owns_them(company: Company) -> None:
    """S2.4, S2.5, S2.20, S2.23."""
    view(company, "Contact", "Title = 'Buyer'")
    sync = outlook.store(company, scope={"list_view": VIEW}, leaving_view="remove")
    ann = company.contact("Lee", "ann@acme.example", Title="Buyer", OwnerId=INTEGRATION)
    company.contact("Ray", "bob@acme.example", Title="Clerk")
    assert at_rest(sync) == 1
    assert set(Mailbox(company).shared()) == {"Lee"}
    company.edit(ann, Title="Clerk")
    run(sync)
    assert Mailbox(company).shared() == {}
    change(company, "DELETE", "Contact")
    assert run(sync).status is RunState.FAILED
    (said,) = yaml.safe_load(config_store.export("outlook"))["syncs"]
    assert said["scope"] == {"list_view": VIEW}
    assert "list_view" not in said


def test_the_file_says_what_is_wrong_with_a_list_view(company: Company) -> None:
    company.store(SYNC)
    both = {"slug": "accounts", "kind": "accounts_organizations", "left": "sf", "right": "zd"}
    view(company, "Account", "")
    for wrong, why in (
        ({"scope": {"list_view": "Nobody"}}, "line 5: Salesforce has no list view Nobody"),
        ({"list_view": "Nobody"}, "has no list view Nobody"),
        ({"scope": {"view": VIEW}}, "unknown key 'view'"),
        ({"scope": "mine"}, "takes no scope"),
    ):
        with pytest.raises(ConfigFileError, match=why):
            config_store.apply(yaml.safe_dump({"syncs": [both | wrong]}), ask=True)
    with pytest.raises(ConfigFileError, match="view needs a list view"):
        outlook.apply(company, {"mailbox": OLIVIA, "salesforce_user": OWNER, "scope": "view"})
    config_store.apply(yaml.safe_dump({"syncs": [both | {"scope": {"list_view": VIEW}}]}), ask=True)
    (said,) = yaml.safe_load(config_store.export("accounts"))["syncs"]
    assert said["list_view"] == VIEW


def test_the_page_offers_list_views_and_counts_them(company: Company, as_ada: Client) -> None:
    """S3.C6."""
    view(company, "Account", "Rating = 'Hot'")
    sync = company.store(SYNC)
    for number in range(5):
        company.account(f"Acme {number}", Rating="Hot" if number < 2 else "Cold")
    schemas(sync)
    list_views.refresh(sync)
    page = as_ada.get(f"/syncs/{sync.slug}/").content.decode()
    assert re.search(rf'<option value="{VIEW}"[^>]*>Hot ones</option>', page)
    filters = {"filters": "1", "list_view": VIEW, "leaving_scope": "stop"}
    counted = re.sub(r"<[^>]+>", "", as_ada.get(f"/syncs/{sync.slug}/count/", filters).content.decode())
    assert re.search(r"2\s+of\s+5\s+accounts in scope", re.sub(r"\s+", " ", counted)), counted
    assert "Hot_Ones does not show it" in counted
    saved = as_ada.post(f"/syncs/{sync.slug}/scope/", {**filters, "revision": sync.revision})
    assert saved.status_code == 302, saved.content
    sync.refresh_from_db()
    assert sync.list_view == VIEW
    change(company, "DELETE", "Account")
    list_views.refresh(sync)
    page = as_ada.get(f"/syncs/{sync.slug}/").content.decode()
    assert "There is no list view Hot_Ones any more" in page
