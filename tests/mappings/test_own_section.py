"""A kind declares the sections of its page: those of its own, and which of the others it has."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from mappings.kinds import registry
from mappings.models import Sync
from mappings.services import schemas
from syncadmin.engine.steps import Side
from syncadmin.runs.models import SideState
from tests.runs.stored import stored_record

PAGE = "/syncs/contacts/"


@pytest.fixture
def own(contacts: Sync, monkeypatch: pytest.MonkeyPatch) -> Sync:
    schemas(contacts)
    monkeypatch.setitem(registry.KINDS, "contacts_users", "tests.mappings.own_section_kind")
    return contacts


def page(client: Client, path: str = PAGE) -> str:
    return re.sub(r"\s+", " ", client.get(path, follow=True).content.decode())


def test_a_kind_has_the_sections_that_it_declares(as_ada: Client, own: Sync) -> None:
    shown = page(as_ada)
    assert re.findall(r'<a href="#(\w+)">', shown)[:4] == ["automatic", "greetings", "fields", "try"]
    for text in ("Greet users", "Each new user is greeted.", "How to greet contacts", "Each contact is greeted."):
        assert text in shown
    assert "Stamps" not in shown, "a section of options is left out where there are none"
    assert "Multiple organizations" not in shown
    for gone in ("scope", "guards", "matching", "stamps", "standard"):
        assert as_ada.post(f"{PAGE}{gone}/", {}).status_code == 404, gone


def test_its_own_section_is_saved_and_says_what_does_not_go_together(as_ada: Client, own: Sync) -> None:
    refused = as_ada.post(f"{PAGE}greetings/", {"greeting": "warm", "signed_by": ""})
    assert refused.status_code == 422
    assert "Say who signs a warm greeting." in refused.content.decode()
    assert as_ada.post(f"{PAGE}greetings/", {"greeting": "warm", "signed_by": "Ada"}).url.endswith("#greetings")
    assert Sync.objects.get(pk=own.pk).options["signed_by"] == "Ada"
    assert as_ada.get(f"{PAGE}greetings/").url == f"{PAGE}#greetings"


def test_checks_lead_to_the_section_of_an_option_and_to_no_section_that_is_not_there(as_ada: Client, own: Sync) -> None:
    for side in Side:
        SideState.objects.create(sync=own, side=side, read_at=timezone.now())
    stored_record(own, Side.RIGHT, "9", "Ann", status="unmatched")
    shown = page(as_ada, "/runs/check/contacts/")
    assert f'<a href="{PAGE}#greetings">Open the greeting</a>' in shown
    assert "Open the filters" not in shown
