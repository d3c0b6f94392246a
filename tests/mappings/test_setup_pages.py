"""The way to a first sync, and from the navigation to its page."""

from __future__ import annotations

from typing import Any

from django.test import Client

from connectors import crypto
from connectors.models import Connection
from mappings.models import Sync

LIST = "/kinds/accounts_organizations/"
ADD = "/kinds/accounts_organizations/add/"


def text(response: Any) -> str:
    return response.content.decode()


def test_without_a_sync_the_page_leads_to_setting_one_up(as_ada: Client, as_vera: Client) -> None:
    assert "Add a sync" in text(as_ada.get(LIST))
    page = text(as_vera.get(LIST))
    assert "No account sync is set up" in page
    assert ADD not in page


def test_several_syncs_are_listed(as_vera: Client, sync: Sync) -> None:
    Sync.objects.create(slug="partners", kind=sync.kind, left=sync.left, right=sync.right, automatic_updates=True)
    page = text(as_vera.get(LIST))
    assert "/syncs/accounts/" in page
    assert "/syncs/partners/" in page
    assert "Automatic updates paused" in page, "nobody has approved a run yet"


def test_a_sync_is_found_by_its_name_or_a_connection(as_vera: Client, sync: Sync) -> None:
    Sync.objects.create(slug="partners", kind=sync.kind, left=sync.left, right=sync.right)
    page = text(as_vera.get("/kinds/accounts_organizations/?text=PART"))
    assert "/syncs/partners/" in page
    assert 'href="/syncs/accounts/"' not in page
    assert "/syncs/partners/" in text(as_vera.get(LIST, {"text": sync.left.name.upper()}))


def test_setting_up_says_which_connection_is_missing(as_ada: Client, salesforce: Connection) -> None:
    page = text(as_ada.get(ADD))
    assert "Zendesk is not connected yet" in page
    assert '<form method="post" class="card' not in page


def test_a_new_sync_starts_careful_and_knows_its_fields(
    as_ada: Client, salesforce: Connection, zendesk: Connection
) -> None:
    """S3.C16: nothing automatic, nothing created in Salesforce."""
    answer = as_ada.post(ADD, {"left": salesforce.pk, "right": zendesk.pk})
    assert answer.url == "/syncs/accounts/"
    made = Sync.objects.get()
    assert (made.automatic_updates, made.option("create_left")) == (False, "nothing")
    assert "Set sync filters" in text(as_ada.get(answer.url))


def test_a_new_sync_is_kept_when_its_fields_cannot_be_read(
    as_ada: Client, salesforce: Connection, zendesk: Connection
) -> None:
    Connection.objects.filter(pk=zendesk.pk).update(secrets=crypto.encrypt({"client_secret": "wrong"}))
    answer = as_ada.post(ADD, {"left": salesforce.pk, "right": zendesk.pk}, follow=True)
    assert "The fields could not be read" in text(answer)
    assert "The fields were not read yet" in text(answer)


def test_the_sides_cannot_be_swapped(as_ada: Client, salesforce: Connection, zendesk: Connection) -> None:
    answer = as_ada.post(ADD, {"left": zendesk.pk, "right": salesforce.pk})
    assert answer.status_code == 422
    assert not Sync.objects.exists()


def test_a_second_sync_gets_a_name_of_its_own(as_ada: Client, sync: Sync) -> None:
    as_ada.post(ADD, {"left": sync.left.pk, "right": sync.right.pk})
    assert set(Sync.objects.values_list("slug", flat=True)) == {"accounts", "accounts-2"}


def test_operators_may_not_set_up(as_olaf: Client, sync: Sync) -> None:
    assert as_olaf.get(ADD).status_code == 403


def test_a_sync_that_does_not_exist_is_not_found(as_vera: Client) -> None:
    assert as_vera.get("/syncs/nothing/").status_code == 404


def test_a_connection_that_is_switched_off_is_not_offered(
    as_ada: Client, salesforce: Connection, zendesk: Connection
) -> None:
    Connection.objects.filter(pk=zendesk.pk).update(enabled=False)
    assert "Zendesk is not connected" in text(as_ada.get("/kinds/accounts_organizations/add/"))
