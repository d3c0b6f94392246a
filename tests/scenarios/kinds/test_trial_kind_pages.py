"""The pages of a kind that only a line in the registry makes known: no text names a system or object of other kinds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from mappings.models import Sync
from mappings.services import schemas
from syncadmin.runs.services import runs as services
from tests.worlds import depots, words
from tests.worlds.company import Company
from tests.worlds.depots import branches, depot
from tests.worlds.pages import text
from tests.worlds.runs import advance, plan

pytestmark = pytest.mark.redis


@pytest.fixture
def sync(company: Company) -> Iterator[Sync]:
    with depots.registered():
        made = company.store(depots.SYNC)
        company.check_connections()
        schemas(made)
        yield made


def foreign(client: Client, *addresses: str) -> dict[str, list[str]]:
    """The words of other kinds and systems, by page."""
    found = {address: words.foreign(depots.KIND, text(client, address)) for address in addresses}
    return {address: strange for address, strange in found.items() if strange}


def test_its_pages_speak_of_its_own_systems_and_objects_alone(company: Company, sync: Sync, as_ada: Client) -> None:
    kiel = depot(company, "Kiel", city="Kiel", seats=12)
    lone = company.salesforce.store.insert("Site__c", {"Name": "Lone"})
    listed = "/kinds/depots_branches/"
    of_sync = [f"/syncs/depots/{part}/" for part in ("count", "try", "name", "copy", "delete")]
    assert foreign(as_ada, "/", listed, f"{listed}add/", "/syncs/depots/", *of_sync, "/runs/check/depots/") == {}
    assert "1 of 1 depots in scope" in text(as_ada, "/syncs/depots/count/")
    assert "Kiel" in text(as_ada, "/syncs/depots/try/?search=kie")
    assert f'href="{listed}" aria-current="page"' in as_ada.get("/syncs/depots/").content.decode()

    waiting = plan(sync)
    assert "Create 1 branch in Salesforce" in text(as_ada, f"/runs/{waiting.pk}/")
    assert foreign(as_ada, f"/runs/{waiting.pk}/", "/runs/check/depots/", "/") == {}
    written = advance(services.approve(waiting, enqueue=False))
    assert branches(company)["Kiel"]["Seats__c"] == 12
    undo = advance(services.undo(written, enqueue=False))
    record = f"/records/depots/left/{kiel}/"
    assert foreign(as_ada, f"/runs/{written.pk}/", f"/runs/{undo.pk}/", record) == {}
    assert "creates nothing there" in text(as_ada, f"/records/depots/right/{lone}/")
