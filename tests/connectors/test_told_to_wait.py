"""While a vendor has told us to wait for an hour, pages say so instead of waiting with their readers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from redis import Redis

from connectors.budgets import shared_budget
from connectors.models import Connection
from mappings.models import Sync
from mappings.schemas import Schemas

TOLD = "takes no calls for the next 60 minutes"


@pytest.fixture(autouse=True)
def _nobody_waits(waited: list[float]) -> Iterator[None]:
    """A page says so at once."""
    yield
    assert waited == []


def test_the_test_button_says_that_the_vendor_asks_us_to_wait(
    valkey: Redis, as_olaf: Client, zendesk: Connection
) -> None:
    shared_budget(zendesk).hold(3600)
    page = as_olaf.post(f"{zendesk.get_absolute_url()}test/", follow=True).content.decode()
    assert f"Zendesk {TOLD}" in page
    assert "On a page, try again then." in page


def test_the_live_count_says_that_the_vendor_asks_us_to_wait(
    valkey: Redis, as_vera: Client, sync: Sync, known: Schemas
) -> None:
    shared_budget(sync.left).hold(3600)
    assert f"Salesforce {TOLD}" in as_vera.get("/syncs/accounts/count/").content.decode()


def test_reading_fields_says_that_the_vendor_asks_us_to_wait(
    valkey: Redis, as_olaf: Client, salesforce: Connection
) -> None:
    shared_budget(salesforce).hold(3600)
    address = f"{salesforce.get_absolute_url()}describe/"
    page = as_olaf.post(address, {"name": "Account"}, follow=True).content.decode()
    assert f"Account could not be read. Salesforce {TOLD}" in page
