"""An address that is changed leads to other records: what was read at the old one says nothing about them."""

from __future__ import annotations

import pytest

from connectors.models import Connection
from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import running
from connectors.services import save_settings
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import SideState
from tests.worlds.company import Company
from tests.worlds.runs import counts, run


@pytest.mark.postgres
def test_everything_is_read_again_at_another_address(company: Company) -> None:
    """From a trial org to the real one: accounts that nobody touched lately would be created a second time."""
    company.account("Acme")
    sync = company.configure(create_left="accounts")
    assert run(sync).status is RunState.COMPLETED
    SideState.objects.filter(side="left").update(watermark="2099-01-01T00:00:00+00:00")
    company.organization("Initech")
    with running(Options(seed=Seed.EMPTY)) as real:
        store = real.salesforce.store
        store.insert("Account", {"Name": "Initech"})
        keys = real.credentials["salesforce"]
        Connection.objects.filter(slug="sf").update(base_url=keys["base_url"], token="", token_until=None)
        ended = run(sync)
        assert [row["Name"] for row in store.rows("Account")].count("Initech") == 1, ended.message


def test_another_zendesk_is_filled_afresh(company: Company) -> None:
    """From a trial account to the real one: what was linked there is neither gone nor deleted, it never was here."""
    for name in ("Trial 1", "Trial 2", "Trial 3"):
        company.organization(name)
    company.account("Acme")
    sync = company.configure()
    assert run(sync).status is RunState.COMPLETED
    with running(Options(seed=Seed.EMPTY)) as real:
        moved = Connection.objects.get(slug="zd")
        moved.base_url = real.credentials["zendesk"]["base_url"]
        save_settings(moved, {key: real.credentials["zendesk"][key] for key in ("client_id", "client_secret")})
        moved.save()
        other = Company(real)
        other.organization("Globex")
        other.organization("Initech")
        ended = run(sync)
        made = other.organizations()
        other.close()
    assert counts(ended)["written"] == 1, ended.message
    assert set(made) == {"Acme", "Globex", "Initech"}
