"""A vendor that nobody has connected: it is offered where connections are added, and changes nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from connectors.api import registry
from mappings.models import Sync

PAGES = (
    "/", "/connections/", "/people/", "/kinds/accounts_organizations/", "/kinds/accounts_organizations/add/",
    "/syncs/accounts/", "/syncs/contacts/", "/runs/check/accounts/", "/runs/", "/records/", "/logs/", "/settings/",
)  # fmt: skip


@pytest.fixture
def outlook(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A third vendor in the registry."""
    vendor = replace(registry.connector_spec("zendesk"), kind="outlook", label="Outlook")
    module, found = type("Vendor", (), {"SPEC": vendor}), registry.import_module
    monkeypatch.setattr(registry, "import_module", lambda path: module if path == "outlook" else found(path))
    monkeypatch.setitem(registry.CONNECTORS, "outlook", "outlook")
    yield
    registry.connector_spec.cache_clear()


@pytest.fixture
def pages(as_ada: Client, sync: Sync, contacts: Sync) -> dict[str, str]:
    return shown(as_ada)


def shown(client: Client) -> dict[str, str]:
    """Every page, without tokens and without how long ago something was."""
    passing = re.compile(r'[\w-]{64}|nonce="[^"]*"|<time.*?</time>|used (now|[^.<]* ago)')
    return {page: passing.sub("", client.get(page).content.decode()) for page in PAGES}


def test_a_vendor_without_a_connection_changes_no_page(as_ada: Client, pages: dict[str, str], outlook: None) -> None:
    assert shown(as_ada) == pages
    assert "Outlook" in as_ada.get(reverse("connectors:choose_kind")).content.decode()


@pytest.mark.django_db
def test_the_first_steps_ask_for_the_systems_of_a_sync_alone(as_ada: Client, outlook: None) -> None:
    assert "0 of 2 systems connected" in as_ada.get("/").content.decode()
