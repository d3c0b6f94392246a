"""The steps of docs/develop/add-a-kind.md build a kind that works; nothing is done here that they do not say."""

from __future__ import annotations

import re
import sys
from ast import literal_eval
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml
from django.test import Client

import mappings.kinds
from mappings.config import store as config_store
from mappings.kinds import registry
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.services import runs as services
from tests.architecture import tree
from tests.worlds.company import Company
from tests.worlds.pages import text
from tests.worlds.runs import advance, counts, plan, run
from tests.worlds.words import foreign

pytestmark = pytest.mark.redis
DOCUMENT = tree.ROOT / "docs" / "develop" / "add-a-kind.md"


def steps() -> list[str]:
    """The code of each step, in their order."""
    found = re.findall(r"^   ```\w+\n(.*?)^   ```$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [re.sub("^   ", "", block, flags=re.MULTILINE) for block in found]


@pytest.fixture
def kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The slug of the kind, made by the first two steps."""
    declaration, line = steps()[:2]
    ((slug, module),) = literal_eval(f"{{{line}}}").items()
    folder = tmp_path / module.split(".")[-2]
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "kind.py").write_text(declaration)
    monkeypatch.setattr(mappings.kinds, "__path__", [*mappings.kinds.__path__, str(tmp_path)])
    monkeypatch.setitem(registry.KINDS, slug, module)
    yield slug
    for name in [name for name in sys.modules if name.startswith(f"mappings.kinds.{folder.name}")]:
        del sys.modules[name]
    registry._declared.cache_clear()
    registry._defaults.cache_clear()


def test_a_kind_made_by_the_steps_runs_from_its_pages_to_its_undo(
    company: Company, kind: str, as_ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    (said,) = yaml.safe_load(steps()[3])["syncs"]
    sync = company.store(said)
    assert sync.kind == kind
    company.check_connections()
    store = company.salesforce.store
    kiel = store.insert("Site__c", {"Name": "Kiel", "City__c": "Kiel", "Seats__c": 12})
    site = {"custom_object_record": {"name": "kiel", "custom_object_fields": {"city": "Rome"}}}
    company.api("POST", "custom_objects/site/records", site)
    store.insert("Site__c", {"Name": "Oslo", "City__c": "Oslo"})
    company.control(company.zendesk, "POST", "clock", {"advance": 60})

    waiting = plan(sync)
    assert waiting.status is RunState.PLANNED, waiting.message
    first = advance(services.approve(waiting, enqueue=False))
    assert first.status is RunState.COMPLETED, first.message
    made = sites(company)
    assert set(made) == {"Kiel", "Oslo"}
    assert (made["Kiel"]["external_id"], made["Kiel"]["custom_object_fields"]["city"]) == (kiel, "Kiel")
    assert counts(run(sync))["planned"] == 0
    undo = advance(services.undo(first, enqueue=False))
    addresses = [
        "/", f"/kinds/{kind}/", f"/kinds/{kind}/add/", f"/syncs/{sync.slug}/", f"/syncs/{sync.slug}/count/",
        f"/runs/check/{sync.slug}/", f"/runs/{first.pk}/", f"/runs/{undo.pk}/", f"/records/{sync.slug}/left/{kiel}/",
    ]  # fmt: skip
    pages = {address: text(as_ada, address) for address in addresses}
    assert {address: words for address, page in pages.items() if (words := foreign(kind_of(kind), page))} == {}
    assert "2 of 2 branches in scope" in pages[f"/syncs/{sync.slug}/count/"]
    assert "Seats" in pages[f"/syncs/{sync.slug}/"]
    advance(services.approve(undo, enqueue=False))
    assert {name: row["custom_object_fields"]["city"] for name, row in sites(company).items()} == {"kiel": "Rome"}

    for slug, endpoint in (("SF", company.salesforce), ("ZD", company.zendesk)):
        monkeypatch.setenv(f"{slug}_CLIENT_SECRET", endpoint.credentials["client_secret"])
    exported = config_store.export(sync.slug)
    assert "City__c" in exported
    Sync.objects.all().delete()
    config_store.apply(exported)
    assert config_store.export(sync.slug) == exported


def sites(company: Company) -> dict[str, dict]:
    """Sites in Zendesk by name."""
    return {row["name"]: row for row in company.api("GET", "custom_objects/site/records")["custom_object_records"]}


def test_the_line_of_the_import_contract_is_that_of_the_kind() -> None:
    contracts = ConfigParser()
    contracts.read(tree.ROOT / ".importlinter")
    listed = contracts["importlinter:contract:kinds-apart"]["modules"].split()
    _, line, contract, _ = steps()
    assert contract.strip() in line
    assert {module.rpartition(".")[0] for module in registry.KINDS.values()} == set(listed)
