"""What people did in either system outlasts whatever runs do."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.models import Connection
from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import running
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Step
from syncadmin.runs.services import runs as services
from tests.options import choose
from tests.worlds.company import Company
from tests.worlds.runs import advance, counts, plan, run

EDITS: list[dict[str, Any]] = [
    {"tags": ["energy", "vip"]},
    {"domain_names": ["typed.example"]},
    {"notes": "typed by an agent"},
    {"organization_fields": {"annual_revenue": 7}},
    {"details": "nobody maps this"},
    {"organization_fields": {"tier": "tier_gold"}},
]


@pytest.mark.parametrize("edit", EDITS)
def test_undo_leaves_a_created_organization_that_somebody_has_filled_in_since(
    company: Company, edit: dict[str, Any]
) -> None:
    company.account("Acme", Industry="Energy")
    done = run(company.configure())
    company.edit_organization(company.organizations()["Acme"]["id"], **edit)
    undone = advance(services.undo(done, write=True, enqueue=False))
    assert Step.objects.get(run=undone).reason_code == "changed_since"
    assert "Acme" in company.organizations()


@pytest.mark.parametrize("edit", EDITS)
def test_an_undo_that_waited_leaves_what_somebody_has_filled_in_meanwhile(
    company: Company, edit: dict[str, Any]
) -> None:
    company.account("Acme", Industry="Energy")
    done = run(company.configure())
    waiting = advance(services.undo(done, enqueue=False))
    company.edit_organization(company.organizations()["Acme"]["id"], **edit)
    ended = advance(services.approve(waiting, enqueue=False))
    assert counts(ended)["conflicts"] == 1
    assert "Acme" in company.organizations()


def test_undo_deletes_a_created_organization_with_the_tag_of_its_drop_down(company: Company) -> None:
    """The helpdesk mirrors a drop-down's value into the tags; nobody has typed that one."""
    company.account("Acme", Industry="Energy", Tier__c="Gold", AnnualRevenue=5)
    mapping = {"left": "Tier__c", "right": "tier", "value_map": {"Gold": "tier_gold"}}
    done = run(company.configure(mappings=[mapping]))
    assert set(company.organizations()["Acme"]["tags"]) == {"energy", "tier_gold"}
    advance(services.undo(done, write=True, enqueue=False))
    assert company.organizations() == {}


def test_a_connection_that_leads_elsewhere_now_takes_nothing_of_the_old_place_along(company: Company) -> None:
    """The sandbox first, then the real org: records that only the sandbox had are gone, not news to be created."""
    company.account("Only in the sandbox")
    run(company.configure(create_right=False))
    with running(Options(seed=Seed.EMPTY, vendors=("salesforce",))) as another:
        another.salesforce.store.org.table("Account").sequence = 100  # ids of its own
        another.salesforce.store.insert("Account", {"Name": "Real"})
        Connection.objects.filter(slug="sf").update(base_url=another.salesforce.base_url, token="")
        choose(create_right=True)
        ended = run(Sync.objects.get())
    assert ended.status is RunState.COMPLETED, ended.message
    assert list(company.organizations()) == ["Real"]


def test_a_tag_that_somebody_typed_before_a_waiting_plan_was_written_is_theirs(company: Company) -> None:
    """S3.19: the plan meant to add it, and found it there."""
    id = company.account("Acme")
    sync = company.configure()
    run(sync)
    company.edit_account(id, Industry="Banking")
    waiting = plan(sync)
    company.edit_organization(company.organizations()["Acme"]["id"], tags=["banking"])
    advance(services.approve(waiting, enqueue=False))
    company.edit_account(id, Industry="Retail")
    run(sync)
    assert set(company.organizations()["Acme"]["tags"]) == {"banking", "retail"}
