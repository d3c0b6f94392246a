"""Conditions on fields as filters (S3.54), for kinds whose left system searches by them and for those that do not."""

from __future__ import annotations

import yaml

from mappings.config import store as config_store
from mappings.models import Sync
from mappings.scope import counts as scope_counts
from mappings.scope.stored import scope_of
from mappings.services import schemas
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import MirrorRecord
from tests.worlds.company import SYNC, Company
from tests.worlds.runs import counts, run

BIG = {
    "match": "any",
    "conditions": [
        {"field": "AnnualRevenue", "op": ">=", "value": "1000"},
        {"field": "Name", "op": "starts with", "value": "ac"},
    ],
}


def test_accounts_take_part_while_they_meet_a_condition(company: Company) -> None:
    sync = company.store(SYNC | {"filters": BIG})
    company.account("Acme", AnnualRevenue=5)
    globex = company.account("Globex", AnnualRevenue=2000)
    company.account("Initech", AnnualRevenue=999)
    assert scope_counts.extent(sync, scope_of(sync, schemas(sync)), schemas(sync)).inside == 2
    assert run(sync).status is RunState.COMPLETED
    assert set(company.organizations()) == {"Acme", "Globex"}

    company.edit_account(globex, AnnualRevenue=10)
    company.edit_account(company.accounts()["Initech"]["Id"], AnnualRevenue=1000)
    run(sync)
    assert set(company.organizations()) == {"Acme", "Globex", "Initech"}
    assert not MirrorRecord.objects.left_of(sync).get(remote_id=globex).in_scope
    assert counts(run(sync))["planned"] == 0

    written = yaml.safe_load(config_store.export("accounts"))["syncs"][0]["filters"]
    assert written == {
        "match": "any",
        "conditions": [
            {"field": "AnnualRevenue", "op": ">=", "value": "1000"},
            {"field": "Name", "op": "starts_with", "value": "ac"},
        ],
    }
    config_store.apply(yaml.safe_dump({"syncs": yaml.safe_load(config_store.export("accounts"))["syncs"]}))
    assert Sync.objects.get(pk=sync.pk).revision == sync.revision, "what was exported says the same"


def test_contacts_of_accounts_in_scope_follow_the_conditions_of_the_accounts(company: Company) -> None:
    accounts = company.configure(filters=BIG)
    ours, other = company.account("Acme"), company.account("Other", AnnualRevenue=1)
    run(accounts)
    sync = company.configure_people(accounts="in_scope")
    company.contact("One", "one@test.com", ours)
    company.contact("Two", "two@test.com", other)
    assert scope_counts.extent(sync, scope_of(sync, schemas(sync)), schemas(sync)).inside == 1
    run(sync)
    assert set(company.users()) == {"one@test.com"}
