"""Several syncs of one kind: adding, naming and copying them, each between connections of its own."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.test import Client

from connectors.models import Connection
from mappings.config import store as config_store
from mappings.config.file import ConfigFileError
from mappings.models import FieldMapping, PicklistFilter, RecordTypeFilter, Sync
from tests.fixtures.syncs import connected
from tests.options import choose, chosen

LIST = "/kinds/accounts_organizations/"
ADD = "/kinds/accounts_organizations/add/"


def text(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def own(remote: Any, sync: Sync) -> tuple[Connection, Connection]:
    """Two more connections beside those of the first sync."""
    return connected(remote, "salesforce"), connected(remote, "zendesk")


def test_the_list_of_syncs_is_the_page_behind_accounts_also_with_a_single_one(as_ada: Client, sync: Sync) -> None:
    page = text(as_ada.get(LIST))
    assert 'href="/syncs/accounts/"' in page
    assert f'href="{ADD}"' in page


def test_people_offers_another_sync_of_contacts_and_of_leads(
    as_ada: Client, as_vera: Client, contacts: Sync, leads: Sync
) -> None:
    for address in ("/kinds/contacts_users/add/", "/kinds/leads_users/add/"):
        assert f'href="{address}"' in text(as_ada.get("/people/"))
        assert f'href="{address}"' not in text(as_vera.get("/people/"))


def test_a_second_sync_joins_connections_of_its_own_under_a_name_of_its_own(
    as_ada: Client, own: tuple[Connection, Connection]
) -> None:
    left, right = own
    answer = as_ada.post(ADD, {"name": "Our Accounts", "left": left.pk, "right": right.pk})
    assert answer.url == "/syncs/our-accounts/"
    made = Sync.objects.get(slug="our-accounts")
    assert (made.left, made.right, made.enabled) == (left, right, True)
    for page in (LIST, answer.url, "/", "/runs/"):
        assert "Our Accounts" in text(as_ada.get(page)), page


def test_a_new_name_leaves_the_address_alone(as_ada: Client, as_olaf: Client, sync: Sync) -> None:
    page = "/syncs/accounts/name/"
    assert as_olaf.post(page, {"name": "No"}).status_code == 403
    assert as_ada.post(page, {"name": "Customers & partners"}).url == "/syncs/accounts/"
    sync.refresh_from_db()
    assert (sync.slug, sync.name, sync.revision) == ("accounts", "Customers & partners", 1)
    assert "Customers &amp; partners" in text(as_ada.get("/syncs/accounts/"))
    assert as_ada.post(page, {"name": "x" * 101}).status_code == 422


def test_two_syncs_of_a_kind_cannot_have_one_name(as_ada: Client, own: tuple[Connection, Connection]) -> None:
    data = {"name": "Ours", "left": own[0].pk, "right": own[1].pk}
    as_ada.post(ADD, data)
    refused = as_ada.post("/syncs/accounts/name/", {"name": " ours "})
    assert refused.status_code == 422
    assert "has this name" in text(refused)


def test_a_copy_has_the_mapping_between_other_connections_and_does_nothing_by_itself(
    as_ada: Client, sync: Sync, own: tuple[Connection, Connection]
) -> None:
    choose(tags=["Industry"], automatic_updates=True, notes="Description", picklist_field="Rating")
    RecordTypeFilter.objects.create(sync=sync, name="Customer", position=0)
    PicklistFilter.objects.create(sync=sync, value="Hot", position=0)
    FieldMapping.objects.create(sync=sync, position=0, left="Type", right="fields.type", value_map={"a": "b"})
    answer = as_ada.post("/syncs/accounts/copy/", {"name": "Ours", "left": own[0].pk, "right": own[1].pk})
    assert answer.url == "/syncs/ours/"
    copy = Sync.objects.get(slug="ours")
    assert (copy.left, copy.right) == own
    assert (*chosen(copy, "tags", "notes"), copy.picklist_field) == (["Industry"], "Description", "Rating")
    assert (copy.automatic_updates, copy.enabled, copy.revision) == (False, True, 1)
    assert [item.name for item in copy.record_type_filters.all()] == ["Customer"]
    assert [item.value for item in copy.picklist_filters.all()] == ["Hot"]
    assert [(row.left, row.right, row.value_map) for row in copy.mappings.exclude(right="notes")] == [
        ("Type", "fields.type", {"a": "b"})
    ]
    assert sync.mappings.count() == 2


def test_a_copy_without_a_name_is_told_from_its_original_by_its_address(
    as_ada: Client, sync: Sync, own: tuple[Connection, Connection]
) -> None:
    """On its page, on its card; and a sync without links, runs and decisions lists none when it is deleted."""
    address = as_ada.post("/syncs/accounts/copy/", {"name": "", "left": own[0].pk, "right": own[1].pk}).url
    slug = address.split("/")[-2]
    for page in (address, "/"):
        assert f"Accounts and organizations ({slug})" in text(as_ada.get(page)), page
    assert "Accounts and organizations (accounts)" in text(as_ada.get("/syncs/accounts/"))
    deleting = text(as_ada.get(f"/syncs/{slug}/delete/"))
    assert "What is deleted" in deleting
    for word in ("0 links", "0 runs", "0 decisions"):
        assert word not in deleting
    as_ada.post(f"{address}name/", {"name": "Ours"})
    assert "(accounts)" not in text(as_ada.get("/syncs/accounts/"))


def test_of_two_syncs_over_the_same_records_one_is_switched_on(as_ada: Client, sync: Sync) -> None:
    """Both would write the same organizations, and each would take the other's for unmatched."""
    same = {"left": sync.left.pk, "right": sync.right.pk}
    answer = as_ada.post("/syncs/accounts/copy/", {"name": "Trial", **same}, follow=True)
    assert "switched off, since accounts joins the same two systems" in text(answer)
    trial = Sync.objects.get(slug="trial")
    assert not trial.enabled
    refused = as_ada.post("/syncs/trial/switch/", {"on": "1"}, follow=True)
    assert "Switch accounts off first" in text(refused)
    as_ada.post("/syncs/accounts/switch/", {"on": "0"})
    as_ada.post("/syncs/trial/switch/", {"on": "1"})
    trial.refresh_from_db()
    assert trial.enabled


def test_a_file_with_two_syncs_over_the_same_records_is_refused(sync: Sync) -> None:
    both = yaml.safe_load(config_store.export())["syncs"]
    both.append({**both[0], "slug": "partners", "name": "Partners"})
    with pytest.raises(ConfigFileError, match="accounts and partners are of one kind between the same two systems"):
        config_store.apply(yaml.safe_dump({"syncs": both}))
    assert Sync.objects.count() == 1
    both[1]["enabled"] = False
    config_store.apply(yaml.safe_dump({"syncs": both}))
    assert str(Sync.objects.get(slug="partners")) == "Partners"
    assert {row.get("name") for row in yaml.safe_load(config_store.export())["syncs"]} == {None, "Partners"}


def test_a_name_in_a_file_leaves_plans_good(sync: Sync) -> None:
    (stored,) = yaml.safe_load(config_store.export())["syncs"]
    config_store.apply(yaml.safe_dump({"syncs": [{**stored, "name": "Customers"}]}))
    sync.refresh_from_db()
    assert (sync.name, sync.revision) == ("Customers", 1)
