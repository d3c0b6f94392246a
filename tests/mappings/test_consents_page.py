"""The page of a sync of consents: one way, whose records, what is mapped, all chosen and not typed (S4.6-S4.11)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from connectors import services
from connectors.models import Connection
from connectors.sandbox.server import Sandbox
from mappings.models import Sync
from mappings.services import schemas
from tests.fixtures.syncs import connected

PAGE = "/syncs/consents/"


@pytest.fixture
def consents(salesforce: Connection, remote: Sandbox) -> Sync:
    """A new sync between two tested connections, whose fields were read."""
    didomi = connected(remote, "didomi")
    for connection in (salesforce, didomi):
        assert services.check(connection).ok
    sync = Sync.objects.create(slug="consents", kind="consents_contacts", left=didomi, right=salesforce)
    schemas(sync)
    return sync


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_page_says_which_way_and_offers_what_the_organization_asks(as_ada: Client, consents: Sync) -> None:
    page = as_ada.get(PAGE)
    shown = text(page)
    assert "One way only." in shown
    assert "Didomi is read and Salesforce is written." in shown
    assert "Email is not unique in Salesforce: several contacts may hold one value." in shown
    html = page.content.decode()
    for label in (
        "Newsletter · Choice",
        "Languages · Several choices",
        "Newsletter: date · Date/Time",
        "Channel email",
    ):
        assert label in html
    assert "filled by nothing" not in shown, "new records have values of their own for what Salesforce requires"
    assert "External Key" in html, "a field to compare with"
    assert "Last Name of new contacts" not in shown, "asked for once records are made"


def test_what_is_chosen_is_stored(as_ada: Client, consents: Sync) -> None:
    said = {"match_field": "External_Key__c", "several": "all", "regulation": ["cpra", "gdpr"], "upsert": "yes"}
    as_ada.post(f"{PAGE}matching/", said)
    stored = Sync.objects.get(pk=consents.pk)
    assert {name: stored.option(name) for name in said} == {**said, "upsert": True}
    shown = text(as_ada.get(PAGE))
    assert "Last Name of new contacts" in shown
    assert "is not unique" not in shown
    refused = as_ada.post(f"{PAGE}matching/", {**said, "match_field": "Newsletter__c"})
    assert refused.status_code == 422
    assert "does not tell records apart" in text(refused)
    none = as_ada.post(f"{PAGE}matching/", {**said, "regulation": []})
    assert none.status_code in (302, 422)


def test_a_purpose_may_tick_a_box_and_its_values_are_mapped_in_the_open(as_ada: Client, consents: Sync) -> None:
    row = {"row": "0", "left-0": "purposes.newsletter", "right-0": "Newsletter__c", "direction-0": "to_right"}
    as_ada.post(f"{PAGE}fields/", {**row, "value-0:null": "false", "action": "save"})
    (mapping,) = consents.mappings.all()
    assert (mapping.left, mapping.right, mapping.value_map) == (
        "purposes.newsletter",
        "Newsletter__c",
        {"null": "false"},
    )
    shown = text(as_ada.get(PAGE))
    assert "All 3 values have a target" in shown
    as_ada.post(f"{PAGE}fields/", {**row, "value-0:null": "", "action": "save"})
    assert "the field stays" in text(as_ada.get(PAGE)), "no choice is not false unless somebody says so"
    both = as_ada.post(f"{PAGE}fields/", {**row, "direction-0": "both", "action": "save"})
    assert "nothing is written to Didomi" in text(both)
