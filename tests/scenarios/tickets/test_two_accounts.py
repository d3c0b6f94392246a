"""Two Zendesk accounts that send tickets to one org: a field for the ids of each, or nothing is written."""

from __future__ import annotations

import yaml
from django.test import Client

from mappings.config import store as config_store
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from tests.worlds.company import Company
from tests.worlds.runs import run
from tests.worlds.tickets import SYNC, exported, ticket, tickets_sync


def test_two_accounts_that_share_a_field_are_refused_by_the_check_page_and_by_runs(
    company: Company, as_ada: Client
) -> None:
    ticket(company)
    exported(company)
    first = tickets_sync(company)
    zendesk = {
        "slug": "zd2",
        "kind": "zendesk",
        "base_url": company.zendesk.base_url,
        "client_id": company.zendesk.credentials["client_id"],
        "client_secret": company.zendesk.credentials["client_secret"],
    }
    other = {**SYNC, "slug": "other", "left": "zd2", "id_field": "Other_Ticket_Id__c"}
    change = {
        "object": "Case",
        "field": "Other_Ticket_Id__c",
        **{"type": "string", "length": 40, "unique": True, "external_id": True, "id_lookup": True},
    }
    company.control(company.salesforce, "PUT", "schema", change)
    config_store.apply(yaml.safe_dump({"connections": [zendesk], "syncs": [other]}))
    assert run(first).status is RunState.COMPLETED
    assert run(Sync.objects.get(slug="other")).status is RunState.COMPLETED
    assert len(company.salesforce.store.rows("Case")) == 2

    Sync.objects.filter(slug="other").update(options={"id_field": "Zendesk_Ticket_Id__c"})
    for slug in ("tickets", "other"):
        page = as_ada.get(f"/runs/check/{slug}/").content.decode()
        assert "keeps the ids of another Zendesk account" in page, slug
        assert "blocks writing" in page
        refused = run(Sync.objects.get(slug=slug))
        assert refused.status is RunState.FAILED
        assert "keeps the ids of another Zendesk account" in refused.message
